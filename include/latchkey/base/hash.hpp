#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace latchkey {

/// XXH3 with 64 bits of a text: what the lanes of the lock file are made from.
std::uint64_t xxh3_64(std::string_view text) noexcept;

/// XXH3 with 128 bits of a stream: what a tree's index keeps of each file. It finds damage, it is
/// no defence against malice; that is the artifact's SHA-256.
///
/// Thread: one at a time.
class Xxh3 {
public:
    Xxh3();
    ~Xxh3();
    Xxh3(Xxh3&&) noexcept;
    Xxh3& operator=(Xxh3&&) noexcept;

    void update(std::span<const std::byte> bytes) noexcept;

    /// Shape: 32 lower-case hex digits, canonical byte order. The object starts over.
    std::string finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace latchkey

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace latchkey {

/// XXH3 of a text, 64 bits. The lanes of the lock file are computed from it.
std::uint64_t xxh3_64(std::string_view text) noexcept;

/// XXH3 of a stream of bytes, 128 bits. A tree's index keeps it for each file. It finds damage and
/// is no defence against malice; the artifact's SHA-256 is that.
///
/// Source: xxhash.h, XXH3.
///
/// Thread: one at a time.
class Xxh3 {
public:
    Xxh3();
    ~Xxh3();
    Xxh3(Xxh3&&) noexcept;
    Xxh3& operator=(Xxh3&&) noexcept;

    void update(std::span<const std::byte> bytes) noexcept;

    /// The hash of all bytes since the last finish(). The object starts over.
    ///
    /// Shape: 32 lower-case hex digits, canonical byte order.
    std::string finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace latchkey

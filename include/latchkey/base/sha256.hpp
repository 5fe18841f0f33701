#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "latchkey/base/digest.hpp"

namespace latchkey {

/// SHA-256 of a stream of bytes (FIPS 180-4), by OpenSSL.
///
/// Thread: one at a time. Moves; does not copy.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void update(std::span<const std::byte> bytes);

    /// The hash of all bytes since the last finish(). The object starts over.
    Digest finish();

    /// The hash of a whole text.
    static Digest of(std::string_view text);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace latchkey

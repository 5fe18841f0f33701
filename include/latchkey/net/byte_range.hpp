#pragma once

#include <cstdint>
#include <optional>

namespace latchkey::net {

/// A part of a file.
///
/// Without a condition (If-Range): the validators of servers behind one name differ where their
/// files do not, and what comes is held against a hash.
///
/// Source: RFC 9110, 14.2 (Range).
struct ByteRange {
    std::uint64_t first = 0;
    std::optional<std::uint64_t> end;  ///< Behind the last byte; empty: to the end of the file.

    /// What the file must have, where it is known.
    std::optional<std::uint64_t> total_bytes;

    [[nodiscard]] bool whole() const { return first == 0 && !end; }
};

}  // namespace latchkey::net

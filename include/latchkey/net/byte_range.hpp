#pragma once

#include <cstdint>
#include <optional>

namespace latchkey::net {

/// A part of a file.
///
/// It carries no condition (If-Range), because servers behind one name give equal files different
/// validators. The caller checks the bytes against a hash.
///
/// Source: RFC 9110, 14.2 (Range).
struct ByteRange {
    std::uint64_t first = 0;
    std::optional<std::uint64_t> end;  ///< Behind the last byte; empty: to the end of the file.

    /// The size that the file must have, if it is known.
    std::optional<std::uint64_t> total_bytes;

    [[nodiscard]] bool whole() const { return first == 0 && !end; }
};

}  // namespace latchkey::net

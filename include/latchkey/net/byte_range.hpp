#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace latchkey::net {

/// A part of a file.
///
/// Source: RFC 9110, 14.2 (Range) and 13.1.5 (If-Range).
struct ByteRange {
    std::uint64_t first = 0;
    std::optional<std::uint64_t> end;  ///< Behind the last byte; empty: to the end of the file.

    /// What the file must have, where it is known.
    std::optional<std::uint64_t> total_bytes;

    /// Of the file that is meant; where it is another by now, status 200 says so. May be empty.
    std::string validator;

    [[nodiscard]] bool whole() const { return first == 0 && !end; }
};

}  // namespace latchkey::net

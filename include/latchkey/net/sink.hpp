#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "latchkey/task/workers.hpp"

namespace latchkey::net {

/// What a server says of a file whose body comes.
struct Origin {
    bool ranges = false;                       ///< It sends parts, too.
    std::optional<std::uint64_t> total_bytes;  ///< Of the file, where a part comes.
};

/// Where a body goes, block by block.
///
/// Thread: the loop's.
class Sink {
public:
    virtual ~Sink() = default;

    /// Told just before `begin`. Who only wants the bytes need not listen.
    virtual void come_from(const Origin& origin) { (void)origin; }

    /// Told once, before the first block, that the body comes: 200–299, or 206 for a rest.
    /// Units: bytes that are to come, where the server says so.
    virtual void begin(std::optional<std::uint64_t> length_bytes) = 0;

    /// Waits until the block was taken; only then is the next one read. False: no more is wanted.
    ///
    /// Shape: never empty; 64 to 256 KiB while bytes come fast, smaller at the end and on slow
    /// lines.
    virtual task::awaitable<bool> write(std::vector<std::byte> block) = 0;
};

}  // namespace latchkey::net

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "latchkey/task/workers.hpp"

namespace latchkey::net {

/// What a server says about a file whose body is about to come.
struct Origin {
    bool ranges = false;                       ///< It also sends parts.
    std::optional<std::uint64_t> total_bytes;  ///< Of the whole file, if a part comes.
};

/// Receives a body, block by block.
///
/// Thread: the loop's.
class Sink {
public:
    virtual ~Sink() = default;

    /// Called just before begin(). A sink that only wants the bytes need not implement it.
    virtual void come_from(const Origin& origin) { (void)origin; }

    /// Called once, before the first block of a body: of a status 200–299, or 206 for a rest.
    ///
    /// Units: `length_bytes` of what is to come. Empty: the server does not say.
    virtual void begin(std::optional<std::uint64_t> length_bytes) = 0;

    /// Takes a block. The next one is read only after this returns. False: no more is wanted.
    ///
    /// Shape: never empty; 64 to 256 KiB while bytes come fast, less at the end and on slow lines.
    virtual task::awaitable<bool> write(std::vector<std::byte> block) = 0;
};

}  // namespace latchkey::net

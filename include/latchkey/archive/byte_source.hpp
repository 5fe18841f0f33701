#pragma once

#include <cstddef>
#include <span>

namespace latchkey::archive {

/// A stream of bytes that is pulled: a file, the far end of a pipe from the network, a decoder.
///
/// Thread: one at a time; `next` may block.
class ByteSource {
public:
    virtual ~ByteSource() = default;

    /// Blocks until there are bytes. Empty at the end, and again at each later call.
    ///
    /// Shape:  valid until the next call.
    /// Throws: what the producer failed with; the cancellation.
    virtual std::span<const std::byte> next() = 0;
};

}  // namespace latchkey::archive

#pragma once

#include <cstddef>
#include <span>

namespace latchkey::archive {

/// A stream of bytes to pull from: a file, the reading end of a pipe from the network, a decoder.
///
/// Thread: one at a time, and a worker: next() may block.
class ByteSource {
public:
    virtual ~ByteSource() = default;

    /// Waits for bytes. Empty: the end of the stream, also at each later call.
    ///
    /// Shape:  the bytes are valid until the next call.
    /// Throws: what the producer failed with; the cancellation.
    virtual std::span<const std::byte> next() = 0;
};

}  // namespace latchkey::archive

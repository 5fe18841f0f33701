#pragma once

#include <memory>

#include "latchkey/archive/byte_source.hpp"
#include "latchkey/archive/encoding.hpp"

namespace latchkey::archive {

/// Makes a source that decompresses `input` block by block.
///
/// Memory is bounded, whatever the input says: one block of output and the format's window, for
/// which xz and zstd may ask for 128 MiB. Several streams, members or frames in a row count as one
/// stream, as in the formats' own tools.
///
/// `Throws` is the contract of the result's next().
///
/// Throws:   what `input` throws; Errc::corrupt for input that is damaged or cut off ("unexpected
///           end of file", "invalid gzip header"), for bytes after the compressed stream, and for
///           output that is, beyond its first 64 MiB, more than 2000 times the input;
///           Errc::unsupported for a window that is too large.
/// Requires: `input` outlives the result.
std::unique_ptr<ByteSource> make_decoder(Encoding encoding, ByteSource& input);

}  // namespace latchkey::archive

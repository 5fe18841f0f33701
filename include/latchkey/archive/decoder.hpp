#pragma once

#include <memory>

#include "latchkey/archive/byte_source.hpp"
#include "latchkey/archive/encoding.hpp"

namespace latchkey::archive {

/// Decompresses `input` block by block.
///
/// Memory is bounded whatever the input says: one block of output and the format's window, of which
/// xz may ask for 128 MiB and zstd for 256 MiB. Several streams, members or frames in a row are one
/// stream, as the formats' own tools have it.
///
/// `next` of what is returned
/// Throws:   what `input` throws; Errc::corrupt for what is damaged or cut off ("unexpected end of
///           file", "invalid gzip header"), for bytes behind the compressed stream, and for output
///           of more than 2000 times the input beyond the first 64 MiB; Errc::unsupported for a
///           window that is too large.
/// Requires: `input` outlives what is returned.
std::unique_ptr<ByteSource> make_decoder(Encoding encoding, ByteSource& input);

}  // namespace latchkey::archive

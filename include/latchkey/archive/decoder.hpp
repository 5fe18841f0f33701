#pragma once

#include <memory>

#include "latchkey/archive/byte_source.hpp"
#include "latchkey/archive/encoding.hpp"

namespace latchkey::archive {

/// Which library inflates gzip.
enum class GzipBackend {
    igzip,  ///< ISA-L's, several times as fast. A shared library, opened at run time.
    zlib,   ///< Linked in, so always there.
};

/// True where ISA-L's shared library could be opened.
bool igzip_available();

/// Decompresses `input` block by block. gzip uses igzip where it is available.
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

/// gzip by a chosen library.
///
/// Throws: Errc::unsupported if it is not there.
std::unique_ptr<ByteSource> make_gzip_decoder(GzipBackend backend, ByteSource& input);

}  // namespace latchkey::archive

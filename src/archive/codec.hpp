#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "latchkey/archive/byte_source.hpp"
#include "latchkey/base/error.hpp"

namespace latchkey::archive {

/// What one step of a codec did.
struct Step {
    std::size_t consumed;
    std::size_t produced;
    bool may_end;  ///< The input so far is a whole stream: it may end here.
};

/// One compressed format, a step at a time: what the libraries have in common.
///
/// Thread: one at a time.
class Codec {
public:
    virtual ~Codec() = default;

    /// Goes on until `in` is used up or `out` is full. Nothing consumed and nothing produced: it
    /// cannot go on without more input.
    ///
    /// Units:  `in_ended`: no byte comes after `in`.
    /// Throws: Errc::corrupt, Errc::unsupported.
    virtual Step run(std::span<const std::byte> in, std::span<std::byte> out, bool in_ended) = 0;
};

std::unique_ptr<Codec> make_xz_codec();
std::unique_ptr<Codec> make_zstd_codec();
std::unique_ptr<Codec> make_igzip_codec();

/// make_decoder() with a codec of one's own.
std::unique_ptr<ByteSource> make_decoder(std::unique_ptr<Codec> codec, ByteSource& input);

/// The texts that several codecs share.
inline Error corrupt_deflate() {
    return {Errc::corrupt, "corrupt deflate stream"};
}
inline Error invalid_gzip_header() {
    return {Errc::corrupt, "invalid gzip header"};
}
inline Error wrong_gzip_checksum() {
    return {Errc::corrupt, "corrupt gzip stream does not have a matching checksum"};
}
inline Error trailing_data() {
    return {Errc::corrupt, "data after the end of the compressed stream"};
}
inline Error out_of_memory() {
    return {Errc::io, "not enough memory to decompress"};
}

}  // namespace latchkey::archive

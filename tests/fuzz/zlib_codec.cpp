#include "zlib_codec.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <string_view>

namespace latchkey::archive {

namespace {

constexpr int kGzipWindowBits = 15 + 16;  // zlib.h: 16 more means gzip and nothing else.

uInt clamp_size(std::size_t size) {
    return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

class ZlibCodec : public Codec {
public:
    ZlibCodec() {
        if (inflateInit2(&stream_, kGzipWindowBits) != Z_OK) throw out_of_memory();
    }
    ~ZlibCodec() override { inflateEnd(&stream_); }
    ZlibCodec(const ZlibCodec&) = delete;
    ZlibCodec& operator=(const ZlibCodec&) = delete;

    Step run(std::span<const std::byte> in, std::span<std::byte> out, bool /*in_ended*/) override {
        if (member_ended_ && in.empty()) return {0, 0, true};
        if (member_ended_) {
            inflateReset(&stream_);
            member_ended_ = false;
        }
        stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(in.data()));
        stream_.avail_in = clamp_size(in.size());
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = clamp_size(out.size());
        const uInt in_size = stream_.avail_in;
        const uInt out_size = stream_.avail_out;
        const int result = inflate(&stream_, Z_NO_FLUSH);
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
            throw failure(result);
        }
        member_ended_ = result == Z_STREAM_END;
        any_member_ = any_member_ || member_ended_;
        return {in_size - stream_.avail_in, out_size - stream_.avail_out, member_ended_};
    }

private:
    Error failure(int result) const {
        if (result == Z_MEM_ERROR) return out_of_memory();
        const std::string_view cause = stream_.msg ? stream_.msg : "";
        if (cause == "incorrect data check" || cause == "incorrect length check") {
            return wrong_gzip_checksum();
        }
        // Source: zlib's inflate.c, the states HEAD and FLAGS.
        constexpr std::string_view kHeaderCauses[] = {
            "incorrect header check", "unknown compression method", "unknown header flags set",
            "header crc mismatch"};
        if (std::ranges::find(kHeaderCauses, cause) == std::end(kHeaderCauses)) {
            return corrupt_deflate();
        }
        return any_member_ ? trailing_data() : invalid_gzip_header();
    }

    z_stream stream_{};
    bool member_ended_ = false;
    bool any_member_ = false;
};

}  // namespace

std::unique_ptr<Codec> make_zlib_codec() {
    return std::make_unique<ZlibCodec>();
}

}  // namespace latchkey::archive

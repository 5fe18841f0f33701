#include <lzma.h>

#include "codec.hpp"

namespace latchkey::archive {

namespace {

// A dictionary of 128 MiB, and what the decoder needs beside it.
constexpr std::uint64_t kMemoryLimitBytes = 136 * 1024 * 1024;

class XzCodec : public Codec {
public:
    XzCodec() {
        const lzma_ret result = lzma_stream_decoder(&stream_, kMemoryLimitBytes, LZMA_CONCATENATED);
        if (result != LZMA_OK) throw out_of_memory();
    }
    ~XzCodec() override { lzma_end(&stream_); }
    XzCodec(const XzCodec&) = delete;
    XzCodec& operator=(const XzCodec&) = delete;

    Step run(std::span<const std::byte> in, std::span<std::byte> out, bool in_ended) override {
        if (ended_) return {0, 0, true};
        stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
        stream_.avail_in = in.size();
        stream_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
        stream_.avail_out = out.size();
        const lzma_ret result = lzma_code(&stream_, in_ended ? LZMA_FINISH : LZMA_RUN);
        ended_ = result == LZMA_STREAM_END;
        if (result != LZMA_OK && result != LZMA_STREAM_END && result != LZMA_BUF_ERROR) {
            throw failure(result);
        }
        return {in.size() - stream_.avail_in, out.size() - stream_.avail_out, ended_};
    }

private:
    static Error failure(lzma_ret result) {
        switch (result) {
            case LZMA_MEM_ERROR:
                return out_of_memory();
            case LZMA_MEMLIMIT_ERROR:
                return {Errc::unsupported, "xz stream wants a dictionary of more than 128 MiB"};
            case LZMA_OPTIONS_ERROR:
                return {Errc::unsupported, "unsupported xz options"};
            case LZMA_FORMAT_ERROR:
                return {Errc::corrupt, "invalid xz header"};
            default:
                return {Errc::corrupt, "corrupt xz stream"};
        }
    }

    lzma_stream stream_ = LZMA_STREAM_INIT;
    bool ended_ = false;
};

}  // namespace

std::unique_ptr<Codec> make_xz_codec() {
    return std::make_unique<XzCodec>();
}

}  // namespace latchkey::archive

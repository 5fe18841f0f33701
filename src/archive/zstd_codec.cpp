#include <zstd.h>
#include <zstd_errors.h>

#include "codec.hpp"

namespace latchkey::archive {

namespace {

// 256 MiB: twice what zstd's own tool takes unasked.
constexpr int kMaxWindowLog = 27;

class ZstdCodec : public Codec {
public:
    ZstdCodec() : context_(ZSTD_createDCtx()) {
        if (!context_) throw out_of_memory();
        ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
    }

    Step run(std::span<const std::byte> in, std::span<std::byte> out, bool /*in_ended*/) override {
        // Asked without input after a frame's end, zstd would begin the next.
        if (in.empty() && frame_ended_) return {0, 0, true};
        ZSTD_inBuffer input{in.data(), in.size(), 0};
        ZSTD_outBuffer output{out.data(), out.size(), 0};
        const std::size_t wanted = ZSTD_decompressStream(context_.get(), &output, &input);
        if (ZSTD_isError(wanted)) throw failure(wanted);
        frame_ended_ = wanted == 0;
        any_frame_ = any_frame_ || frame_ended_;
        return {input.pos, output.pos, frame_ended_};
    }

private:
    Error failure(std::size_t result) const {
        switch (ZSTD_getErrorCode(result)) {
            case ZSTD_error_memory_allocation:
                return out_of_memory();
            case ZSTD_error_frameParameter_windowTooLarge:
                return {Errc::unsupported, "zstd stream wants a window of more than 128 MiB"};
            case ZSTD_error_prefix_unknown:
                return any_frame_ ? trailing_data() : Error(Errc::corrupt, "invalid zstd header");
            default:
                return {Errc::corrupt, "corrupt zstd stream"};
        }
    }

    struct Free {
        void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
    };
    std::unique_ptr<ZSTD_DCtx, Free> context_;
    bool frame_ended_ = false;
    bool any_frame_ = false;
};

}  // namespace

std::unique_ptr<Codec> make_zstd_codec() {
    return std::make_unique<ZstdCodec>();
}

}  // namespace latchkey::archive

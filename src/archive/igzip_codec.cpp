#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <limits>

#include "codec.hpp"

namespace latchkey::archive {

namespace {

std::uint32_t clamp_size(std::size_t size) {
    return static_cast<std::uint32_t>(
        std::min<std::size_t>(size, std::numeric_limits<std::int32_t>::max()));
}

class IgzipCodec : public Codec {
public:
    IgzipCodec() : state_(std::make_unique<inflate_state>()) {
        isal_inflate_init(state_.get());
        begin_member();
    }

    Step run(std::span<const std::byte> in, std::span<std::byte> out, bool /*in_ended*/) override {
        if (member_ended_ && in.empty()) return {0, 0, true};
        if (member_ended_) {
            isal_inflate_reset(state_.get());
            begin_member();
        }
        state_->next_in =
            const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(in.data()));
        state_->avail_in = clamp_size(in.size());
        state_->next_out = reinterpret_cast<std::uint8_t*>(out.data());
        state_->avail_out = clamp_size(out.size());
        const std::uint32_t in_size = state_->avail_in;
        const std::uint32_t out_size = state_->avail_out;
        if (!header_ended_) read_header();
        if (header_ended_) inflate();
        return {in_size - state_->avail_in, out_size - state_->avail_out, member_ended_};
    }

private:
    void begin_member() {
        // The header is read apart; the checksum behind the data is verified.
        state_->crc_flag = ISAL_GZIP_NO_HDR_VER;
        isal_gzip_header_init(&header_);
        header_ended_ = false;
        member_ended_ = false;
    }

    // isal_inflate could read it, too, but version 2.30 forgets the flags where input ends inside.
    void read_header() {
        const int result = isal_read_gzip_header(state_.get(), &header_);
        if (result < 0) throw failure(result);
        header_ended_ = result == ISAL_DECOMP_OK;
    }

    void inflate() {
        const int result = isal_inflate(state_.get());
        if (result < 0) throw failure(result);
        if (result == ISAL_NEED_DICT) throw corrupt_deflate();
        member_ended_ = state_->block_state == ISAL_BLOCK_FINISH;
        any_member_ = any_member_ || member_ended_;
    }

    Error failure(int result) const {
        switch (result) {
            case ISAL_INCORRECT_CHECKSUM:
                return header_ended_ ? wrong_gzip_checksum() : invalid_gzip_header();
            case ISAL_INVALID_WRAPPER:
            case ISAL_UNSUPPORTED_METHOD:
                return any_member_ ? trailing_data() : invalid_gzip_header();
            default:
                return corrupt_deflate();
        }
    }

    std::unique_ptr<inflate_state> state_;
    isal_gzip_header header_{};  // No buffers in it, so names and comments are skipped.
    bool header_ended_ = false;
    bool member_ended_ = false;
    bool any_member_ = false;
};

}  // namespace

std::unique_ptr<Codec> make_igzip_codec() {
    return std::make_unique<IgzipCodec>();
}

}  // namespace latchkey::archive

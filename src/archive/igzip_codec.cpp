#include <dlfcn.h>
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

// The three functions that are used, out of the shared library. Never closed: codecs hold pointers.
struct Igzip {
    decltype(&isal_inflate_init) init = nullptr;
    decltype(&isal_inflate_reset) reset = nullptr;
    decltype(&isal_inflate) inflate = nullptr;

    [[nodiscard]] bool complete() const { return init && reset && inflate; }
};

Igzip open_igzip() {
    Igzip igzip;
    void* library = dlopen("libisal.so.2", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return igzip;
    igzip.init = reinterpret_cast<decltype(igzip.init)>(dlsym(library, "isal_inflate_init"));
    igzip.reset = reinterpret_cast<decltype(igzip.reset)>(dlsym(library, "isal_inflate_reset"));
    igzip.inflate = reinterpret_cast<decltype(igzip.inflate)>(dlsym(library, "isal_inflate"));
    return igzip;
}

const Igzip& igzip() {
    static const Igzip library = open_igzip();
    return library;
}

class IgzipCodec : public Codec {
public:
    IgzipCodec() : state_(std::make_unique<inflate_state>()) {
        igzip().init(state_.get());
        state_->crc_flag = ISAL_GZIP;
    }

    Step run(std::span<const std::byte> in, std::span<std::byte> out, bool /*in_ended*/) override {
        if (member_ended_ && in.empty()) return {0, 0, true};
        if (member_ended_) {
            igzip().reset(state_.get());
            state_->crc_flag = ISAL_GZIP;
            member_ended_ = false;
        }
        state_->next_in =
            const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(in.data()));
        state_->avail_in = clamp_size(in.size());
        state_->next_out = reinterpret_cast<std::uint8_t*>(out.data());
        state_->avail_out = clamp_size(out.size());
        const std::uint32_t in_size = state_->avail_in;
        const std::uint32_t out_size = state_->avail_out;
        const int result = igzip().inflate(state_.get());
        if (result < 0) throw failure(result);
        if (result == ISAL_NEED_DICT) throw corrupt_deflate();
        member_ended_ = state_->block_state == ISAL_BLOCK_FINISH;
        any_member_ = any_member_ || member_ended_;
        return {in_size - state_->avail_in, out_size - state_->avail_out, member_ended_};
    }

private:
    Error failure(int result) const {
        switch (result) {
            case ISAL_INCORRECT_CHECKSUM:
                return wrong_gzip_checksum();
            case ISAL_INVALID_WRAPPER:
            case ISAL_UNSUPPORTED_METHOD:
                return any_member_ ? trailing_data() : invalid_gzip_header();
            default:
                return corrupt_deflate();
        }
    }

    std::unique_ptr<inflate_state> state_;
    bool member_ended_ = false;
    bool any_member_ = false;
};

}  // namespace

std::unique_ptr<Codec> find_igzip_codec() {
    if (!igzip().complete()) return nullptr;
    return std::make_unique<IgzipCodec>();
}

}  // namespace latchkey::archive

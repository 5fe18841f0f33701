#include "latchkey/archive/decoder.hpp"

#include <cstdint>
#include <vector>

#include "codec.hpp"

namespace latchkey::archive {

namespace {

// Large enough for one write(2) to be cheap, small enough for the second-level cache.
constexpr std::size_t kBlockBytes = 256 * 1024;

// A package of zeros is a few kilobytes of xz. Real ones are 5:1; generated sources reach 100:1.
constexpr std::uint64_t kFreeBytes = 64 * 1024 * 1024;
constexpr std::uint64_t kMaxRatio = 2000;

class Decoder : public ByteSource {
public:
    Decoder(std::unique_ptr<Codec> codec, ByteSource& input)
        : codec_(std::move(codec)), input_(input), block_(kBlockBytes) {}

    std::span<const std::byte> next() override {
        std::size_t filled = 0;
        while (filled < block_.size() && !ended_) {
            if (in_.empty() && !in_ended_) {
                in_ = input_.next();
                in_ended_ = in_.empty();
            }
            filled += step(std::span(block_).subspan(filled));
        }
        return std::span<const std::byte>(block_).first(filled);
    }

private:
    std::size_t step(std::span<std::byte> out) {
        const Step step = codec_->run(in_, out, in_ended_);
        in_ = in_.subspan(step.consumed);
        consumed_bytes_ += step.consumed;
        produced_bytes_ += step.produced;
        refuse_bomb();
        if (step.consumed == 0 && step.produced == 0) {
            if (!in_.empty()) throw trailing_data();
            if (in_ended_ && !step.may_end) throw Error(Errc::corrupt, "unexpected end of file");
            ended_ = in_ended_;
        }
        return step.produced;
    }

    void refuse_bomb() const {
        if (produced_bytes_ <= kFreeBytes) return;
        if ((produced_bytes_ - kFreeBytes) / kMaxRatio <= consumed_bytes_) return;
        throw Error(Errc::corrupt,
                    "the compressed stream expands to more than 2000 times its size");
    }

    std::unique_ptr<Codec> codec_;
    ByteSource& input_;
    std::vector<std::byte> block_;
    std::span<const std::byte> in_;
    bool in_ended_ = false;
    bool ended_ = false;
    std::uint64_t consumed_bytes_ = 0;
    std::uint64_t produced_bytes_ = 0;
};

std::unique_ptr<Codec> make_codec(Encoding encoding) {
    switch (encoding) {
        case Encoding::xz:
            return make_xz_codec();
        case Encoding::gz:
            return make_igzip_codec();
        case Encoding::zst:
            return make_zstd_codec();
    }
    throw Error(Errc::bug, "no such encoding");
}

}  // namespace

std::unique_ptr<ByteSource> make_decoder(Encoding encoding, ByteSource& input) {
    return make_decoder(make_codec(encoding), input);
}

std::unique_ptr<ByteSource> make_decoder(std::unique_ptr<Codec> codec, ByteSource& input) {
    return std::make_unique<Decoder>(std::move(codec), input);
}

}  // namespace latchkey::archive

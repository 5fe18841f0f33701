#include "latchkey/archive/zstd_writer.hpp"

#include <zstd.h>

#include <utility>
#include <vector>

#include "latchkey/base/error.hpp"

namespace latchkey::archive {
namespace {

/// A toolchain is packed as fast as it is read, and is hardly larger than by level 9.
constexpr int kLevel = 3;

struct FreeContext {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

}  // namespace

struct ZstdWriter::State {
    explicit State(Output to) : output(std::move(to)), context(ZSTD_createCCtx()) {
        if (!context) throw Error(Errc::io, "no memory to compress by zstd");
        ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
        ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
    }

    void run(std::span<const std::byte> bytes, ZSTD_EndDirective directive) {
        ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
        for (;;) {
            ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
            const std::size_t left = ZSTD_compressStream2(context.get(), &out, &input, directive);
            if (ZSTD_isError(left)) {
                throw Error(Errc::bug, std::string("zstd: ") + ZSTD_getErrorName(left));
            }
            if (out.pos > 0) output(std::span<const std::byte>(buffer).first(out.pos));
            const bool taken = input.pos == input.size;
            if (taken && (directive == ZSTD_e_continue || left == 0)) return;
        }
    }

    Output output;
    std::unique_ptr<ZSTD_CCtx, FreeContext> context;
    std::vector<std::byte> buffer = std::vector<std::byte>(ZSTD_CStreamOutSize());
};

ZstdWriter::ZstdWriter(Output output) : state_(std::make_unique<State>(std::move(output))) {}

ZstdWriter::~ZstdWriter() = default;

void ZstdWriter::write(std::span<const std::byte> bytes) {
    state_->run(bytes, ZSTD_e_continue);
}

void ZstdWriter::finish() {
    state_->run({}, ZSTD_e_end);
}

}  // namespace latchkey::archive

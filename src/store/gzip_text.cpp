#include "gzip_text.hpp"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::store {
namespace {

// igzip_lib.h: its best level. Of an index it leaves a quarter, in a sixth of zlib's time for that.
// ISA-L 2.31's third level crashes where a pointer has 32 bits.
constexpr bool k32Bits = sizeof(void*) == 4;
constexpr std::uint32_t kLevel = k32Bits ? 1 : 3;
constexpr std::size_t kLevelBytes = k32Bits ? ISAL_DEF_LVL1_DEFAULT : ISAL_DEF_LVL3_DEFAULT;
constexpr std::uint32_t kBlockBytes = 64 << 10;

/// Reads by read_some(), which a signal does not end.
class Reader {
public:
    Reader(platform::Fd file, const std::string& path) : file_(std::move(file)), path_(path) {
        isal_inflate_init(state_.get());
        state_->crc_flag = ISAL_GZIP;
    }

    /// Empty at the end.
    std::string_view next() {
        for (;;) {
            if (state_->avail_in == 0 && !file_ended_) read();
            if (!packed_) packed_ = starts_packed();
            if (!*packed_) return rest();
            if (has_ended()) {
                if (state_->avail_in > 0) refuse();
                return {};
            }
            // What is in the state may be text yet, when all of the file has been read.
            if (const auto text = inflate_some(); !text.empty()) return text;
            if (file_ended_ && !has_ended()) refuse();  // It is cut.
        }
    }

private:
    void read() {
        const std::size_t count = platform::read_some(
            file_, {reinterpret_cast<std::byte*>(in_.get()), kBlockBytes}, path_);
        state_->next_in = in_.get();
        state_->avail_in = static_cast<std::uint32_t>(count);
        file_ended_ = count == 0;
    }

    [[nodiscard]] bool starts_packed() const {
        constexpr std::uint8_t kMagic[] = {0x1F, 0x8B};
        return state_->avail_in >= 2 && std::equal(kMagic, kMagic + 2, in_.get());
    }

    std::string_view rest() {
        const auto* text = reinterpret_cast<const char*>(state_->next_in);
        return {text, std::exchange(state_->avail_in, 0)};
    }

    [[nodiscard]] bool has_ended() const { return state_->block_state == ISAL_BLOCK_FINISH; }

    std::string_view inflate_some() {
        state_->next_out = out_.get();
        state_->avail_out = kBlockBytes;
        if (isal_inflate(state_.get()) < 0) refuse();
        return {reinterpret_cast<const char*>(out_.get()), kBlockBytes - state_->avail_out};
    }

    [[noreturn]] void refuse() const { throw Error(Errc::corrupt, "'" + path_ + "' is damaged"); }

    platform::Fd file_;
    const std::string& path_;
    std::unique_ptr<inflate_state> state_ = std::make_unique<inflate_state>();
    std::optional<bool> packed_;
    bool file_ended_ = false;
    std::unique_ptr<std::uint8_t[]> in_ = std::make_unique<std::uint8_t[]>(kBlockBytes);
    std::unique_ptr<std::uint8_t[]> out_ = std::make_unique<std::uint8_t[]>(kBlockBytes);
};

}  // namespace

std::string gzipped(std::string_view text) {
    if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
        throw Error(Errc::bug, "a text of 4 GiB is to be packed");
    }
    const auto stream = std::make_unique<isal_zstream>();
    const auto level_buffer = std::make_unique<std::uint8_t[]>(kLevelBytes);
    const auto block = std::make_unique<std::uint8_t[]>(kBlockBytes);
    isal_deflate_init(stream.get());
    stream->level = kLevel;
    stream->level_buf = level_buffer.get();
    stream->level_buf_size = kLevelBytes;
    stream->gzip_flag = IGZIP_GZIP;
    stream->next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    stream->avail_in = static_cast<std::uint32_t>(text.size());
    stream->end_of_stream = 1;
    std::string packed;
    while (stream->internal_state.state != ZSTATE_END) {
        stream->next_out = block.get();
        stream->avail_out = kBlockBytes;
        if (isal_deflate(stream.get()) != COMP_OK) throw Error(Errc::bug, "ISA-L does not pack");
        packed.append(reinterpret_cast<const char*>(block.get()), kBlockBytes - stream->avail_out);
    }
    return packed;
}

std::optional<std::string> find_gzip_text(const std::string& path) {
    auto file = platform::find_file(path, O_RDONLY);
    if (!file) return std::nullopt;
    Reader reader(std::move(*file), path);
    std::string text;
    for (std::string_view got = reader.next(); !got.empty(); got = reader.next()) text += got;
    return text;
}

std::optional<std::string> find_gzip_line(const std::string& path) {
    auto file = platform::find_file(path, O_RDONLY);
    if (!file) return std::nullopt;
    Reader reader(std::move(*file), path);
    std::string line;
    for (std::string_view got = reader.next(); !got.empty(); got = reader.next()) {
        const std::size_t end = got.find('\n');
        line += got.substr(0, end);
        if (end != std::string_view::npos) break;
    }
    return line;
}

}  // namespace latchkey::store

#include "gzip_text.hpp"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
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
    Reader(platform::Fd file, std::string path) : file_(std::move(file)), path_(std::move(path)) {
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
    std::string path_;
    std::unique_ptr<inflate_state> state_ = std::make_unique<inflate_state>();
    std::optional<bool> packed_;
    bool file_ended_ = false;
    std::unique_ptr<std::uint8_t[]> in_ = std::make_unique<std::uint8_t[]>(kBlockBytes);
    std::unique_ptr<std::uint8_t[]> out_ = std::make_unique<std::uint8_t[]>(kBlockBytes);
};

/// Can be copied, as a function must be; the copies read on together.
class LineReader {
public:
    LineReader(platform::Fd file, std::string path)
        : state_(std::make_shared<State>(std::move(file), std::move(path))) {}

    std::optional<std::string_view> operator()() const {
        State& state = *state_;
        state.line.clear();
        for (bool begun = false;; begun = true) {
            if (state.rest.empty()) state.rest = state.reader.next();
            if (state.rest.empty()) {
                return begun ? std::optional<std::string_view>(state.line) : std::nullopt;
            }
            const std::size_t end = state.rest.find('\n');
            const bool whole = end != std::string_view::npos;
            const std::string_view part = state.rest.substr(0, end);
            state.rest.remove_prefix(whole ? end + 1 : part.size());
            if (whole && state.line.empty()) return part;
            state.line += part;
            if (whole) return state.line;
        }
    }

private:
    struct State {
        State(platform::Fd file, std::string path) : reader(std::move(file), std::move(path)) {}

        Reader reader;
        std::string_view rest;  ///< Of the reader's block.
        std::string line;       ///< One that began in an earlier block.
    };
    std::shared_ptr<State> state_;
};

}  // namespace

struct GzipWriter::State {
    isal_zstream stream;
    std::unique_ptr<std::uint8_t[]> level_buffer = std::make_unique<std::uint8_t[]>(kLevelBytes);
    std::unique_ptr<std::uint8_t[]> block = std::make_unique<std::uint8_t[]>(kBlockBytes);
    std::string waiting;  ///< Less than a block.
    std::string packed;
};

GzipWriter::GzipWriter() : state_(std::make_unique<State>()) {
    isal_zstream& stream = state_->stream;
    isal_deflate_init(&stream);
    stream.level = kLevel;
    stream.level_buf = state_->level_buffer.get();
    stream.level_buf_size = kLevelBytes;
    stream.gzip_flag = IGZIP_GZIP;
}

GzipWriter::~GzipWriter() = default;

void GzipWriter::add(std::string_view text) {
    // Whole blocks only: what ISA-L makes of a text depends on the pieces that it gets.
    while (!text.empty()) {
        const auto part = text.substr(0, kBlockBytes - state_->waiting.size());
        state_->waiting += part;
        text.remove_prefix(part.size());
        if (state_->waiting.size() < kBlockBytes) return;
        pack(state_->waiting, false);
        state_->waiting.clear();
    }
}

std::string GzipWriter::finish() {
    pack(state_->waiting, true);
    state_->waiting.clear();
    return std::move(state_->packed);
}

void GzipWriter::pack(std::string_view text, bool is_last) {
    isal_zstream& stream = state_->stream;
    stream.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<std::uint32_t>(text.size());
    stream.end_of_stream = is_last ? 1 : 0;
    do {
        stream.next_out = state_->block.get();
        stream.avail_out = kBlockBytes;
        if (isal_deflate(&stream) != COMP_OK) throw Error(Errc::bug, "ISA-L does not pack");
        state_->packed.append(reinterpret_cast<const char*>(state_->block.get()),
                              kBlockBytes - stream.avail_out);
    } while (is_last ? stream.internal_state.state != ZSTATE_END
                     : stream.avail_in > 0 || stream.avail_out == 0);
}

std::optional<NextLine> find_gzip_lines(const std::string& path) {
    auto file = platform::find_file(path, O_RDONLY);
    if (!file) return std::nullopt;
    return LineReader(std::move(*file), path);
}

std::optional<std::string> find_gzip_line(const std::string& path) {
    const auto next = find_gzip_lines(path);
    if (!next) return std::nullopt;
    return std::string((*next)().value_or(""));
}

}  // namespace latchkey::store

#include "gzip_text.hpp"

#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::store {
namespace {

constexpr int kLevel = 6;
constexpr int kGzipWindowBits = 15 + 16;  // zlib.h: 16 more means a gzip header.
constexpr int kMemoryLevel = 8;           // zlib.h: the default.
constexpr unsigned kBlockBytes = 64 << 10;

/// Reads by read_some(), which a signal does not end; zlib's own reader of files stops there.
class Reader {
public:
    Reader(platform::Fd file, const std::string& path) : file_(std::move(file)), path_(path) {
        if (inflateInit2(&stream_, kGzipWindowBits) != Z_OK) throw std::bad_alloc();
    }
    ~Reader() { inflateEnd(&stream_); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    /// Empty at the end.
    std::string_view next() {
        for (;;) {
            const bool at_start = stream_.next_in == nullptr;
            if (stream_.avail_in == 0) read();
            if (at_start) packed_ = starts_packed();
            if (!packed_) return rest();
            if (ended_) {
                if (stream_.avail_in > 0) refuse();
                return {};
            }
            if (stream_.avail_in == 0) refuse();  // It is cut.
            if (const auto text = inflate_some(); !text.empty()) return text;
        }
    }

private:
    void read() {
        const std::size_t count = platform::read_some(
            file_, {reinterpret_cast<std::byte*>(in_.get()), kBlockBytes}, path_);
        stream_.next_in = in_.get();
        stream_.avail_in = static_cast<uInt>(count);
    }

    [[nodiscard]] bool starts_packed() const {
        constexpr Bytef kMagic[] = {0x1F, 0x8B};
        return stream_.avail_in >= 2 && std::equal(kMagic, kMagic + 2, in_.get());
    }

    std::string_view rest() {
        const auto* text = reinterpret_cast<const char*>(stream_.next_in);
        return {text, std::exchange(stream_.avail_in, 0)};
    }

    std::string_view inflate_some() {
        stream_.next_out = reinterpret_cast<Bytef*>(out_.get());
        stream_.avail_out = kBlockBytes;
        const int step = inflate(&stream_, Z_NO_FLUSH);
        if (step != Z_OK && step != Z_STREAM_END && step != Z_BUF_ERROR) refuse();
        ended_ = step == Z_STREAM_END;
        return {out_.get(), kBlockBytes - stream_.avail_out};
    }

    [[noreturn]] void refuse() const { throw Error(Errc::corrupt, "'" + path_ + "' is damaged"); }

    platform::Fd file_;
    const std::string& path_;
    z_stream stream_{};
    bool packed_ = false;
    bool ended_ = false;
    std::unique_ptr<Bytef[]> in_ = std::make_unique<Bytef[]>(kBlockBytes);
    std::unique_ptr<char[]> out_ = std::make_unique<char[]>(kBlockBytes);
};

}  // namespace

std::string gzipped(std::string_view text) {
    z_stream stream{};
    if (deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindowBits, kMemoryLevel,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::bad_alloc();
    }
    const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, deflateEnd);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    const auto block = std::make_unique<char[]>(kBlockBytes);
    std::string packed;
    for (int step = Z_OK; step != Z_STREAM_END;) {
        stream.next_out = reinterpret_cast<Bytef*>(block.get());
        stream.avail_out = kBlockBytes;
        step = deflate(&stream, Z_FINISH);
        packed.append(block.get(), kBlockBytes - stream.avail_out);
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

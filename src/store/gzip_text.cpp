#include "gzip_text.hpp"

#include <zlib.h>

#include <cerrno>
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

/// zlib's reader of gzip files.
class Reader {
public:
    Reader(platform::Fd file, const std::string& path)
        : path_(path), file_(gzdopen(file.number(), "rb"), gzclose_r) {
        if (!file_) throw std::bad_alloc();
        file.release();  // zlib closes it now.
        gzbuffer(file_.get(), kBlockBytes);
    }

    /// Empty at the end.
    std::string_view next() {
        const int count = gzread(file_.get(), block_.get(), kBlockBytes);
        int code = Z_OK;
        (void)gzerror(file_.get(), &code);
        if (code == Z_ERRNO) throw platform::os_error(errno, "read '" + path_ + "'");
        if (count < 0 || code != Z_OK) {
            throw Error(Errc::corrupt, "'" + path_ + "' is damaged");
        }
        return {block_.get(), static_cast<std::size_t>(count)};
    }

private:
    const std::string& path_;
    std::unique_ptr<gzFile_s, int (*)(gzFile_s*)> file_;
    std::unique_ptr<char[]> block_ = std::make_unique<char[]>(kBlockBytes);
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

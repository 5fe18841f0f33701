#include "file_fetch.hpp"

#include <fcntl.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/seek.hpp"

namespace latchkey::net {
namespace {

constexpr std::size_t kBlockBytes = 512 * 1024;

/// An open file; shared with the worker that reads from it.
class Source {
public:
    explicit Source(std::string path) : path_(std::move(path)) {}

    /// False: there is no regular file.
    bool open() {
        const auto status = platform::find_target_status(path_);
        if (!status || status->kind != platform::FileKind::regular) return false;
        auto found = platform::find_file(path_, O_RDONLY | O_NONBLOCK);
        if (!found) return false;
        file_ = std::move(*found);
        size_bytes_ = platform::load_status(file_, path_).size_bytes;
        return true;
    }

    void seek(std::uint64_t offset) { platform::seek_to(file_, offset, path_); }

    std::vector<std::byte> read(const OnWorker& on) {
        on.check();
        std::vector<std::byte> block(kBlockBytes);
        block.resize(platform::read_some(file_, block, path_));
        if (block.size() < kBlockBytes / 2) block.shrink_to_fit();
        return block;
    }

    [[nodiscard]] std::uint64_t size_bytes() const noexcept { return size_bytes_; }

private:
    std::string path_;
    platform::Fd file_;
    std::uint64_t size_bytes_ = 0;
};

}  // namespace

task::awaitable<Fetched> fetch_file(task::Workers& workers, Url url, std::uint64_t offset,
                                    Sink& sink) {
    Fetched fetched;
    const auto source = std::make_shared<Source>(url.file_path());
    auto open = [source](const OnWorker&) { return source->open(); };
    const bool found = co_await task::offload(workers, open);
    if (!found) {
        fetched.status = 404;
        fetched.refusal = Refusal::absent;
        co_return fetched;
    }
    if (offset > source->size_bytes()) {
        fetched.status = 416;
        fetched.refusal = Refusal::lasting;
        co_return fetched;
    }
    fetched.status = offset > 0 ? 206 : 200;
    if (offset > 0) source->seek(offset);
    sink.begin(source->size_bytes() - offset);
    auto read = [source](const OnWorker& on) { return source->read(on); };
    for (;;) {
        std::vector<std::byte> block = co_await task::offload(workers, read);
        if (block.empty()) break;
        const std::size_t count = block.size();
        const bool wanted = co_await sink.write(std::move(block));
        fetched.body_bytes += count;
        if (!wanted) co_return fetched;
    }
    fetched.complete = true;
    co_return fetched;
}

}  // namespace latchkey::net

#include "file_fetch.hpp"

#include <fcntl.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/net/tar_members.hpp"
#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/seek.hpp"

namespace latchkey::net {
namespace {

constexpr std::size_t kBlockBytes = 512 * 1024;

/// An open file, or a member of a tar archive whose path goes on behind the archive's own; shared
/// with the worker that reads from it.
class Source {
public:
    explicit Source(std::string path) : path_(std::move(path)) {}

    /// False: there is no regular file.
    ///
    /// Throws: as find_tar_members().
    bool open() {
        if (!open_file(path_)) return open_member();
        size_bytes_ = platform::load_status(file_, path_).size_bytes;
        return true;
    }

    void seek(std::uint64_t offset) {
        platform::seek_to(file_, begin_ + offset, path_);
        position_ = offset;
    }

    std::vector<std::byte> read(const OnWorker& on) {
        on.check();
        // A file may have grown; a member ends where the next one begins.
        const std::uint64_t left = is_member_ ? size_bytes_ - position_ : kBlockBytes;
        std::vector<std::byte> block(std::min<std::uint64_t>(kBlockBytes, left));
        block.resize(platform::read_some(file_, block, path_));
        position_ += block.size();
        if (block.size() < kBlockBytes / 2) block.shrink_to_fit();
        return block;
    }

    [[nodiscard]] std::uint64_t size_bytes() const noexcept { return size_bytes_; }

private:
    bool open_file(const std::string& path) {
        const auto status = platform::find_target_status(path);
        if (!status || status->kind != platform::FileKind::regular) return false;
        auto found = platform::find_file(path, O_RDONLY | O_NONBLOCK);
        if (found) file_ = std::move(*found);
        return found.has_value();
    }

    bool open_member() {
        std::string archive = path_;
        while (archive.size() > 1 && !platform::find_target_status(archive)) {
            archive = platform::folder_of(archive);
        }
        if (archive.size() <= 1 || archive.size() >= path_.size() || !open_file(archive)) {
            return false;
        }
        const auto members = find_tar_members(file_, archive);
        if (!members) return false;
        const auto found = members->find(path_.substr(archive.size() + 1));
        if (found == members->end()) return false;
        begin_ = found->second.offset;
        size_bytes_ = found->second.size_bytes;
        is_member_ = true;
        seek(0);
        return true;
    }

    std::string path_;
    platform::Fd file_;
    bool is_member_ = false;
    std::uint64_t begin_ = 0;  ///< Of its bytes in `file_`.
    std::uint64_t size_bytes_ = 0;
    std::uint64_t position_ = 0;
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

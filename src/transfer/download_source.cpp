#include "download_source.hpp"

#include "latchkey/base/error.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::transfer {
namespace {

constexpr std::size_t kBlockBytes = 256 * 1024;

}  // namespace

DownloadSource::DownloadSource(const OnWorker& on, std::string file_path,
                               std::optional<task::BytePipe> pipe, std::string expected_hash,
                               task::Turns::Turn& turn, bool keep)
    : on_(on),
      file_path_(std::move(file_path)),
      pipe_(std::move(pipe)),
      turn_(turn),
      expected_hash_(std::move(expected_hash)) {
    if (!keep && pipe_) {
        in_file_ = false;
        return;
    }
    try {
        file_ = platform::open_file(file_path_, pipe_ ? O_RDWR | O_CREAT : O_RDONLY);
    } catch (const Error& e) {
        if (!pipe_ || e.code() != Errc::no_room) throw;
        in_file_ = false;  // Not even an inode: then nothing is kept for another try.
    }
}

std::span<const std::byte> DownloadSource::next() {
    const std::span<const std::byte> bytes = pull();
    if (hash_ && hash_ != expected_hash_) {
        throw Error(Errc::corrupt, "'" + file_path_ + "' does not have the expected hash");
    }
    return bytes;
}

void DownloadSource::drain() {
    while (!pull().empty()) {
    }
}

std::span<const std::byte> DownloadSource::pull() {
    try {
        on_.check();
        const std::span<const std::byte> bytes = next_of_file();
        if (!bytes.empty()) return bytes;
        if (taken_.empty() && !hash_) take_blocks();
    } catch (const std::exception&) {
        failed_ = true;  // The disk or the line, not the bytes.
        throw;
    }
    if (taken_.empty()) return {};
    block_ = std::move(taken_.front());
    taken_.pop_front();
    return block_;
}

std::span<const std::byte> DownloadSource::next_of_file() {
    if (!in_file_) return {};
    turn_.take(on_);
    block_.resize(kBlockBytes);
    const std::size_t count = platform::read_some(file_, block_, file_path_);
    const std::span<const std::byte> bytes = std::span(block_).first(count);
    running_hash_.update(bytes);
    in_file_ = count > 0;
    return bytes;
}

/// For another try, should this one not come to its end. Where there is no room for it, the room is
/// for what is unpacked.
void DownloadSource::keep(std::span<const std::byte> block) {
    if (!file_.open()) return;
    try {
        // The descriptor stands at the file's end: what comes is appended.
        platform::write_all(file_, block, file_path_);
    } catch (const Error& e) {
        if (e.code() != Errc::no_room) throw;
        platform::empty_file(file_, file_path_);
        file_.close();
    }
}

/// The next one; and where the line has nothing more to give, all that are left.
void DownloadSource::take_blocks() {
    while (pipe_) {
        if (!pipe_->ready()) turn_.rest();
        task::BytePipe::Block block = pipe_->pop(on_);
        turn_.take(on_);
        if (block.empty()) break;
        keep(block);
        running_hash_.update(block);
        taken_.push_back(std::move(block));
        if (!pipe_->has_all()) return;
    }
    hash_ = running_hash_.finish().hex();
}

}  // namespace latchkey::transfer

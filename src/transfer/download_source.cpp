#include "download_source.hpp"

#include <utility>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/seek.hpp"

namespace latchkey::transfer {
namespace {

constexpr std::size_t kBlockBytes = 256 * 1024;

}  // namespace

DownloadSource::DownloadSource(const OnWorker& on, std::string file_path,
                               std::optional<task::BytePipe> pipe, std::string expected_hash,
                               task::Turns::Turn& turn, task::Turns::Turn* dictionary, bool keep)
    : on_(on),
      file_path_(std::move(file_path)),
      pipe_(std::move(pipe)),
      turn_(turn),
      dictionary_(dictionary),
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
        await_dictionary();
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

/// Once: what has the dictionary keeps it to its end.
void DownloadSource::await_dictionary() {
    if (!dictionary_) return;
    if (in_file_ && pipe_ && !dictionary_->try_take()) gather();
    turn_.rest();
    std::exchange(dictionary_, nullptr)->take(on_);
}

/// Appends what comes to the file, until there is a dictionary or nothing more comes. A disk that
/// is full ends it, too: the pipe then holds the line up.
void DownloadSource::gather() {
    turn_.rest();
    std::uint64_t size_bytes = platform::load_status(file_, file_path_).size_bytes;
    platform::seek_to(file_, size_bytes, file_path_);
    do {
        task::BytePipe::Block block = pipe_->pop(on_);
        if (block.empty()) {
            pipe_.reset();
            break;
        }
        try {
            platform::write_all(file_, block, file_path_);
        } catch (const Error& e) {
            if (e.code() != Errc::no_room) throw;
            platform::cut_file(file_, size_bytes, file_path_);
            first_ = std::move(block);
            break;
        }
        size_bytes += block.size();
    } while (!dictionary_->try_take());
    platform::seek_to(file_, 0, file_path_);
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
        platform::cut_file(file_, 0, file_path_);
        file_.close();
    }
}

task::BytePipe::Block DownloadSource::next_block() {
    if (first_) return *std::exchange(first_, std::nullopt);
    if (!pipe_->ready()) turn_.rest();
    return pipe_->pop(on_);
}

/// The next one; and where the line has nothing more to give, all that are left.
void DownloadSource::take_blocks() {
    while (pipe_) {
        task::BytePipe::Block block = next_block();
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

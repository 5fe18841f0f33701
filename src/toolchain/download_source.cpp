#include "download_source.hpp"

#include "latchkey/platform/file.hpp"

namespace latchkey::toolchain {
namespace {

constexpr std::size_t kBlockBytes = 256 * 1024;

}  // namespace

DownloadSource::DownloadSource(const OnWorker& on, std::string file_path,
                               std::optional<task::BytePipe> pipe, task::Turns::Turn& turn)
    : on_(on), file_path_(std::move(file_path)), pipe_(std::move(pipe)), turn_(turn) {
    file_ = platform::open_file(file_path_, pipe_ ? O_RDWR | O_CREAT : O_RDONLY);
}

std::span<const std::byte> DownloadSource::next() {
    try {
        const std::span<const std::byte> bytes = next_bytes();
        hash_.update(bytes);
        return bytes;
    } catch (const std::exception&) {
        failed_ = true;  // The disk or the line, not the bytes.
        throw;
    }
}

std::span<const std::byte> DownloadSource::next_bytes() {
    on_.check();
    if (in_file_) {
        turn_.take(on_);
        block_.resize(kBlockBytes);
        const std::size_t count = platform::read_some(file_, block_, file_path_);
        if (count > 0) return std::span(block_).first(count);
        in_file_ = false;
    }
    if (!pipe_) return {};
    if (!pipe_->ready()) turn_.rest();
    block_ = pipe_->pop(on_);
    turn_.take(on_);
    // The descriptor stands at the file's end: what comes is appended.
    platform::write_all(file_, block_, file_path_);
    return block_;
}

void DownloadSource::drain() {
    while (!next().empty()) {
    }
}

}  // namespace latchkey::toolchain

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "latchkey/archive/byte_source.hpp"
#include "latchkey/base/permit.hpp"
#include "latchkey/base/sha256.hpp"
#include "latchkey/platform/fd.hpp"
#include "latchkey/task/byte_pipe.hpp"
#include "latchkey/task/turns.hpp"

namespace latchkey::toolchain {

/// The bytes of one artifact: first those that a file has already, then those that come through a
/// pipe, which are appended to the file. Everything is hashed on its way.
///
/// Thread: one worker.
class DownloadSource final : public archive::ByteSource {
public:
    /// `pipe` empty: the file is all there is. `turn` is had for each block, and given back while
    /// the pipe is empty.
    ///
    /// Throws: Errc::io if the file cannot be opened.
    DownloadSource(const OnWorker& on, std::string file_path, std::optional<task::BytePipe> pipe,
                   task::Turns::Turn& turn);

    std::span<const std::byte> next() override;

    /// Reads what is left, so that the hash is of everything.
    void drain();

    /// Requires: `drain` was called.
    Digest digest() { return hash_.finish(); }

    /// Why the stream ended early, if it did: no fault of the bytes.
    [[nodiscard]] bool failed() const noexcept { return failed_; }

private:
    std::span<const std::byte> next_bytes();

    const OnWorker& on_;
    std::string file_path_;
    platform::Fd file_;
    std::optional<task::BytePipe> pipe_;
    task::Turns::Turn& turn_;
    bool in_file_ = true;
    bool failed_ = false;
    std::vector<std::byte> block_;
    Sha256 hash_;
};

}  // namespace latchkey::toolchain

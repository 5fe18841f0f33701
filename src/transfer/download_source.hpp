#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string>

#include "latchkey/archive/byte_source.hpp"
#include "latchkey/base/permit.hpp"
#include "latchkey/base/sha256.hpp"
#include "latchkey/platform/fd.hpp"
#include "latchkey/task/byte_pipe.hpp"
#include "latchkey/task/turns.hpp"

namespace latchkey::transfer {

/// The bytes of one artifact: first those that a file has already, then those that come through a
/// pipe, which are appended to the file. Everything is hashed on its way.
///
/// When the last bytes have come, the hash is known before they are decoded. Where it is not the
/// expected one, `next` throws Errc::corrupt: there is no use in going on.
///
/// Thread: one worker.
class DownloadSource final : public archive::ByteSource {
public:
    /// `pipe` empty: the file is all there is. `turn` is had for each block, and given back while
    /// the pipe is empty. Shape: `expected_hash` as `hash` gives it.
    ///
    /// `keep`: what comes is appended to the file, for another try; as long as there is room for
    /// it.
    ///
    /// Requires: without `keep` the file is not there.
    /// Throws: Errc::io if the file cannot be opened.
    DownloadSource(const OnWorker& on, std::string file_path, std::optional<task::BytePipe> pipe,
                   std::string expected_hash, task::Turns::Turn& turn, bool keep = true);

    std::span<const std::byte> next() override;

    /// Reads what is left, right or wrong, so that the hash is of everything.
    void drain();

    /// Of all bytes, in hexadecimal. Requires: `drain` was called.
    [[nodiscard]] const std::string& hash() const { return *hash_; }

    /// Why the stream ended early, if it did: no fault of the bytes.
    [[nodiscard]] bool failed() const noexcept { return failed_; }

private:
    std::span<const std::byte> pull();
    std::span<const std::byte> next_of_file();
    void take_blocks();
    void keep(std::span<const std::byte> block);

    const OnWorker& on_;
    std::string file_path_;
    platform::Fd file_;
    std::optional<task::BytePipe> pipe_;
    task::Turns::Turn& turn_;
    std::string expected_hash_;
    bool in_file_ = true;
    bool failed_ = false;
    task::BytePipe::Block block_;              ///< What `next` gave last.
    std::deque<task::BytePipe::Block> taken_;  ///< From the pipe: hashed, and in the file.
    Sha256 running_hash_;
    std::optional<std::string> hash_;
};

}  // namespace latchkey::transfer

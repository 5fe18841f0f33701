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

/// The bytes of one artifact: first those in a file, then those from a pipe, which are also
/// appended to the file. Hashes them all.
///
/// A decoder whose dictionary is large may have to wait until another one has ended. Until then what
/// comes goes into the file alone, and is read from there afterwards: the line does not wait, and
/// memory has one block of it.
///
/// The hash is known once the last bytes have come, before they are decoded. If it is not the
/// expected one, next() throws Errc::corrupt.
///
/// Thread: one worker.
class DownloadSource final : public archive::ByteSource {
public:
    /// `pipe` empty: the file has all bytes. Takes `turn` for each block, and gives it back while
    /// the pipe is empty. Takes `dictionary`, unless it is null, before the first block is given.
    /// With `keep`, bytes of the pipe are appended to the file for another try,
    /// as long as the disk has room.
    ///
    /// Shape:    `expected_hash` as in hash().
    /// Requires: without `keep`, the file is not there.
    /// Throws:   Errc::io if the file cannot be opened.
    DownloadSource(const OnWorker& on, std::string file_path, std::optional<task::BytePipe> pipe,
                   std::string expected_hash, task::Turns::Turn& turn,
                   task::Turns::Turn* dictionary = nullptr, bool keep = true);

    std::span<const std::byte> next() override;

    /// Reads and hashes the bytes that are left, without checking the hash.
    void drain();

    /// The SHA-256 of all bytes, in hexadecimal.
    ///
    /// Requires: drain() was called.
    [[nodiscard]] const std::string& hash() const { return *hash_; }

    /// Whether next() threw for another reason than the hash: the bytes may be right.
    [[nodiscard]] bool failed() const noexcept { return failed_; }

private:
    std::span<const std::byte> pull();
    void await_dictionary();
    void gather();
    task::BytePipe::Block next_block();
    std::span<const std::byte> next_of_file();
    void take_blocks();
    void keep(std::span<const std::byte> block);

    const OnWorker& on_;
    std::string file_path_;
    platform::Fd file_;
    std::optional<task::BytePipe> pipe_;
    task::Turns::Turn& turn_;
    task::Turns::Turn* dictionary_;
    std::string expected_hash_;
    std::optional<task::BytePipe::Block> first_;  ///< From the pipe, and not in the file yet.
    bool in_file_ = true;
    bool failed_ = false;
    task::BytePipe::Block block_;              ///< What next() returned last.
    std::deque<task::BytePipe::Block> taken_;  ///< From the pipe: hashed, and in the file.
    Sha256 running_hash_;
    std::optional<std::string> hash_;
};

}  // namespace latchkey::transfer

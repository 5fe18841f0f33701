#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "tree_writer.hpp"

namespace latchkey::archive {

/// Small files on their way from the one who reads a package to those who write its tree. To create
/// a file takes the kernel longer than to decode it: so others do that, if there are any.
///
/// Thread: one adds and closes, any number write.
class WriteQueue {
public:
    /// Units: bytes that may wait here at once.
    explicit WriteQueue(std::uint64_t most_bytes) : most_bytes_(most_bytes) {}

    /// The reader's. Reads the current entry of `tar`. Where enough waits already, the reader
    /// writes some himself.
    ///
    /// Requires: `tree` was prepared for it; its size is at most kSmallBytes.
    /// Throws:   as TreeWriter::save.
    void add(TreeWriter& tree, TreeWriter::NewFile file, TarReader& tar);

    /// The reader's, at his end: no more comes. Writes with the others until all is written.
    void finish(const OnWorker& on);

    /// Whoever fails calls it: what waits is dropped, and nobody writes on.
    void abandon() noexcept;

    /// Writes what comes until the reader has finished.
    ///
    /// Throws: as TreeWriter::save; the cancellation. It is abandoned then.
    void work(const OnWorker& on);

    /// It was abandoned: the reader may stop.
    [[nodiscard]] bool failed() const;

    /// What is larger is written as it is read.
    static constexpr std::uint64_t kSmallBytes = 256 * 1024;

private:
    struct Place {
        TreeWriter* tree;
        TreeWriter::NewFile file;
        std::size_t begin;
        std::size_t size;
    };
    /// Some files, their content in one piece.
    struct Batch {
        std::vector<std::byte> bytes;
        std::vector<Place> places;
    };

    /// False: enough waits already.
    bool hand_over();
    /// Empty: there is nothing left.
    std::optional<Batch> wait_for_batch();
    void give_back(Batch batch);
    static void write(const Batch& batch);
    static void clear(Batch& batch);

    const std::uint64_t most_bytes_;
    Batch gathered_;  ///< The reader's.

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Batch> waiting_;
    std::uint64_t waiting_bytes_ = 0;
    std::vector<Batch> spare_;  ///< Empty, with memory.
    bool closed_ = false;
    bool failed_ = false;
};

}  // namespace latchkey::archive

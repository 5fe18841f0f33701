#include "write_queue.hpp"

#include <span>
#include <utility>

namespace latchkey::archive {
namespace {

/// Enough that taking a batch costs nothing beside writing it.
constexpr std::size_t kBatchBytes = 256 * 1024;
constexpr std::size_t kBatchFiles = 32;

}  // namespace

void WriteQueue::add(TreeWriter& tree, TreeWriter::NewFile file, TarReader& tar) {
    const std::size_t begin = gathered_.bytes.size();
    for (auto bytes = tar.next_data(); !bytes.empty(); bytes = tar.next_data()) {
        gathered_.bytes.insert(gathered_.bytes.end(), bytes.begin(), bytes.end());
    }
    const std::size_t size = gathered_.bytes.size() - begin;
    gathered_.places.push_back({&tree, std::move(file), begin, size});
    if (gathered_.bytes.size() < kBatchBytes && gathered_.places.size() < kBatchFiles) return;
    if (!hand_over()) {
        write(gathered_);
        clear(gathered_);
    }
}

void WriteQueue::finish(const OnWorker& on) {
    {
        const std::lock_guard lock(mutex_);
        waiting_bytes_ += gathered_.bytes.size();
        waiting_.push_back(std::exchange(gathered_, {}));
        closed_ = true;
    }
    changed_.notify_all();
    work(on);
}

void WriteQueue::abandon() noexcept {
    const std::lock_guard lock(mutex_);
    failed_ = true;
    changed_.notify_all();
}

void WriteQueue::work(const OnWorker& on) {
    try {
        while (auto batch = wait_for_batch()) {
            on.check();
            write(*batch);
            give_back(std::move(*batch));
        }
    } catch (...) {
        abandon();
        throw;
    }
}

bool WriteQueue::failed() const {
    const std::lock_guard lock(mutex_);
    return failed_;
}

bool WriteQueue::hand_over() {
    {
        const std::lock_guard lock(mutex_);
        if (waiting_bytes_ + gathered_.bytes.size() > most_bytes_) return false;
        waiting_bytes_ += gathered_.bytes.size();
        waiting_.push_back(std::move(gathered_));
        gathered_ = {};
        if (!spare_.empty()) {
            gathered_ = std::move(spare_.back());
            spare_.pop_back();
        }
    }
    changed_.notify_one();
    return true;
}

std::optional<WriteQueue::Batch> WriteQueue::wait_for_batch() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !waiting_.empty() || closed_ || failed_; });
    if (waiting_.empty() || failed_) return std::nullopt;
    Batch batch = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_bytes_ -= batch.bytes.size();
    return batch;
}

void WriteQueue::write(const Batch& batch) {
    for (const Place& place : batch.places) {
        place.tree->save(place.file, std::span(batch.bytes).subspan(place.begin, place.size));
    }
}

void WriteQueue::clear(Batch& batch) {
    batch.bytes.clear();
    batch.places.clear();
}

void WriteQueue::give_back(Batch batch) {
    clear(batch);
    const std::lock_guard lock(mutex_);
    spare_.push_back(std::move(batch));
}

}  // namespace latchkey::archive

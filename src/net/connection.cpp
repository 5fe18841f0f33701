#include "connection.hpp"

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>

namespace latchkey::net {
namespace {

using Taken = Wire::Taken;

/// The line of a chunk's length, or the fields behind the last one.
constexpr std::size_t kChunkLineLimitBytes = 64 * 1024;

constexpr std::size_t kBlockBytes = 256 * 1024;

/// A block is handed on when it has this much and no more is there,
constexpr std::size_t kEnoughBytes = 64 * 1024;

/// or when its first byte is this old.
constexpr std::chrono::milliseconds kPatience{100};

constexpr int kInterimAnswers = 16;

/// When to hand on a block that is not full.
class Gathering {
public:
    void note_bytes() {
        if (!first_) first_ = Clock::now();
    }
    [[nodiscard]] bool enough(std::size_t bytes) const {
        return bytes >= kEnoughBytes || (first_ && Clock::now() >= *first_ + kPatience);
    }
    /// How long to wait for more: for the first byte `limit`, for another only so long as a block
    /// may be held.
    [[nodiscard]] Clock::time_point deadline(Connection::Limit limit) const {
        return first_ ? *first_ + kPatience : Clock::now() + limit;
    }
    [[nodiscard]] bool begun() const { return first_.has_value(); }

private:
    std::optional<Clock::time_point> first_;
};

bool is_only_chunked(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text == "chunked";
}

}  // namespace

task::awaitable<std::optional<Trouble>> Connection::start_tls(
    std::shared_ptr<const TlsContext> context, std::string host, Limit limit) {
    if (!pending_.empty()) {
        co_return Trouble(Cut::unreached, "the server sent data before TLS started");
    }
    answers_ = 0;
    co_return co_await wire_.start_tls(std::move(context), std::move(host), limit);
}

task::awaitable<Block> Connection::ask(std::string bytes, std::size_t count, Limit limit) {
    Block block;
    const bool sent = co_await wire_.write(std::move(bytes), Clock::now() + limit);
    if (!sent) {
        block.trouble = Trouble(Cut::broken, "sending the request failed: " + wire_.reason());
        co_return block;
    }
    block.bytes.resize(count);
    for (std::size_t filled = 0; filled < count;) {
        const Taken taken = wire_.try_read(block.bytes.data() + filled, count - filled);
        filled += taken.count;
        if (taken.state == Taken::State::bytes) continue;
        if (taken.state != Taken::State::none_yet) {
            block.trouble = cut_off(taken.state == Taken::State::ended);
            co_return block;
        }
        const bool in_time = co_await wire_.wait(Clock::now() + limit);
        if (!in_time) {
            block.trouble = timed_out(limit);
            co_return block;
        }
    }
    co_return block;
}

task::awaitable<std::optional<Trouble>> Connection::send(std::string request, Limit limit) {
    reader_ = std::make_unique<ResponseReader>();
    in_body_ = complete_ = false;
    received_bytes_ = 0;
    length_bytes_.reset();
    const bool sent = co_await wire_.write(std::move(request), Clock::now() + limit);
    if (sent) co_return std::nullopt;
    co_return Trouble(Cut::broken, "sending the request failed: " + wire_.reason());
}

task::awaitable<std::optional<Trouble>> Connection::read_head(Limit limit) {
    std::size_t head_bytes = 0;
    for (int interim = 0; interim < kInterimAnswers;) {
        if (!pending_.empty()) {
            const ResponseReader::Step step = reader_->read_head(pending_);
            pending_.erase(pending_.begin(),
                           pending_.begin() + static_cast<std::ptrdiff_t>(step.used));
            head_bytes += step.used;
            if (step.state == ResponseReader::State::bad) {
                co_return Trouble(Cut::broken, reader_->reason());
            }
            if (step.state == ResponseReader::State::done) {
                if (reader_->head().status >= 200) co_return begin_body();
                ++interim;
                reader_ = std::make_unique<ResponseReader>();
                continue;
            }
        }
        if (head_bytes + pending_.size() > kHeadLimitBytes) {
            co_return Trouble(Cut::broken, "the answer's header has more than " +
                                               std::to_string(kHeadLimitBytes / 1024) + " KiB");
        }
        constexpr std::size_t kStepBytes = 16 * 1024;
        const std::size_t before = pending_.size();
        pending_.resize(before + kStepBytes);
        const Taken taken = wire_.try_read(pending_.data() + before, kStepBytes);
        pending_.resize(before + taken.count);
        if (taken.state == Taken::State::bytes) continue;
        if (taken.state == Taken::State::none_yet) {
            const bool in_time = co_await wire_.wait(Clock::now() + limit);
            if (!in_time) co_return timed_out(limit);
        } else {
            co_return cut_off(taken.state == Taken::State::ended);
        }
    }
    co_return Trouble(Cut::broken, "the server sends interim answers without end");
}

std::optional<Trouble> Connection::begin_body() {
    const Head& head = reader_->head();
    in_body_ = true;
    ++answers_;
    if (!head.transfer_encoding.empty() && !is_only_chunked(head.transfer_encoding)) {
        return Trouble(Cut::broken,
                       "the answer has an unknown transfer encoding: " + head.transfer_encoding);
    }
    if (head.bodiless) {
        body_ = Body::none;
    } else if (head.chunked) {
        body_ = Body::chunked;
    } else if (head.length_bytes) {
        body_ = Body::counted;
        length_bytes_ = head.length_bytes;
    } else {
        body_ = Body::until_close;
    }
    complete_ = body_ == Body::none || (length_bytes_ && *length_bytes_ == 0);
    return std::nullopt;
}

bool Connection::reusable() const noexcept {
    return complete_ && pending_.empty() && body_ != Body::until_close && head().keep_alive;
}

task::awaitable<Block> Connection::read_body(Limit limit,
                                             const std::function<void()>* begins_to_wait) {
    if (complete_) {
        Block block;
        block.last = true;
        co_return block;
    }
    if (body_ == Body::chunked) co_return co_await read_chunked(limit, begins_to_wait);
    co_return co_await read_plain(limit, begins_to_wait);
}

std::size_t Connection::take_pending(std::span<std::byte> bytes) {
    const std::size_t count = std::min(bytes.size(), pending_.size());
    const auto end = pending_.begin() + static_cast<std::ptrdiff_t>(count);
    std::copy(pending_.begin(), end, bytes.begin());
    pending_.erase(pending_.begin(), end);
    return count;
}

task::awaitable<Block> Connection::read_plain(Limit limit,
                                              const std::function<void()>* begins_to_wait) {
    std::size_t room = kBlockBytes;
    if (length_bytes_) {
        room = static_cast<std::size_t>(
            std::min<std::uint64_t>(room, *length_bytes_ - received_bytes_));
    }
    if (!space_) space_ = std::make_unique_for_overwrite<std::byte[]>(kBlockBytes);
    const std::span<std::byte> space(space_.get(), room);
    Block block;
    std::size_t filled = take_pending(space);
    Gathering gathering;
    if (filled > 0) gathering.note_bytes();
    while (filled < room) {
        const Taken taken = wire_.try_read(space.data() + filled, room - filled);
        if (taken.state == Taken::State::bytes) {
            filled += taken.count;
            gathering.note_bytes();
        } else if (taken.state == Taken::State::none_yet) {
            if (begins_to_wait != nullptr && !gathering.begun()) (*begins_to_wait)();
            if (gathering.enough(filled)) break;
            const bool in_time = co_await wire_.wait(gathering.deadline(limit));
            if (in_time) continue;
            if (!gathering.begun()) block.trouble = timed_out(limit);
            break;
        } else {
            const bool ended = taken.state == Taken::State::ended;
            complete_ = ended && body_ == Body::until_close;
            received_bytes_ += filled;
            if (!complete_) block.trouble = cut_off(ended);
            received_bytes_ -= filled;
            break;
        }
    }
    // On a slow line a block is small. Many wait for their turn, so each has no more than it needs.
    block.bytes.assign(space.begin(), space.begin() + static_cast<std::ptrdiff_t>(filled));
    if (length_bytes_ && received_bytes_ + filled == *length_bytes_) complete_ = true;
    finish_block(block);
    co_return block;
}

task::awaitable<Block> Connection::read_chunked(Limit limit,
                                                const std::function<void()>* begins_to_wait) {
    Block block;
    Gathering gathering;
    while (take_chunks(block)) {
        if (!block.bytes.empty()) gathering.note_bytes();
        if (block.bytes.size() >= kEnoughBytes) break;
        const std::size_t before = pending_.size();
        pending_.resize(before + kBlockBytes);
        const Taken taken = wire_.try_read(pending_.data() + before, kBlockBytes);
        pending_.resize(before + taken.count);
        if (taken.state == Taken::State::none_yet) {
            if (begins_to_wait != nullptr && !gathering.begun()) (*begins_to_wait)();
            if (gathering.enough(block.bytes.size())) break;
            const bool in_time = co_await wire_.wait(gathering.deadline(limit));
            if (in_time) continue;
            if (!gathering.begun()) block.trouble = timed_out(limit);
            break;
        }
        if (taken.state == Taken::State::bytes) continue;
        received_bytes_ += block.bytes.size();
        block.trouble = cut_off(taken.state == Taken::State::ended);
        received_bytes_ -= block.bytes.size();
        break;
    }
    finish_block(block);
    co_return block;
}

/// Moves what is pending through the parser. False: nothing more is to be read.
bool Connection::take_chunks(Block& block) {
    if (pending_.empty()) return true;
    const ResponseReader::Step step = reader_->read_chunks(pending_, block.bytes);
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(step.used));
    if (step.state == ResponseReader::State::done) {
        complete_ = true;
        return false;
    }
    if (step.state == ResponseReader::State::bad || pending_.size() > kChunkLineLimitBytes) {
        block.trouble = Trouble(Cut::broken, reader_->reason() + progress());
        return false;
    }
    return true;
}

void Connection::finish_block(Block& block) {
    received_bytes_ += block.bytes.size();
    block.last = complete_;
    // A queue counts sizes; capacity that nobody sees would break its bound.
    if (block.bytes.size() < block.bytes.capacity() / 2) block.bytes.shrink_to_fit();
}

std::string Connection::progress() const {
    if (!in_body_) return ", before an answer came";
    std::string text = ", after " + std::to_string(received_bytes_);
    if (length_bytes_) text += " of " + std::to_string(*length_bytes_);
    return text + " bytes";
}

Trouble Connection::timed_out(Limit limit) const {
    return Trouble(Cut::unreached,
                   "the read timed out after " + std::to_string(limit.count()) + " s" + progress());
}

Trouble Connection::cut_off(bool closed) const {
    const std::string reason = closed ? "" : " (" + wire_.reason() + ")";
    return Trouble(Cut::broken, "the connection was cut" + reason + progress());
}

}  // namespace latchkey::net

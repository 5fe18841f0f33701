#include "segments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "connection_trial.hpp"
#include "feed_attempts.hpp"
#include "latchkey/net/sink.hpp"
#include "latchkey/task/group.hpp"
#include "latchkey/task/permits.hpp"

namespace latchkey::transfer {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kSegmentBytes = 4 * 1024 * 1024;
constexpr std::size_t kWindow = 12;  ///< Segments between the first byte that lacks and the last.
constexpr std::chrono::milliseconds kTrial{700};

/// Ends the other connections.
struct Ended : std::exception {};

class Segments {
public:
    Segments(Context& context, Progress& progress, const net::Url& url, Rest rest,
             task::BytePipe pipe, Came came)
        : context_(context),
          progress_(progress),
          url_(url),
          rest_(std::move(rest)),
          pipe_(std::move(pipe)),
          came_(std::move(came)),
          count_((rest_.end - rest_.position + kSegmentBytes - 1) / kSegmentBytes),
          trial_(rest_.bytes_per_second) {
        parted_.position = rest_.position;
        begin_look();
    }

    task::awaitable<Parted> run() {
        try {
            connections_ = 2;
            co_await work_together(connections_);
        } catch (const Ended&) {
        }
        co_return parted_;
    }

private:
    struct Segment {
        explicit Segment(task::Permits::Permit own_place) : place(std::move(own_place)) {}

        task::Permits::Permit place;
        std::vector<task::BytePipe::Block> early;  ///< Came before its turn.
        bool complete = false;
    };

    class SegmentSink final : public net::Sink {
    public:
        SegmentSink(Segments& all, std::uint64_t number)
            : all_(all), number_(number), position_(all.begin_of(number)) {}

        void begin(std::optional<std::uint64_t>) override {}

        task::awaitable<bool> write(std::vector<std::byte> block) override {
            const std::uint64_t room = all_.end_of(number_) - position_;
            if (block.size() > room) block.resize(static_cast<std::size_t>(room));
            if (block.empty()) co_return false;
            position_ += block.size();
            const bool wanted = co_await all_.take(number_, std::move(block));
            co_return wanted && (position_ < all_.end_of(number_));
        }

        [[nodiscard]] std::uint64_t position() const noexcept { return position_; }

    private:
        Segments& all_;
        std::uint64_t number_;
        std::uint64_t position_;
    };

    [[nodiscard]] std::uint64_t begin_of(std::uint64_t number) const {
        return rest_.position + number * kSegmentBytes;
    }
    [[nodiscard]] std::uint64_t end_of(std::uint64_t number) const {
        return std::min(begin_of(number + 1), rest_.end);
    }

    task::awaitable<void> work_together(std::size_t count) {
        std::vector<task::awaitable<void>> all;
        for (std::size_t i = 0; i < count; ++i) all.push_back(work());
        co_await task::all(std::move(all));
    }

    /// One connection, which may become several.
    task::awaitable<void> work() {
        for (;;) {
            if (connections_ > allowed_) break;
            task::Permits::Permit place = co_await window_.acquire(0);
            if (next_ == count_) break;
            const std::uint64_t number = next_++;
            segments_.try_emplace(number, std::move(place));
            co_await fetch(number);
            const std::size_t more = wanted_more();
            if (more > 0) {
                connections_ += more;
                co_await work_together(more + 1);  // One goes on in this one's place.
                co_return;
            }
        }
        --connections_;
    }

    task::awaitable<void> fetch(std::uint64_t number) {
        SegmentSink sink(*this, number);
        for (unsigned attempt = 0; sink.position() < end_of(number);) {
            const std::uint64_t position = sink.position();
            net::ByteRange range;
            range.first = sink.position();
            range.end = end_of(number);
            range.total_bytes = rest_.total_bytes;
            const net::Fetched fetched =
                co_await context_.client.fetch_range(url_, std::move(range), sink);
            if (stopped_) throw Ended();
            if (sink.position() == end_of(number)) break;
            if (fetched.complete && sink.position() > position) continue;  // It sent only so much.
            const bool again = co_await try_prepare(fetched, attempt++, sink.position());
            if (!again) stop(Parted::End::failed);
        }
        segments_.at(number).complete = true;
        if (number == front_) co_await flush();
    }

    /// False: it is of no use.
    task::awaitable<bool> try_prepare(const net::Fetched& fetched, unsigned attempt,
                                      std::uint64_t position) {
        if (refuses_the_rest(fetched)) co_return false;
        try {
            co_await prepare_attempt(context_, progress_, url_, fetched, attempt, position);
        } catch (const Error& e) {
            progress_.debug(fmt::format("'{}' in parts: {}", url_.shown(), e.what()));
            co_return false;
        }
        co_return true;
    }

    /// A block of a segment: into the pipe, where it is that one's turn. False: no more is wanted.
    task::awaitable<bool> take(std::uint64_t number, task::BytePipe::Block block) {
        if (came_(block.size())) {
            parted_.end = Parted::End::given_up;
            stopped_ = true;
            co_return false;
        }
        std::vector<task::BytePipe::Block>& early = segments_.at(number).early;
        early.push_back(std::move(block));
        if (number == front_) co_await push(early);
        co_return !stopped_;
    }

    /// Only the first segment that is not whole in the pipe is pushed, by its own connection, and
    /// those behind it by that connection, too, where they are complete.
    task::awaitable<void> flush() {
        for (auto found = segments_.find(front_);
             found != segments_.end() && found->second.complete; found = segments_.find(front_)) {
            co_await push(found->second.early);
            segments_.erase(found);
            ++front_;
        }
        if (stopped_) throw Ended();
    }

    task::awaitable<void> push(std::vector<task::BytePipe::Block>& blocks) {
        std::vector<task::BytePipe::Block> ready;
        ready.swap(blocks);
        for (task::BytePipe::Block& block : ready) {
            const std::size_t count = block.size();
            const bool wanted = co_await pipe_.push(std::move(block));
            parted_.position += count;
            if (!wanted) stopped_ = true;
        }
    }

    [[noreturn]] void stop(Parted::End end) {
        parted_.end = end;
        stopped_ = true;
        throw Ended();
    }

    /// How many connections are to begin in addition.
    std::size_t wanted_more() {
        const std::chrono::duration<double> passed = Clock::now() - since_;
        if (passed < kTrial) return 0;
        const net::LineMeter::Count came = context_.client.line().count() - count_before_;
        ConnectionTrial::Look look;
        look.bytes_per_second = static_cast<double>(came.bytes) / passed.count();
        look.others = context_.downloads.others();
        look.connections = connections_;
        look.others_changed = context_.downloads.changes() != changes_before_;
        begin_look();
        const bool was_settled = trial_.settled();
        allowed_ = trial_.judge(look);
        if (trial_.settled() && !was_settled) tell(look.bytes_per_second);
        const std::uint64_t left = count_ - next_;
        return static_cast<std::size_t>(
            std::min<std::uint64_t>(allowed_ > connections_ ? allowed_ - connections_ : 0, left));
    }

    void begin_look() {
        since_ = Clock::now();
        count_before_ = context_.client.line().count();
        changes_before_ = context_.downloads.changes();
    }

    void tell(double rate) const {
        progress_.debug(fmt::format("'{}': {} connections, {:.1f} MB/s", url_.shown(),
                                    std::min(connections_, allowed_), rate / 1e6));
    }

    Context& context_;
    Progress& progress_;
    const net::Url& url_;
    const Rest rest_;
    task::BytePipe pipe_;
    Came came_;
    const std::uint64_t count_;
    task::Permits window_{kWindow};
    std::map<std::uint64_t, Segment> segments_;  ///< That have begun and are not yet in the pipe.
    std::uint64_t next_ = 0;
    std::uint64_t front_ = 0;
    Parted parted_;
    bool stopped_ = false;

    ConnectionTrial trial_;
    Clock::time_point since_;
    net::LineMeter::Count count_before_;
    std::size_t changes_before_ = 0;
    std::size_t connections_ = 0;
    std::size_t allowed_ = ConnectionTrial::kMost;
};

}  // namespace

task::awaitable<Parted> feed_segments(Context& context, Progress& progress, const net::Url& url,
                                      Rest rest, task::BytePipe pipe, Came came) {
    Segments segments(context, progress, url, std::move(rest), std::move(pipe), std::move(came));
    co_return co_await segments.run();
}

}  // namespace latchkey::transfer

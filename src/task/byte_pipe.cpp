#include "latchkey/task/byte_pipe.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

#include "latchkey/task/notice.hpp"

namespace latchkey::task {

namespace asio = boost::asio;

struct BytePipe::State {
    explicit State(std::size_t limit) : limit_bytes(limit) {}

    [[nodiscard]] bool has_room(std::size_t more_bytes) const {
        return held_bytes == 0 || held_bytes + more_bytes <= limit_bytes;
    }

    const std::size_t limit_bytes;
    std::mutex mutex;
    std::condition_variable_any filled;
    std::deque<Block> blocks;
    std::size_t held_bytes = 0;
    bool ended = false;
    bool abandoned = false;
    std::exception_ptr error;
    std::optional<asio::any_io_executor> waiting_writer;
    Notice room;  // The loop's: a reader that makes room posts the notice there.
};

BytePipe::BytePipe(std::size_t limit_bytes) : state_(std::make_shared<State>(limit_bytes)) {}

awaitable<bool> BytePipe::push(Block block) {
    const std::shared_ptr<State> state = state_;
    const auto executor = co_await asio::this_coro::executor;
    for (;;) {
        {
            const std::lock_guard guard(state->mutex);
            if (state->abandoned) co_return false;
            if (block.empty()) co_return true;  // To the reader it would be the end.
            if (state->has_room(block.size())) {
                state->held_bytes += block.size();
                state->blocks.push_back(std::move(block));
                state->filled.notify_one();
                co_return true;
            }
            state->waiting_writer = executor;
        }
        // Woken by the reader: the handler that it posts cannot run before this await has begun.
        co_await state->room.wait();
    }
}

bool BytePipe::is_full(std::size_t more_bytes) const {
    const std::lock_guard guard(state_->mutex);
    return !state_->abandoned && more_bytes > 0 && !state_->has_room(more_bytes);
}

void BytePipe::close() {
    const std::lock_guard guard(state_->mutex);
    state_->ended = true;
    state_->filled.notify_one();
}

void BytePipe::fail(std::exception_ptr error) {
    const std::lock_guard guard(state_->mutex);
    state_->error = std::move(error);
    state_->ended = true;
    state_->filled.notify_one();
}

namespace {

template <typename State>
void wake_writer(const std::shared_ptr<State>& state) {
    // Called with the mutex held.
    if (!state->waiting_writer) return;
    asio::post(*state->waiting_writer, [state] { state->room.tell(); });
    state->waiting_writer.reset();
}

}  // namespace

bool BytePipe::ready() const {
    const std::lock_guard guard(state_->mutex);
    return !state_->blocks.empty() || state_->ended;
}

bool BytePipe::has_all() const {
    const std::lock_guard guard(state_->mutex);
    return state_->ended && !state_->error;
}

BytePipe::Block BytePipe::pop(const OnWorker& on) {
    std::unique_lock lock(state_->mutex);
    state_->filled.wait(lock, on.token(),
                        [this] { return !state_->blocks.empty() || state_->ended; });
    on.check();
    if (state_->blocks.empty()) {
        if (state_->error) std::rethrow_exception(state_->error);
        return {};
    }
    Block block = std::move(state_->blocks.front());
    state_->blocks.pop_front();
    state_->held_bytes -= block.size();
    wake_writer(state_);
    return block;
}

void BytePipe::abandon() {
    const std::lock_guard guard(state_->mutex);
    state_->abandoned = true;
    state_->blocks.clear();
    state_->held_bytes = 0;
    wake_writer(state_);
}

}  // namespace latchkey::task

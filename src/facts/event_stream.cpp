#include "latchkey/facts/event_stream.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <exception>
#include <string>

namespace latchkey::facts {
namespace {

constexpr int kPatienceMilliseconds = 5000;

bool has_room(int descriptor, int milliseconds) noexcept {
    pollfd waiting{.fd = descriptor, .events = POLLOUT, .revents = 0};
    int count = 0;
    do {
        count = ::poll(&waiting, 1, milliseconds);
    } while (count < 0 && errno == EINTR);
    return count > 0 && (waiting.revents & POLLOUT) != 0;
}

}  // namespace

void EventStream::send(boost::json::object event) noexcept {
    send_within(std::move(event), 0);
}

void EventStream::send_last(boost::json::object event) noexcept {
    send_within(std::move(event), kPatienceMilliseconds);
    closed_ = true;
}

void EventStream::send_within(boost::json::object event, int milliseconds) noexcept {
    if (closed_) return;
    try {
        if (dropped_ > 0) event["dropped"] = dropped_;
        const std::string line = boost::json::serialize(event) + "\n";
        if (line.size() > PIPE_BUF || !has_room(descriptor_, milliseconds)) {
            ++dropped_;
            return;
        }
        ssize_t written = 0;
        do {
            written = ::write(descriptor_, line.data(), line.size());
        } while (written < 0 && errno == EINTR);
        if (written < 0) closed_ = true;  // Nobody reads any more, or it was never open.
        dropped_ = 0;
    } catch (const std::exception&) {
        ++dropped_;  // Short of memory: the change counts for more than who watches it.
    }
}

}  // namespace latchkey::facts

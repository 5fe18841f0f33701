#include "latchkey/net/client.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <utility>

#include "file_fetch.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/net/attempts.hpp"
#include "latchkey/net/http_proxy.hpp"
#include "latchkey/task/pause.hpp"
#include "metering.hpp"
#include "pool.hpp"
#include "request.hpp"
#include "socks.hpp"

namespace latchkey::net {
namespace {

namespace asio = boost::asio;

constexpr int kMaxRedirects = 10;

/// What is read of a body that nobody wants, to keep its connection; and for how long.
constexpr std::uint64_t kDrainBytes = 64 * 1024;
constexpr std::chrono::seconds kDrainTime{1};

/// A sink that takes a block within this was not waited for.
constexpr std::chrono::milliseconds kPrompt{2};

/// What a server says before it closes a connection on which nothing came for a while.
///
/// Source: RFC 9110, 15.5.9.
constexpr int kRequestTimeout = 408;

/// Longer than anybody waits, shorter than what a clock can hold.
constexpr std::chrono::seconds kLongestWait = std::chrono::hours(24 * 365);

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool spoken(const Url& url) {
    return url.scheme() == "http" || url.scheme() == "https";
}

void fail(Fetched& fetched, Cut cut, const std::string& text, const Url& url) {
    fetched.complete = false;
    fetched.cut = cut;
    fetched.failure = Error(Errc::unreachable, text).in("cannot fetch '" + url.shown() + "'");
}

void fail(Fetched& fetched, const Trouble& trouble, const Url& url) {
    fail(fetched, trouble.cut(), trouble.text(), url);
}

/// One answer, or where it sends us.
class Answer {
public:
    Answer() = default;

    Fetched fetched;
    std::optional<std::string> location;

    /// It was refused beside others, which may be too many at once for the server.
    bool again = false;
};

/// How servers refuse one more, where they do not break off.
bool may_be_one_too_many(int status) {
    return status == 403 || status == 429 || status == 503;
}

/// Why an answer that could be delivered is not: it is not what was asked for.
enum class Fit { deliver, refuse, lie };

Fit judge(const Head& head, const ByteRange& range) {
    if (head.status < 200 || head.status > 299) return Fit::refuse;
    if (head.status != 206) return range.whole() ? Fit::deliver : Fit::refuse;
    const std::optional<ContentRange> part = parse_content_range(head.content_range);
    if (!part || part->first_byte != range.first) return Fit::lie;
    const std::uint64_t length_bytes = part->last_byte - part->first_byte + 1;
    if (head.length_bytes.value_or(length_bytes) != length_bytes) return Fit::lie;
    const bool same =
        !range.total_bytes || !part->total_bytes || *range.total_bytes == *part->total_bytes;
    return same ? Fit::deliver : Fit::lie;
}

std::string text_of_lie(const Head& head, const ByteRange& range) {
    std::string asked = "asked for bytes from " + std::to_string(range.first) + " on";
    if (range.total_bytes) asked += " of " + std::to_string(*range.total_bytes);
    const std::string& sent = head.content_range;
    return asked + ", the server sent " +
           (sent.empty() ? "some, and not which" : "'" + printable_line(sent) + "'");
}

/// Keeps a text that must not grow.
class TextSink final : public Sink {
public:
    explicit TextSink(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {}

    void begin(std::optional<std::uint64_t> length_bytes) override {
        if (length_bytes && *length_bytes <= limit_bytes_) {
            text_.reserve(static_cast<std::size_t>(*length_bytes));
        }
    }

    task::awaitable<bool> write(std::vector<std::byte> block) override {
        if (block.size() > limit_bytes_ - text_.size()) {
            overflowed_ = true;
            co_return false;
        }
        text_.append(reinterpret_cast<const char*>(block.data()), block.size());
        co_return true;
    }

    [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }
    std::string take() { return std::move(text_); }

private:
    std::size_t limit_bytes_;
    std::string text_;
    bool overflowed_ = false;
};

}  // namespace

struct Client::State {
    State(task::Loop& own_loop, ClientOptions own_options)
        : loop(own_loop), options(std::move(own_options)), pool(loop, options) {
        options.read_timeout = std::min(options.read_timeout, kLongestWait);
        options.connect_timeout = std::min(options.connect_timeout, kLongestWait);
    }

    task::Loop& loop;
    ClientOptions options;
    Pool pool;
    LineMeter meter;

    task::awaitable<Fetched> fetch(Url url, ByteRange range, Sink& sink);
    task::awaitable<Answer> exchange(Url url, const ByteRange& range, Sink& sink);
    task::awaitable<Answer> ask(Pool::Host& host, Url url, std::optional<Url> proxy,
                                const ByteRange& range, Sink& sink, std::size_t& fewer);
    void note_refusal(Pool::Host& host, const Url& url, std::size_t others, Answer& answer,
                      std::size_t& fewer) const;
    task::awaitable<Answer> receive(Connection& connection, Url url, bool proxied,
                                    const ByteRange& range, Sink& sink);
    task::awaitable<Fetched> deliver(Connection& connection, Url url, Sink& sink);
    task::awaitable<void> drain(Connection& connection);
};

Client::Client(task::Loop& loop, ClientOptions options)
    : state_(std::make_unique<State>(loop, std::move(options))) {}

Client::~Client() = default;

const LineMeter& Client::line() const {
    return state_->meter;
}

task::awaitable<Fetched> Client::fetch(Url url, std::uint64_t offset, Sink& sink) {
    ByteRange rest;
    rest.first = offset;
    return state_->fetch(std::move(url), std::move(rest), sink);
}

task::awaitable<Fetched> Client::fetch_range(Url url, ByteRange range, Sink& sink) {
    return state_->fetch(std::move(url), std::move(range), sink);
}

task::awaitable<std::optional<std::string>> Client::fetch_text(Url url, std::size_t limit_bytes) {
    return fetch_text(std::move(url), limit_bytes, state_->options.max_retries);
}

task::awaitable<std::optional<std::string>> Client::fetch_text(Url url, std::size_t limit_bytes,
                                                               unsigned max_retries) {
    const ClientOptions& options = state_->options;
    for (unsigned attempt = 0;; ++attempt) {
        TextSink sink(limit_bytes);
        const Fetched fetched = co_await fetch(url, 0, sink);
        const std::string context = "cannot fetch '" + url.shown() + "'";
        if (sink.overflowed()) {
            throw Error(Errc::corrupt, "it has more than " + std::to_string(limit_bytes) + " bytes")
                .in(context);
        }
        if (fetched.complete) co_return sink.take();
        if (fetched.refusal == Refusal::absent) co_return std::nullopt;
        const Error failure = fetched.failure ? *fetched.failure : failure_of(fetched).in(context);
        // A server that cannot be reached at all is told at once, as rustup does.
        if (fetched.cut == Cut::unreached || !is_worth_another_try(fetched) ||
            attempt >= max_retries) {
            throw failure;
        }
        if (options.told) options.told(std::string("asking again: ") + failure.what());
        co_await task::pause(pause_before(attempt, fetched));
    }
}

task::awaitable<Fetched> Client::State::fetch(Url url, ByteRange range, Sink& sink) {
    if (options.refusal) throw *options.refusal;
    if (url.scheme() == "file") {
        co_return co_await fetch_file(loop.workers(), std::move(url), range.first, sink);
    }
    if (!spoken(url)) {
        throw Error(Errc::unsupported, "urls of scheme '" + url.scheme() +
                                           "' cannot be fetched: '" + url.shown() + "'");
    }
    for (int redirects = 0;; ++redirects) {
        Answer answer = co_await exchange(url, range, sink);
        if (!answer.location) co_return std::move(answer.fetched);
        std::string bad;
        if (redirects == kMaxRedirects) {
            bad = "too many redirects";
        } else {
            try {
                url = url.resolve(*answer.location);
                if (!spoken(url)) bad = "redirected to a url that is not http: " + url.shown();
            } catch (const Error& error) {
                bad = std::string("redirected to an invalid URL: ") + error.what();
            }
        }
        if (!bad.empty()) {
            fail(answer.fetched, Cut::broken, bad, url);
            co_return std::move(answer.fetched);
        }
    }
}

task::awaitable<Answer> Client::State::exchange(Url url, const ByteRange& range, Sink& sink) {
    const std::optional<Url> proxy = find_http_proxy(options, url);
    Pool::Host& host = pool.host(url, proxy);
    std::size_t fewer = 0;
    for (;;) {
        Answer answer = co_await ask(host, url, proxy, range, sink, fewer);
        if (!answer.again) co_return answer;
    }
}

/// Refused as a server refuses who asks for too much at once, beside `others`. While its permit is
/// still had: the next in turn would only be refused, too. `fewer` is what this request has cost.
void Client::State::note_refusal(Pool::Host& host, const Url& url, std::size_t others,
                                 Answer& answer, std::size_t& fewer) const {
    if (others == 0) {
        host.raise_by(std::exchange(fewer, 0));  // It is not their number, after all.
        return;
    }
    answer.again = true;
    const std::size_t now_fewer = host.limit_to(others);
    fewer += now_fewer;
    if (now_fewer > 0 && options.told) {
        options.told("'" + url.authority() + "' refuses one more: " + std::to_string(host.limit()) +
                     " at once from now on");
    }
}

/// Once, when it is this request's turn.
task::awaitable<Answer> Client::State::ask(Pool::Host& host, Url url, std::optional<Url> proxy,
                                           const ByteRange& range, Sink& sink, std::size_t& fewer) {
    const task::Permits::Permit permit = co_await host.permits.acquire(0);
    const Pool::Host::Count asked(host.asked);
    const bool tunnelled = url.scheme() == "https" || (proxy && is_socks(*proxy));
    const std::string request =
        get_request(url, range, tunnelled ? std::optional<Url>() : proxy, options.user_agent,
                    options.authorization ? options.authorization(url) : std::nullopt);
    std::unique_ptr<Connection> connection = Pool::find_idle(host);
    for (;;) {
        if (!connection) {
            Opened opened = co_await pool.open(url, proxy);
            if (opened.trouble()) {
                Answer answer;
                fail(answer.fetched, *opened.trouble(), url);
                note_refusal(host, url, host.delivering, answer, fewer);
                co_return answer;
            }
            connection = opened.take();
        }
        const bool kept = connection->used();
        std::optional<Trouble> trouble = co_await connection->send(request, options.read_timeout);
        if (!trouble) trouble = co_await connection->read_head(options.read_timeout);
        if (!trouble && kept && connection->head().status == kRequestTimeout) {
            connection.reset();  // It was about to be closed, and this says nothing of the request.
            continue;
        }
        if (!trouble) break;
        // The server closed it while we wrote, or what came is no answer to this request: RFC 9112,
        // 9.3.1. At most once, as the next is fresh.
        if (kept && trouble->cut() == Cut::broken) {
            connection.reset();
            continue;
        }
        Answer answer;
        fail(answer.fetched, *trouble, url);
        const bool broken = trouble->cut() == Cut::broken;
        note_refusal(host, url, broken ? host.asked - 1 : host.delivering, answer, fewer);
        co_return answer;
    }
    const bool proxied = proxy && !tunnelled;
    const int status = connection->head().status;
    std::optional<Pool::Host::Count> delivering;
    if (status >= 200 && status <= 299) delivering.emplace(host.delivering);
    Answer answer = co_await receive(*connection, url, proxied, range, sink);
    if (may_be_one_too_many(status) && answer.fetched.refusal != Refusal::absent) {
        note_refusal(host, url, host.asked - 1, answer, fewer);
    }
    Pool::put_back(host, std::move(connection));
    co_return answer;
}

task::awaitable<Answer> Client::State::receive(Connection& connection, Url url, bool proxied,
                                               const ByteRange& range, Sink& sink) {
    const Head head = connection.head();
    Answer answer;
    answer.fetched.status = head.status;
    const Fit fit = judge(head, range);
    if (fit == Fit::deliver) {
        answer.fetched = co_await deliver(connection, url, sink);
        co_return answer;
    }
    if (fit == Fit::lie) {
        fail(answer.fetched, Cut::other_part, text_of_lie(head, range), url);
        co_return answer;
    }
    if (is_redirect(head.status) && !head.location.empty()) {
        answer.location = head.location;
    } else if (head.status < 200 || head.status > 299) {
        answer.fetched.refusal = judge_refusal(url, head.status, proxied);
        answer.fetched.retry_after =
            parse_retry_after(head.retry_after, std::chrono::system_clock::now());
    }
    co_await drain(connection);
    co_return answer;
}

task::awaitable<Fetched> Client::State::deliver(Connection& connection, Url url, Sink& sink) {
    const auto executor = co_await asio::this_coro::executor;
    const Head& head = connection.head();
    Fetched fetched;
    fetched.status = head.status;
    Origin origin;
    origin.ranges = head.ranges;
    if (head.status == 206) {
        const std::optional<ContentRange> part = parse_content_range(head.content_range);
        if (part) origin.total_bytes = part->total_bytes;
    }
    sink.come_from(origin);
    sink.begin(head.bodiless ? std::optional<std::uint64_t>(0) : head.length_bytes);
    Metering metering(meter);
    const std::function<void()> is_ready = [&metering] { metering.end_busy(); };
    for (;;) {
        Block block = co_await connection.read_body(options.read_timeout, &is_ready);
        metering.add(block.bytes.size());
        if (!block.bytes.empty()) {
            const std::size_t count = block.bytes.size();
            const Clock::time_point handed = Clock::now();
            metering.begin_busy();
            const bool wanted = co_await sink.write(std::move(block.bytes));
            if (Clock::now() - handed <= kPrompt) metering.end_busy();
            fetched.body_bytes += count;
            if (!wanted) co_return fetched;
        }
        if (block.trouble) {
            fail(fetched, *block.trouble, url);
            co_return fetched;
        }
        if (block.last) {
            fetched.complete = true;
            co_return fetched;
        }
        // A fast line and a fast sink never wait. Others want the loop too, and so does a signal.
        co_await asio::post(executor, asio::use_awaitable);
    }
}

task::awaitable<void> Client::State::drain(Connection& connection) {
    const Head& head = connection.head();
    if (!head.keep_alive || head.length_bytes.value_or(0) > kDrainBytes) co_return;
    const Clock::time_point deadline = Clock::now() + kDrainTime;
    std::uint64_t dropped_bytes = 0;
    while (dropped_bytes <= kDrainBytes && Clock::now() < deadline) {
        const Block block = co_await connection.read_body(kDrainTime);
        if (block.last || block.trouble) co_return;
        dropped_bytes += block.bytes.size();
    }
}

}  // namespace latchkey::net

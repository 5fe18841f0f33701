#include "latchkey/mirrors/probe.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "latchkey/base/text.hpp"
#include "latchkey/dist/nightly.hpp"
#include "latchkey/net/attempts.hpp"
#include "latchkey/net/client.hpp"
#include "latchkey/net/sink.hpp"

namespace latchkey::mirrors {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kHeadBytes = 4096;
constexpr std::uint64_t kSampleBytes = 4 * 1024 * 1024;
constexpr std::chrono::seconds kSampleTime{10};

/// Keeps the beginning of a file, and measures how it comes.
class SampleSink final : public net::Sink {
public:
    void begin(std::optional<std::uint64_t>) override { begun_ = Clock::now(); }

    task::awaitable<bool> write(std::vector<std::byte> block) override {
        const std::size_t room = kHeadBytes - std::min(kHeadBytes, head_.size());
        head_.append(reinterpret_cast<const char*>(block.data()), std::min(room, block.size()));
        bytes_ += block.size();
        last_ = Clock::now();
        const bool wants_more = bytes_ < kSampleBytes && last_ - begun_ < kSampleTime;
        co_return wants_more;
    }

    [[nodiscard]] bool came() const noexcept { return bytes_ > 0; }
    [[nodiscard]] const std::string& head() const noexcept { return head_; }
    [[nodiscard]] Clock::time_point begun() const noexcept { return begun_; }

    [[nodiscard]] double bytes_per_second() const {
        const std::chrono::duration<double> passed = last_ - begun_;
        return static_cast<double>(bytes_) / std::max(passed.count(), 1e-6);
    }

private:
    std::string head_;
    std::uint64_t bytes_ = 0;
    Clock::time_point begun_;
    Clock::time_point last_;
};

/// One server's test.
class Probing {
public:
    Probing(net::Client& client, config::Mirror mirror, bool has_credentials) : client_(client) {
        const bool wanted = mirror.netrc || mirror.auth_variable;
        if (wanted) result_.login = has_credentials ? Probe::Login::unknown : Probe::Login::missing;
        result_.mirror = std::move(mirror);
    }

    task::awaitable<Probe> run() {
        try {
            result_.nightly_date = co_await look_at("nightly");
            result_.stable_date = co_await look_at("stable");
            if (result_.stable_date || result_.nightly_date) co_await look_at_ranges();
        } catch (const Error& e) {
            result_.failure = e;
        }
        const bool has_any = result_.stable_date || result_.nightly_date;
        if (has_any && refusal_ && refusal_->code() != Errc::not_found) {
            result_.failure = refusal_;  // A part of it is refused.
        } else if (!has_any && !result_.failure) {
            result_.failure = refusal_;
        }
        co_return std::move(result_);
    }

private:
    [[nodiscard]] net::Url manifest_of(const std::string& channel) const {
        return net::Url::parse(result_.mirror.url + "/dist/channel-rust-" + channel + ".toml");
    }

    /// The date of a channel. Empty: it did not come, and refusal_ says why.
    task::awaitable<std::optional<std::string>> look_at(std::string channel) {
        const net::Url url = manifest_of(channel);
        SampleSink sink;
        const Clock::time_point asked = Clock::now();
        const net::Fetched fetched = co_await client_.fetch(url, 0, sink);
        note_status(fetched);
        if (!sink.came() && !fetched.complete) {
            note_refusal(net::failure_of(fetched));
            co_return std::nullopt;
        }
        if (!result_.first_byte) {
            result_.first_byte =
                std::chrono::duration_cast<std::chrono::milliseconds>(sink.begun() - asked);
            result_.bytes_per_second = sink.bytes_per_second();
        }
        const auto date = find_manifest_date(sink.head());
        if (fetched.failure) {
            note_refusal(*fetched.failure);
        } else if (!date) {
            note_refusal(
                Error(Errc::corrupt, "'" + url.shown() + "' is not a manifest of releases"));
        }
        co_return date;
    }

    task::awaitable<void> look_at_ranges() {
        const net::Url url = manifest_of(result_.stable_date ? "stable" : "nightly");
        SampleSink sink;
        net::ByteRange range;
        range.first = 8;
        range.end = 24;
        const net::Fetched fetched = co_await client_.fetch_range(url, std::move(range), sink);
        result_.ranges = fetched.status == 206 && sink.came();
    }

    void note_status(const net::Fetched& fetched) {
        const bool good = fetched.status >= 200 && fetched.status <= 299;
        if (result_.status == 0 || good) result_.status = fetched.status;
        if (result_.login == Probe::Login::none || result_.login == Probe::Login::missing) return;
        if (fetched.status == 401 || fetched.status == 403) {
            result_.login = Probe::Login::refused;
        } else if (good && result_.login == Probe::Login::unknown) {
            result_.login = Probe::Login::accepted;
        }
    }

    /// The first one, except that an absence counts least.
    void note_refusal(const Error& refusal) {
        if (!refusal_ || refusal_->code() == Errc::not_found) refusal_ = refusal;
    }

    net::Client& client_;
    Probe result_;
    std::optional<Error> refusal_;
};

void compare_dates(std::vector<Probe>& probes) {
    std::string newest;
    for (const Probe& each : probes) newest = std::max(newest, each.nightly_date.value_or(""));
    for (Probe& each : probes) {
        if (each.nightly_date) {
            const auto behind = *dist::parse_day(newest) - *dist::parse_day(*each.nightly_date);
            each.days_behind = behind.count();
        }
    }
}

}  // namespace

std::string_view str(Probe::Login login) noexcept {
    constexpr std::array<std::string_view, 5> kNames{"none", "missing", "accepted", "refused",
                                                     "unknown"};
    return kNames[static_cast<std::size_t>(login)];
}

std::optional<std::string> find_manifest_date(std::string_view text) {
    constexpr std::string_view kKey = "date = \"";
    constexpr std::size_t kDateSize = 10;
    for (const std::string_view line : lines(text)) {
        if (!line.starts_with(kKey)) continue;
        const std::string_view date = line.substr(kKey.size(), kDateSize);
        if (dist::parse_day(date)) return std::string(date);
    }
    return std::nullopt;
}

task::awaitable<std::vector<Probe>> probe(task::Loop& loop, net::ClientOptions options,
                                          std::vector<config::Mirror> mirrors,
                                          std::chrono::seconds limit) {
    options.max_retries = 0;
    options.read_timeout = std::min(options.read_timeout, limit);
    options.connect_timeout = std::min(options.connect_timeout, limit);
    const auto authorization = options.authorization;
    std::vector<Probe> probes;
    for (config::Mirror& mirror : mirrors) {
        net::Client client(loop, options);  // So that each has to connect.
        const net::Url url = net::Url::parse(mirror.url);
        const bool has_credentials = authorization && authorization(url).has_value();
        Probing probing(client, std::move(mirror), has_credentials);
        Probe result = co_await probing.run();
        probes.push_back(std::move(result));
    }
    compare_dates(probes);
    co_return probes;
}

}  // namespace latchkey::mirrors

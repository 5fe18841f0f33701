#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "latchkey/facts/event_stream.hpp"
#include "latchkey/screen/log.hpp"
#include "latchkey/toolchain/reporter.hpp"

namespace latchkey::facts {

/// Reports a change as events, as `docs/schemas/event.json` describes them: `plan`, `download`,
/// `unpack`, `wait`, `commit`, `settle`. Texts go to the log.
///
/// Of one component there are at most ten `download` events a second, besides the first and the
/// last.
///
/// Thread: the loop's.
class EventReporter final : public toolchain::Reporter {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Clock = std::function<Time()>;

    EventReporter(EventStream& stream, screen::Log& log,
                  Clock clock = &std::chrono::steady_clock::now)
        : stream_(stream), log_(log), clock_(std::move(clock)) {}

    void info(const std::string& text) override { log_.info(text); }
    void warn(const std::string& text) override { log_.warn(text); }
    void debug(const std::string& text) override { log_.debug(text); }
    void wait(const std::string& what, const lock::Blocker& blocker) override;
    void plan(const std::string& toolchain, const std::vector<std::string>& components) override;
    void reach(const std::string& toolchain, Milestone milestone) override;
    [[nodiscard]] bool keeps_order() const override { return false; }

    void begin(const std::string& id, const std::string& name) override;
    void total(const std::string& id, std::uint64_t bytes) override;
    void resume(const std::string& id, std::uint64_t bytes) override;
    void advance(const std::string& id, std::uint64_t bytes) override;
    void phase(const std::string& id, transfer::Phase phase, const std::string& text) override;
    void end(const std::string& id) override;

private:
    struct Download {
        std::string name;
        std::uint64_t bytes = 0;
        std::uint64_t total_bytes = 0;  // 0: not known.
        bool is_told = true;            // Nothing came since the last event.
        Time told_at = {};
    };

    void tell(Download& download);

    EventStream& stream_;
    screen::Log& log_;
    Clock clock_;
    std::map<std::string, Download> downloads_;
};

/// The event that ends a command: `exit_code` is that of a shell for the end by a signal.
boost::json::object done_event(int exit_code);

/// A line of the log, as an event.
boost::json::object log_event(std::string_view line);

}  // namespace latchkey::facts

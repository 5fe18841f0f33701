#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "latchkey/screen/log.hpp"
#include "latchkey/screen/progress.hpp"
#include "latchkey/toolchain/reporter.hpp"

namespace latchkey::cli {

/// Turns the reports of a change into lines of the log and bars of `progress`. Does not redraw
/// them.
///
/// Thread: the loop's.
class LogReporter final : public toolchain::Reporter {
public:
    LogReporter(screen::Log& log, screen::Progress& progress) : log_(log), progress_(progress) {}

    void info(const std::string& text) override { log_.info(text); }
    void warn(const std::string& text) override { log_.warn(text); }
    void debug(const std::string& text) override { log_.debug(text); }

    void wait(const std::string& what, const lock::Blocker& blocker) override {
        log_.info("waiting for " + what + " (" + lock::str(blocker) + ")");
    }
    void plan(const std::string&, const std::vector<std::string>&) override {}
    void reach(const std::string&, Milestone) override {}

    void begin(const std::string& id, const std::string& name) override;
    void total(const std::string& id, std::uint64_t bytes) override;
    void resume(const std::string& id, std::uint64_t bytes) override;
    void advance(const std::string& id, std::uint64_t bytes) override;
    void phase(const std::string& id, transfer::Phase phase, const std::string& text) override;
    void end(const std::string& id) override;

private:
    struct Bar {
        screen::Progress::Id id = 0;
        bool done = false;
    };

    const Bar* find(const std::string& id) const;

    screen::Log& log_;
    screen::Progress& progress_;
    std::map<std::string, Bar> bars_;
    screen::Progress::Id next_id_ = 1;
};

}  // namespace latchkey::cli

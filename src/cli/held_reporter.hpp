#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "latchkey/toolchain/reporter.hpp"

namespace latchkey::cli {

/// Keeps the reports of a change, in their order, until release().
///
/// Thread: the loop's.
class HeldReporter final : public toolchain::Reporter {
public:
    explicit HeldReporter(toolchain::Reporter& behind)
        : behind_(behind), released_(!behind.keeps_order()) {}

    /// Passes on what was kept. Later reports are passed on at once.
    void release();

    void info(const std::string& text) override;
    void warn(const std::string& text) override;
    void debug(const std::string& text) override;
    void wait(const std::string& what, const lock::Blocker& blocker) override;
    void plan(const std::string& toolchain, const std::vector<std::string>& components) override;
    void reach(const std::string& toolchain, Milestone milestone) override;
    void begin(const std::string& id, const std::string& name) override;
    void total(const std::string& id, std::uint64_t bytes) override;
    void resume(const std::string& id, std::uint64_t bytes) override;
    void advance(const std::string& id, std::uint64_t bytes) override;
    void phase(const std::string& id, transfer::Phase phase, const std::string& text) override;
    void end(const std::string& id) override;

private:
    using Event = std::function<void(toolchain::Reporter&)>;

    void tell(Event event);

    toolchain::Reporter& behind_;
    bool released_;
    std::vector<Event> held_;
};

}  // namespace latchkey::cli

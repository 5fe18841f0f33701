#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "latchkey/base/text.hpp"
#include "latchkey/toolchain/reporter.hpp"

namespace latchkey::test {

/// Keeps what is said: "info: …", "warn: …".
struct Said final : toolchain::Reporter {
    std::vector<std::string> texts;
    std::vector<std::string> plans;  ///< And how far they came.

    void info(const std::string& text) override { texts.push_back("info: " + text); }
    void warn(const std::string& text) override { texts.push_back("warn: " + text); }
    void debug(const std::string&) override {}
    void wait(const std::string& what, const lock::Blocker& blocker) override {
        texts.push_back("wait: " + what + " (" + lock::str(blocker) + ")");
    }
    void plan(const std::string& toolchain, const std::vector<std::string>& components) override {
        plans.push_back(toolchain + ": " + join(components, " "));
    }
    void reach(const std::string& toolchain, Milestone milestone) override {
        plans.push_back(toolchain +
                        (milestone == Milestone::committed ? " committed" : " settling"));
    }
    void begin(const std::string&, const std::string&) override {}
    void total(const std::string&, std::uint64_t) override {}
    void resume(const std::string&, std::uint64_t) override {}
    void advance(const std::string&, std::uint64_t) override {}
    void phase(const std::string&, transfer::Phase, const std::string&) override {}
    void end(const std::string&) override {}
};

}  // namespace latchkey::test

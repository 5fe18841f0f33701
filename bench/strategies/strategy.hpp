#pragma once

#include <memory>
#include <string>
#include <vector>

#include "journal.hpp"
#include "latchkey/platform/environment.hpp"
#include "work.hpp"

namespace latchkey::strategies {

/// What a strategy has to do with: one home, one toolchain in it.
struct Scene {
    std::string home;
    std::string program;  ///< This program, for strategies that start one.
    Journal journal;
    std::shared_ptr<Pace> pace;

    /// Where users and IDEs look for the toolchain.
    [[nodiscard]] std::string toolchain() const { return home + "/toolchains/demo"; }
    [[nodiscard]] std::string temporary() const { return home + "/tmp"; }
};

/// A way to keep processes apart that share a toolchain.
class Strategy {
public:
    virtual ~Strategy() = default;

    /// For a proxy that is about to become `tool`. What it takes is held until the tool ends, which
    /// knows nothing of it: descriptors that stay open over exec. What children must know goes into
    /// `environment`.
    ///
    /// Returns: the directory that the tool runs on.
    virtual std::string begin_read(const std::string& tool, platform::Environment& environment) = 0;

    /// Makes one change; returns when it is done and visible.
    virtual void change(const Change& change) = 0;
};

/// The names that `make_strategy` knows, in the order of the table.
const std::vector<std::string>& strategy_names();

/// Throws: Errc::usage.
std::unique_ptr<Strategy> make_strategy(const std::string& name, Scene scene,
                                        const platform::Environment& environment);

/// The lock server of the strategy that has one, until nobody has needed it for a while.
void serve_leases(const std::string& home);

}  // namespace latchkey::strategies

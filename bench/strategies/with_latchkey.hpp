#pragma once

#include <set>

#include "latchkey/proxy/pin.hpp"
#include "latchkey/store/collect.hpp"
#include "latchkey/store/commit.hpp"
#include "latchkey/store/supply.hpp"
#include "strategy.hpp"

namespace latchkey::strategies {

/// Latchkey's protocol (docs/design.md) with Latchkey's own code: ranges by `lock`, trees and
/// generations by `store`, readers by `proxy`. Only the unpacking is the benchmark's.
class WithLatchkey final : public Strategy {
public:
    explicit WithLatchkey(Scene scene) : scene_(std::move(scene)), home_(scene_.home) {}

    std::string begin_read(const std::string& tool, platform::Environment& environment) override;
    void change(const Change& change) override;

private:
    /// What a change counts on, and the places that turned out not to have it.
    struct Supplies {
        std::vector<lock::LockSet> ranges;
        std::set<std::string> spoiled;
    };

    lock::LockSet acquire(const lock::Key& key, lock::Mode mode) const;
    store::Supply materialise(const std::string& component, std::uint64_t version,
                              Supplies& supplies) const;
    bool try_change(const Change& change, Supplies& supplies, store::Junk& junk) const;

    Scene scene_;
    store::Home home_;
};

}  // namespace latchkey::strategies

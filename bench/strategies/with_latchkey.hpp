#pragma once

#include "latchkey/proxy/pin.hpp"
#include "latchkey/store/home.hpp"
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
    lock::LockSet acquire(const lock::Key& key, lock::Mode mode) const;
    lock::LockSet materialise(const std::string& component, std::uint64_t version) const;
    bool try_change(const Change& change, std::vector<lock::LockSet>& pins) const;
    void clean_up() const;

    Scene scene_;
    store::Home home_;
};

}  // namespace latchkey::strategies

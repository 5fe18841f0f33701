#pragma once

#include "strategy.hpp"

namespace latchkey::strategies {

/// Only finished states, as elan installs Lean: the whole toolchain is put together beside the old
/// one and takes its name in one step, the old one is deleted. Readers take no lock. Writers take
/// one, so that none overwrites what another has just put there.
class Staging final : public Strategy {
public:
    explicit Staging(Scene scene) : scene_(std::move(scene)) {}

    std::string begin_read(const std::string& tool, platform::Environment& environment) override;
    void change(const Change& change) override;

private:
    Scene scene_;
};

}  // namespace latchkey::strategies

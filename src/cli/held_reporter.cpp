#include "held_reporter.hpp"

#include <utility>

namespace latchkey::cli {

using toolchain::Reporter;

void HeldReporter::release() {
    released_ = true;
    for (const Event& event : std::exchange(held_, {})) event(behind_);
}

void HeldReporter::tell(Event event) {
    if (released_) return event(behind_);
    held_.push_back(std::move(event));
}

void HeldReporter::info(const std::string& text) {
    tell([text](Reporter& to) { to.info(text); });
}

void HeldReporter::warn(const std::string& text) {
    tell([text](Reporter& to) { to.warn(text); });
}

void HeldReporter::debug(const std::string& text) {
    tell([text](Reporter& to) { to.debug(text); });
}

void HeldReporter::wait(const std::string& what, const lock::Blocker& blocker) {
    tell([what, blocker](Reporter& to) { to.wait(what, blocker); });
}

void HeldReporter::plan(const std::string& toolchain, const std::vector<std::string>& components) {
    tell([toolchain, components](Reporter& to) { to.plan(toolchain, components); });
}

void HeldReporter::reach(const std::string& toolchain, Milestone milestone) {
    tell([toolchain, milestone](Reporter& to) { to.reach(toolchain, milestone); });
}

void HeldReporter::begin(const std::string& id, const std::string& name) {
    tell([id, name](Reporter& to) { to.begin(id, name); });
}

void HeldReporter::total(const std::string& id, std::uint64_t bytes) {
    tell([id, bytes](Reporter& to) { to.total(id, bytes); });
}

void HeldReporter::resume(const std::string& id, std::uint64_t bytes) {
    tell([id, bytes](Reporter& to) { to.resume(id, bytes); });
}

void HeldReporter::advance(const std::string& id, std::uint64_t bytes) {
    tell([id, bytes](Reporter& to) { to.advance(id, bytes); });
}

void HeldReporter::phase(const std::string& id, transfer::Phase phase, const std::string& text) {
    tell([id, phase, text](Reporter& to) { to.phase(id, phase, text); });
}

void HeldReporter::end(const std::string& id) {
    tell([id](Reporter& to) { to.end(id); });
}

}  // namespace latchkey::cli

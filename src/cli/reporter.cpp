#include "reporter.hpp"

#include <chrono>

namespace latchkey::cli {
namespace {

Phase phase_of(toolchain::Phase phase) {
    switch (phase) {
        case toolchain::Phase::waiting:
            return Phase::waiting;
        case toolchain::Phase::downloading:
            return Phase::downloading;
        case toolchain::Phase::unpacking:
        case toolchain::Phase::done:
            break;
    }
    return Phase::unpacking;
}

}  // namespace

void LogReporter::begin(const std::string& id, const std::string& name) {
    Bar& bar = bars_[id];
    bar = {next_id_++, name, 0, false};
    progress_.begin(bar.id, name, std::nullopt);
    tick();
}

void LogReporter::total(const std::string& id, std::uint64_t bytes) {
    const auto found = bars_.find(id);
    if (found == bars_.end()) return;
    const Bar& bar = found->second;
    progress_.begin(bar.id, bar.name, bytes);
    progress_.advance(bar.id, bar.bytes);
    tick();
}

void LogReporter::advance(const std::string& id, std::uint64_t bytes) {
    const auto found = bars_.find(id);
    if (found == bars_.end()) return;
    found->second.bytes += bytes;
    progress_.advance(found->second.id, bytes);
    tick();
}

void LogReporter::phase(const std::string& id, toolchain::Phase phase, const std::string& text) {
    const auto found = bars_.find(id);
    if (found == bars_.end()) return;
    found->second.done = phase == toolchain::Phase::done;
    const std::string words = text.empty() ? text : "for " + text;
    progress_.phase(found->second.id, phase_of(phase), words);
    tick();
}

void LogReporter::end(const std::string& id) {
    const auto found = bars_.find(id);
    if (found == bars_.end()) return;
    if (found->second.done) {
        progress_.finish(found->second.id);
    } else {
        progress_.drop(found->second.id);
    }
    bars_.erase(found);
    if (!bars_.empty()) return tick();
    progress_.close();  // What comes next on stdout must not meet a line that is still to be drawn.
}

void LogReporter::tick() {
    progress_.tick(std::chrono::steady_clock::now());
}

}  // namespace latchkey::cli

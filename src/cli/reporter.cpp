#include "reporter.hpp"

#include <optional>

namespace latchkey::cli {
namespace {

screen::Phase phase_of(transfer::Phase phase) {
    switch (phase) {
        case transfer::Phase::waiting:
            return screen::Phase::waiting;
        case transfer::Phase::downloading:
            return screen::Phase::downloading;
        case transfer::Phase::unpacking:
        case transfer::Phase::done:
            break;
    }
    return screen::Phase::unpacking;
}

}  // namespace

void LogReporter::begin(const std::string& id, const std::string& name) {
    const auto [found, fresh] = bars_.try_emplace(id);
    Bar& bar = found->second;
    if (fresh) bar.id = next_id_++;
    bar.done = false;
    progress_.begin(bar.id, name, std::nullopt);
    progress_.phase(bar.id, screen::Phase::waiting);
}

void LogReporter::total(const std::string& id, std::uint64_t bytes) {
    if (const Bar* const bar = find(id)) progress_.total(bar->id, bytes);
}

void LogReporter::resume(const std::string& id, std::uint64_t bytes) {
    if (const Bar* const bar = find(id)) progress_.resume(bar->id, bytes);
}

void LogReporter::advance(const std::string& id, std::uint64_t bytes) {
    if (const Bar* const bar = find(id)) progress_.advance(bar->id, bytes);
}

void LogReporter::phase(const std::string& id, transfer::Phase phase, const std::string& text) {
    const auto found = bars_.find(id);
    if (found == bars_.end()) return;
    found->second.done = phase == transfer::Phase::done;
    progress_.phase(found->second.id, phase_of(phase), text.empty() ? text : "for " + text);
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
    // What comes next on stdout must not meet a line that is still to be drawn.
    if (bars_.empty()) progress_.close();
}

const LogReporter::Bar* LogReporter::find(const std::string& id) const {
    const auto found = bars_.find(id);
    return found == bars_.end() ? nullptr : &found->second;
}

}  // namespace latchkey::cli

#include "latchkey/store/last_use.hpp"

#include <algorithm>
#include <chrono>

#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"

namespace latchkey::store {
namespace {

constexpr std::int64_t kDaySeconds = 24 * 60 * 60;

constexpr mode_t kOthersMayWrite = 0022;

/// `status` is of the file as it was read for another purpose, so the look is free.
void touch_once_a_day(const std::string& path, const platform::FileStatus& status) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const std::int64_t today = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    if (status.mtime_seconds / kDaySeconds >= today / kDaySeconds) return;
    const bool own = status.user == platform::starting_user();
    if (!own && (status.permissions & kOthersMayWrite) == 0) return;
    platform::try_touch(path);
}

}  // namespace

void record_use(const Home& home, const std::string& toolchain, const Current& current) {
    if (current.kind == Current::Kind::ours) {
        record_use(home, toolchain, *current.state);
    } else if (current.directory) {
        touch_once_a_day(home.toolchain(toolchain), *current.directory);
    }
}

void record_use(const Home& home, const std::string& toolchain, const State& state) {
    if (state.file) touch_once_a_day(home.state(toolchain), *state.file);
}

std::int64_t find_last_use(const Home& home, const Current& current) {
    const auto directory = platform::find_target_status(home.directory(current.place));
    std::int64_t latest = 0;
    const auto count = [&latest](std::int64_t seconds) { latest = std::max(latest, seconds); };
    const std::optional<State>& state = current.state;
    if (current.kind == Current::Kind::ours && state->file) {
        count(state->file->mtime_seconds);
        const auto committed =
            state->record ? platform::parse_time(state->record->when) : std::nullopt;
        if (committed) count(std::chrono::system_clock::to_time_t(*committed));
        if (directory && directory->inode != state->inode) count(directory->ctime_seconds);
        return latest;
    }
    if (directory) count(std::max(directory->mtime_seconds, directory->ctime_seconds));
    for (const platform::FileStatus& each : home.lock_file().find_statuses()) {
        count(each.mtime_seconds);
    }
    return latest;
}

}  // namespace latchkey::store

#include "latchkey/store/verification.hpp"

#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/comparison.hpp"
#include "latchkey/store/tree.hpp"
#include "staged_file.hpp"

namespace latchkey::store {
namespace {

/// Saves a state that nobody has replaced meanwhile.
void save_if_current(const Home& home, const std::string& toolchain, const State& from,
                     const std::string& text, const std::optional<platform::Fd>& file) {
    const auto range = lock::LockSet::try_acquire(home.lock_file(), lock::Key::toolchain(toolchain),
                                                  lock::Mode::exclusive);
    if (!range) return;
    const auto now = find_state(home, toolchain);
    if (!now || now->word != from.word || now->serial != from.serial) return;
    const std::string staging = home.staging(lock::Key::toolchain(toolchain));
    const std::string path = home.state(toolchain);
    if (!file || !name_staged(staging, path, *file)) save_staged_durably(staging, path, text);
    platform::remove_empty_directory(staging);
}

}  // namespace

bool is_unverified(const Home& home, const std::string& toolchain, const State& state) {
    if (state.synced || !state.has_directory() || state.boot_id == platform::load_boot_id()) {
        return false;
    }
    const auto status = platform::find_target_status(home.directory(state.place(toolchain)));
    return status && status->inode == state.inode;
}

std::vector<dist::Component> find_damaged(const OnWorker& on, const Home& home,
                                          const std::string& toolchain, const State& state) {
    std::vector<dist::Component> damaged;
    const std::string directory = home.directory(state.place(toolchain));
    for (const StateComponent& each : state.installed()) {
        if (each.tree.empty() || each.standing != Standing::listed) continue;
        auto index = find_tree_index(home, each.tree);
        if (!index) {
            // Lost with the same power, or deleted to make room.
            if (platform::find_status(home.tree_index(each.tree))) {
                damaged.push_back(each.component);
            }
            continue;
        }
        // Deleted or edited since it was unpacked: by somebody who wanted it so.
        std::erase_if(index->files, [&directory](const IndexedFile& file) {
            const auto status = platform::find_status(directory + "/" + file.path);
            return !status || status->mtime_seconds != file.mtime_seconds ||
                   status->mtime_nanoseconds != file.mtime_nanoseconds;
        });
        if (!find_damage(on, *index, directory).empty()) damaged.push_back(each.component);
    }
    return damaged;
}

SyncMark::SyncMark(Home home, std::string toolchain)
    : home_(std::move(home)), toolchain_(std::move(toolchain)) {
    auto state = find_state(home_, toolchain_);
    if (!state || state->synced || !state->has_directory() || state->any_partial()) return;
    state_ = std::move(state);
    State synced = *state_;
    synced.synced = true;
    text_ = serialise(synced);
    file_ = platform::make_nameless_file(home_.latchkey(), 0666);
    if (file_) platform::write_all(*file_, as_bytes(text_), home_.state(toolchain_));
}

void SyncMark::set() const {
    if (state_) save_if_current(home_, toolchain_, *state_, text_, file_);
}

void mark_verified(const Home& home, const std::string& toolchain, const State& state) {
    State verified = state;
    verified.boot_id = platform::load_boot_id();
    save_if_current(home, toolchain, state, serialise(verified), std::nullopt);
}

}  // namespace latchkey::store

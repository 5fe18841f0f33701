#include "latchkey/store/take_out.hpp"

#include <cassert>
#include <iterator>
#include <set>

#include "directory_in_use.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/comparison.hpp"
#include "latchkey/store/save_state.hpp"
#include "latchkey/store/tree.hpp"
#include "leaving.hpp"
#include "notes.hpp"
#include "ownership.hpp"

namespace latchkey::store {
namespace {

using lock::Key;
using lock::LockSet;
using lock::Mode;
using platform::FileKind;

/// What a component has in a directory.
struct Belongings {
    std::vector<std::string> files;
    std::vector<std::string> folders;  ///< That may be empty.
};

/// Takes given files out of a directory: folders that have nothing else whole, the rest one by one,
/// with the folders that become empty.
class Remover {
public:
    Remover(const OnWorker& on, const std::string& directory, Belongings belongings, Junk& junk)
        : on_(on),
          directory_(directory),
          junk_(junk),
          paths_(std::make_move_iterator(belongings.files.begin()),
                 std::make_move_iterator(belongings.files.end())) {
        for (const std::string& path : paths_) add_parents(path);
        for (const std::string& folder : belongings.folders) {
            add_parents(folder);
            folders_.insert(folder);
        }
    }

    void run() {
        if (!paths_.empty()) look("");
        for (const std::string& folder : whole_) {
            on_.check();
            junk_.take_or_delete(on_, directory_ + "/" + folder);
        }
        for (const std::string& file : single_) {
            on_.check();
            platform::remove_file(directory_ + "/" + file);
        }
        // Deepest first.
        for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder) {
            if (!folder->empty()) platform::remove_empty_directory(directory_ + "/" + *folder);
        }
    }

private:
    void add_parents(const std::string& path) {
        std::string folder = path;
        for (std::size_t slash = folder.rfind('/'); slash != std::string::npos;
             slash = folder.rfind('/')) {
            folder.resize(slash);
            if (!folders_.insert(folder).second) return;
        }
        folders_.insert("");
    }

    /// Whether a folder has nothing but what is to go. Notes what is to be done about those that
    /// have more.
    bool look(const std::string& folder) {
        bool all = !folder.empty();
        std::vector<std::string> wholes;
        std::vector<std::string> singles;
        for (const platform::DirectoryEntry& entry :
             platform::find_entries(folder.empty() ? directory_ : directory_ + "/" + folder)) {
            on_.check();
            const std::string path = folder.empty() ? entry.name : folder + "/" + entry.name;
            if (entry.kind == FileKind::directory) {
                if (!folders_.contains(path)) {
                    all = false;
                } else if (look(path)) {
                    wholes.push_back(path);
                } else {
                    all = false;
                }
            } else if (paths_.contains(path)) {
                singles.push_back(path);
            } else {
                all = false;
            }
        }
        if (all) return true;
        whole_.insert(whole_.end(), wholes.begin(), wholes.end());
        single_.insert(single_.end(), singles.begin(), singles.end());
        return false;
    }

    const OnWorker& on_;
    const std::string& directory_;
    Junk& junk_;
    std::unordered_set<std::string> paths_;
    std::set<std::string> folders_;
    std::vector<std::string> whole_;
    std::vector<std::string> single_;
};

/// What a killed addition brought, and no file of the user's that was there before.
Belongings find_arrived(const OnWorker& on, const Home& home, const std::string& directory,
                        const StateComponent& component) {
    Belongings arrived;
    const auto index = find_tree_index(home, component.tree);
    if (!index) return arrived;
    arrived.folders = index->directories;
    for (const IndexedFile& file : index->files) {
        on.check();
        const auto status = platform::find_status(directory + "/" + file.path);
        // By the time alone: what lost its content with the power is ours as well.
        if (status && has_time_of(*status, file)) arrived.files.push_back(file.path);
    }
    return arrived;
}

void take_leaving(const OnWorker& on, const Home& home, const std::string& toolchain,
                  const State& state, const StateComponent& component, Junk& junk) {
    const std::string directory = home.directory(state.place(toolchain));
    const auto folders = take_whole_folders(home, toolchain, state, component.component);
    const Ownership owned(home, directory, {component});
    Remover(on, directory, {owned.list_named(on, directory, folders), folders}, junk).run();
    if (!folders.empty()) give_back_others(on, home, toolchain, directory, owned, junk);
}

void take_component(const OnWorker& on, const Home& home, const std::string& toolchain,
                    const State& state, const StateComponent& component, Junk& junk) {
    const std::string directory = home.directory(state.place(toolchain));
    if (component.standing == Standing::arriving) {
        Remover(on, directory, find_arrived(on, home, directory, component), junk).run();
    } else {
        take_leaving(on, home, toolchain, state, component, junk);
    }
    platform::remove_file(dist::note_path(directory, dist::kPayloadNote) +
                          component.component.full_name());
}

}  // namespace

bool take_out(const OnWorker& on, const Home& home, const std::string& toolchain, State& state,
              Junk& junk, const LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(Key::toolchain(toolchain), Mode::exclusive));
    if (!state.has_directory()) return true;
    give_back_left(on, home, toolchain, junk);
    const Place place = state.place(toolchain);
    const std::string directory = home.directory(place);
    std::vector<LockSet> held;
    std::vector<dist::Component> taken;
    for (const StateComponent& each : state.components) {
        if (each.counts()) continue;
        on.check();
        const std::vector<Key> keys{Key::use(place.name(), each.component.full_name()),
                                    Key::use_all(place.name())};
        auto range = LockSet::try_acquire(home.lock_file(), keys, Mode::exclusive);
        const bool busy = !range || is_used_without_ranges(home, directory);
        if (busy && kUsersCount) continue;
        take_component(on, home, toolchain, state, each, junk);
        taken.push_back(each.component);
        if (!range) continue;
        // `*` is wanted again for the next one.
        range->release(Key::use_all(place.name()));
        held.push_back(std::move(*range));
    }
    const bool lists_are_old = state.intended.has_value();
    if (taken.empty() && !lists_are_old) return !state.any_partial();
    std::erase_if(state.components, [&taken](const StateComponent& each) {
        return std::ranges::find(taken, each.component) != taken.end();
    });
    if (lists_are_old) write_lists(home, toolchain, directory, state);
    ++state.serial;
    save_state(home, toolchain, state, toolchain_lock);
    return !state.any_partial();
}

}  // namespace latchkey::store

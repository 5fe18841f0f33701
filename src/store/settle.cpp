#include "latchkey/store/settle.hpp"

#include <algorithm>
#include <cassert>
#include <functional>

#include "directory_in_use.hpp"
#include "draft.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/former.hpp"
#include "latchkey/store/history.hpp"
#include "latchkey/store/save_state.hpp"
#include "leaving.hpp"
#include "notes.hpp"
#include "ownership.hpp"
#include "placing.hpp"

namespace latchkey::store {
namespace {

using lock::Key;
using lock::LockSet;
using lock::Mode;
using platform::FileKind;

/// A clone of a generation: every file linked but rustup's notes and what is partial.
void clone_files(const OnWorker& on, const std::string& from, const std::string& to,
                 const std::string& folder, const Ownership& partial) {
    for (const platform::DirectoryEntry& entry :
         platform::list_directory(folder.empty() ? from : from + "/" + folder)) {
        on.check();
        const std::string path = folder.empty() ? entry.name : folder + "/" + entry.name;
        if (entry.kind == FileKind::directory) {
            platform::make_directory(to + "/" + path);
            clone_files(on, from, to, path, partial);
            if (const auto status = platform::find_status(from + "/" + path)) {
                platform::change_mode(to + "/" + path, status->permissions);
            }
        } else if (!is_metadata(path) && !partial.has(path)) {
            link_file_into(path, from, to);
        }
    }
}

/// Whether two files are there, and the first was changed later.
bool is_newer(const std::string& one, const std::string& other) {
    const auto first = platform::find_status(one);
    const auto second = platform::find_status(other);
    if (!first || !second || second->kind == FileKind::directory) return false;
    return std::pair(first->mtime_seconds, first->mtime_nanoseconds) >
           std::pair(second->mtime_seconds, second->mtime_nanoseconds);
}

class Settling {
public:
    Settling(const OnWorker& on, const Home& home, const std::string& toolchain, State state,
             bool may_copy, Junk& junk, const LockSet& toolchain_lock)
        : on_(on),
          home_(home),
          toolchain_(toolchain),
          state_(std::move(state)),
          may_copy_(may_copy),
          junk_(junk),
          toolchain_lock_(toolchain_lock),
          path_(home.toolchain(toolchain)),
          staging_(home.staging(Key::toolchain(toolchain))) {}

    bool run() {
        const auto status = platform::find_status(path_);
        const bool is_link = status && status->kind == FileKind::symlink;
        const auto at_home = find_at_home(home_, toolchain_);
        by_link_ = at_home && at_home->by_link;
        switch (state_.where) {
            case State::Where::home:
                return true;
            case State::Where::removed:
                if (is_link && (is_link_to_away() || by_link_)) return clear_home();
                if (!status || status->kind != FileKind::directory) return true;
                return take_the_place([this] { return clear_home(); });
            case State::Where::link:
                if (is_link && platform::find_link(path_) == state_.link) return forget_link();
                return take_the_place([this] { return put_link(state_.link); }) && forget_link();
            case State::Where::away:
                break;
        }
        if (!platform::is_directory(home_.directory(state_.place(toolchain_)))) return true;
        if (!is_link || by_link_) return settle_here();
        if (!is_link_to_away()) return true;  // The user's.
        if (may_copy_ || !on_another_device()) return settle_here();
        const std::string directory = home_.directory(state_.place(toolchain_));
        if (platform::find_link(path_) == directory) return true;
        platform::make_alike_directories(staging_);
        return put_link(directory);
    }

private:
    bool settle_here() {
        return take_the_place([this] { return put_clone(); });
    }

    /// Does `put` while nobody runs from what is at home and nobody can come to.
    bool take_the_place(const std::function<bool()>& put) {
        if (find_at_home(home_, toolchain_) && !may_replace_home(home_, toolchain_, state_) &&
            has_component_list(path_)) {
            return true;  // Hands put it there; the next change takes it over.
        }
        range_ = find_unused(home_, {toolchain_, 0});
        if (!range_) return false;
        platform::make_alike_directories(staging_);
        const bool done = put();
        range_.reset();
        return done;
    }

    /// Of a toolchain whose directory cannot be at home.
    [[nodiscard]] bool is_link_to_away() const {
        const auto target = platform::find_link(path_);
        return target && leads_away(*target, toolchain_);
    }

    [[nodiscard]] bool on_another_device() const {
        const auto here = platform::find_target_status(home_.latchkey());
        const auto there = platform::find_target_status(by_link_ ? path_ : home_.toolchains());
        return here && there && here->device != there->device;
    }

    /// Nothing is at home afterwards. False: its directory cannot go (a mount); it is empty.
    bool clear_home() {
        const auto status = platform::find_status(path_);
        if (!status) return true;
        if (status->kind != FileKind::directory) {
            platform::remove_file(path_);
            return true;
        }
        if (junk_.take(path_)) return true;
        empty_home();
        return platform::try_remove_directory(path_);
    }

    /// Its directory is deleted where it is: whoever finds what is left of it must know that.
    /// False, as it is still there.
    bool empty_home() {
        mark_doomed();
        // First what says that it is something.
        platform::remove_file(dist::note_path(path_, kTagNote));
        platform::remove_file(dist::note_path(path_, dist::kComponentsNote));
        for (const platform::DirectoryEntry& entry : platform::list_directory(path_)) {
            platform::remove_tree(on_, path_ + "/" + entry.name);
        }
        return false;
    }

    bool put_link(const std::string& target) {
        const std::string link = staging_ + "/link";
        platform::remove_tree(on_, link);
        platform::make_link(target, link);
        const auto status = platform::find_status(path_);
        if (status && status->kind == FileKind::directory) {
            if (!on_another_device() && platform::exchange_paths(link, path_)) {
                junk_.take_or_delete(on_, link);
                return true;
            }
            if (!clear_home()) return false;
        }
        if (!on_another_device()) {
            platform::rename_path(link, path_);
            return true;
        }
        platform::remove_file(path_);
        return platform::make_link(target, path_);
    }

    /// The link is there: the name is the user's again.
    bool forget_link() {
        file_record_if_in_effect(home_, toolchain_);
        platform::remove_file(home_.state(toolchain_));
        return true;
    }

    bool put_clone() {
        // Who moved the toolchain himself wants it there.
        if (on_another_device() && !may_copy_ && !by_link_) {
            return put_link(home_.directory(state_.place(toolchain_)));
        }
        const std::string away = home_.directory(state_.place(toolchain_));
        const std::string draft = staging_ + "/clone";
        platform::remove_tree(on_, draft);
        platform::make_directory(draft);
        Ownership partial;
        std::vector<StateComponent> partial_ones;
        for (const StateComponent& each : state_.components) {
            if (!each.counts()) partial_ones.push_back(each);
        }
        if (!partial_ones.empty()) partial = Ownership(home_, away, partial_ones);
        clone_files(on_, away, draft, "", partial);
        carry_files_of_home(draft, away);

        State settled = state_;
        settled.number = next_number(home_, toolchain_);
        settled.word = random_word();
        settled.serial = state_.serial + 1;
        settled.where = State::Where::home;
        settled.behind.reset();
        settled.intended.reset();
        std::erase_if(settled.components,
                      [](const StateComponent& each) { return !each.counts(); });
        copy_notes(away, draft, settled);
        const auto former = find_former_at_home();
        const std::string left = put_directory(draft, former.has_value());
        // Whoever begins now holds home by what the old state says of another place; nobody can
        // need what was here.
        range_.reset();
        const bool kept = former && !left.empty() && put_aside(left, *former);
        // From here on its home is the clone's. Else its word could become current a second time.
        forget_former(home_, toolchain_, state_.word);
        settled.metadata = load_fingerprint(path_);
        // The same files: they were written when those of the one away were.
        const auto at_home = platform::find_target_status(path_);
        settled.inode = at_home ? at_home->inode : 0;
        if (on_another_device()) {
            mark_written(settled, path_);
            platform::sync_file_system(path_);
        }
        save_state(home_, toolchain_, settled, toolchain_lock_);
        save_update_hash(home_, toolchain_, settled);
        if (!left.empty() && !kept) junk_.take_or_delete(on_, left);
        return true;
    }

    [[nodiscard]] std::optional<Former> find_former_at_home() const {
        for (Former& each : list_spared(home_, toolchain_)) {
            if (each.place.is_home()) return std::move(each);
        }
        return std::nullopt;
    }

    /// What was at home lives away from here on. Killed before, it is swept: then a rollback has to
    /// fetch it.
    bool put_aside(const std::string& left, const Former& former) {
        const auto tag = find_tag(left);
        if (!tag || tag->word != former.state.word) return false;
        move_away(home_, left, *tag);
        return true;
    }

    /// The user's files in the directory that is behind. Where the one away has a file of the
    /// user's at the same path, the newer one counts.
    void carry_files_of_home(const std::string& draft, const std::string& away) {
        if (!find_at_home(home_, toolchain_)) return;
        if (!state_.behind || state_.behind->doomed) return;
        const Ownership behind(home_, path_, components_behind());
        const Ownership now(home_, away, state_.components);
        for (const std::string& file : behind.list_others(on_, path_)) {
            on_.check();
            const std::string place = draft + "/" + file;
            if (now.has(file)) {
                // The new release brings one itself. Neither is thrown away: home lags until then.
                throw Error(Errc::unsupported, "'" + path_ + "/" + file +
                                                   "' is in the way of a file of the new release; "
                                                   "move it out of the way");
            }
            if (is_newer(path_ + "/" + file, place)) platform::remove_file(place);
            if (link_path_into(file, path_, draft)) carried_.push_back(file);
        }
    }

    /// By its own notes, if it is the clone already that a killed command put there.
    [[nodiscard]] std::vector<StateComponent> components_behind() const {
        if (!is_clone_of(find_tag(path_), state_)) return state_.behind->components;
        return components_noted(path_, state_);
    }

    /// The user's files into the generation away, before home goes: a kill sweeps the clone.
    void keep_carried() {
        const std::string away = home_.directory(state_.place(toolchain_));
        for (const std::string& file : carried_) {
            on_.check();
            platform::remove_file(away + "/" + file);
            link_path_into(file, path_, away);
        }
    }

    void copy_notes(const std::string& from, const std::string& to, const State& settled) {
        std::vector<std::string> written;
        platform::make_directories(dist::note_path(to, ""));
        const auto save = [&](std::string_view name, std::string_view text) {
            const std::string path = dist::note_path(to, name);
            platform::remove_file(path);  // Never through a link of somebody's.
            platform::save_file(path, text);
            written.push_back(path);
        };
        const auto copy = [&](std::string_view name) {
            const auto text = platform::find_file_text(dist::note_path(from, name));
            if (text) save(name, *text);
        };
        if (settled.is_configured()) {
            const ListTexts texts = lists_of(settled);
            save(dist::kComponentsNote, texts.components);
            save(dist::kConfigNote, texts.config);
        } else {
            copy(dist::kComponentsNote);
        }
        for (const std::string& name : dist::parse_installed_components(
                 platform::find_file_text(dist::note_path(to, dist::kComponentsNote))
                     .value_or(""))) {
            copy(std::string(dist::kPayloadNote) + name);
        }
        copy(dist::kVersionNote);
        copy(dist::kManifestNote);
        const Tag tag{toolchain_,  settled.number,       settled.word,
                      state_.word, load_fingerprint(to), note_hash(to, dist::kManifestNote)};
        save(kTagNote, serialise(tag));
        platform::sync_files(written);
    }

    /// Gives the path in staging of what was at home or is left of the draft. Empty: nothing is.
    std::string put_directory(const std::string& draft, bool is_kept) {
        platform::make_directories(home_.toolchains());
        const auto status = platform::find_status(path_);
        if (status && !by_link_ && !on_another_device() && platform::exchange_paths(draft, path_)) {
            return draft;
        }
        keep_carried();
        const std::string old = staging_ + "/old";
        const bool renamed = is_kept && !by_link_ && platform::try_rename(path_, old);
        const bool cleared = by_link_ ? empty_home() : clear_home();
        if (cleared && platform::try_rename(draft, path_)) return renamed ? old : "";
        // A mount, or another device: it is filled where it is. The state says that it is doomed
        // until it is whole.
        if (cleared) {
            mark_doomed();
            platform::make_directory(path_);
        }
        move_tree_into(on_, draft, path_);
        return renamed ? old : draft;
    }

    void mark_doomed() {
        if (state_.behind && state_.behind->doomed) return;
        if (!state_.behind) state_.behind.emplace();
        // Of what is to go: if somebody changes it before it does, it is his.
        state_.behind->metadata = load_fingerprint(path_);
        state_.behind->doomed = true;
        ++state_.serial;
        save_state(home_, toolchain_, state_, toolchain_lock_);
    }

    const OnWorker& on_;
    const Home& home_;
    const std::string& toolchain_;
    State state_;
    bool may_copy_;
    Junk& junk_;
    const LockSet& toolchain_lock_;
    std::string path_;
    std::string staging_;
    std::optional<LockSet> range_;
    bool by_link_ = false;
    std::vector<std::string> carried_;  ///< Files of the user's at home.
};

}  // namespace

bool settle(const OnWorker& on, const Home& home, const std::string& toolchain, bool may_copy,
            Junk& junk, const LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(Key::toolchain(toolchain), Mode::exclusive));
    auto state = find_state(home, toolchain);
    if (!state) return true;
    give_back_left(on, home, toolchain, junk);
    return Settling(on, home, toolchain, std::move(*state), may_copy, junk, toolchain_lock).run();
}

}  // namespace latchkey::store

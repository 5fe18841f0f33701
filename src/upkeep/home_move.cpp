#include "latchkey/upkeep/home_move.hpp"

#include <fmt/format.h>

#include <optional>

#include "latchkey/base/error.hpp"
#include "latchkey/base/hash.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/config/settings.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/directory_users.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/rewritten_file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/platform/tree_copy.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/home_removal.hpp"
#include "latchkey/store/in_use_error.hpp"
#include "latchkey/toolchain/rustup_at_work.hpp"

namespace latchkey::upkeep {
namespace {

using dist::HomeLayout;
using store::Home;

constexpr std::string_view kFormat = "latchkey-move 1";

bool is_below(const std::string& path, const std::string& folder) {
    return path.starts_with(folder + "/");
}

/// `path` as it is called once `folder` has another name.
std::string renamed(const std::string& path, const std::string& folder, const std::string& now) {
    return is_below(path, folder) ? now + path.substr(folder.size()) : path;
}

bool has_toolchains(const HomeLayout& layout) {
    return !platform::find_entries(layout.toolchains()).empty() ||
           !store::list_toolchains(Home(layout)).empty();
}

bool is_there(const HomeLayout& layout) {
    return platform::find_status(layout.toolchains()) || platform::find_status(layout.latchkey()) ||
           platform::find_status(layout.settings());
}

std::string described(const HomeLayout& layout) {
    return (layout.is_by_category() ? "category " : "plain ") + layout.root();
}

/// What a change of the home would change: which toolchains there are, their states, the settings.
std::string hash_home(const HomeLayout& layout) {
    std::string text = platform::find_file_text(layout.settings()).value_or("");
    for (const platform::DirectoryEntry& entry : platform::find_entries(layout.toolchains())) {
        text += "\n" + entry.name + "\n";
        text += platform::find_file_text(Home(layout).state(entry.name)).value_or("");
    }
    return fmt::format("{:016x}", xxh3_64(text));
}

/// `latchkey/move`: the home is moving, or has moved and something is left at its old place.
struct Note {
    std::string from;  ///< As described() says it.
    std::string to;
    std::string hash;  ///< hash_home() of what is moved.

    static std::optional<Note> find(const HomeLayout& layout) {
        const auto text = platform::find_file_text(Home(layout).move_note());
        if (!text) return std::nullopt;
        const auto lines = split(*text, '\n');
        if (lines.size() != 5 || lines[0] != kFormat) {
            throw Error(Errc::corrupt, "'" + Home(layout).move_note() + "' is damaged; delete it");
        }
        return Note{std::string(lines[1]), std::string(lines[2]), std::string(lines[3])};
    }

    void save(const HomeLayout& layout) const {
        platform::rewrite_file(Home(layout).move_note(),
                               fmt::format("{}\n{}\n{}\n{}\n", kFormat, from, to, hash));
    }
};

lock::LockSet take_home(const HomeLayout& layout) {
    const Home home(layout);
    auto held = lock::LockSet::try_acquire_everything(home.lock_file());
    if (!held) throw store::in_use_error(home);
    return *std::move(held);
}

class Mover {
public:
    Mover(const OnWorker& on, const HomeLayout& from, const HomeLayout& to)
        : on_(on), from_(from), to_(to) {}

    HomeMove run(const std::string& cargo_home) {
        const auto note = Note::find(to_);
        if (!stays() && note && note->to == described(to_)) return go_on(*note);
        if (stays() && !note && !platform::find_status(from_.settings())) {
            return HomeMove::not_needed;
        }
        if (!is_there(from_) || (!has_toolchains(from_) && has_toolchains(to_))) {
            if (is_there(to_)) return HomeMove::not_needed;
            throw Error(Errc::not_found, "there is no home in '" + from_.root() + "' to move");
        }
        begin(cargo_home);
        return HomeMove::done;
    }

private:
    /// The folder of the toolchains is the same in both layouts.
    [[nodiscard]] bool stays() const {
        return platform::is_same_file(platform::find_target_status(from_.root()),
                                      platform::find_target_status(to_.root())) &&
               !platform::find_link(from_.root()) && !platform::find_link(to_.root());
    }

    void begin(const std::string& cargo_home) {
        if (cargo_home == from_.root() || is_below(cargo_home, from_.root())) {
            throw Error(Errc::usage, fmt::format("CARGO_HOME '{}' lies in '{}', which cannot be "
                                                 "moved then; move CARGO_HOME out of it first",
                                                 cargo_home, from_.root()));
        }
        if (!stays()) refuse_overlap();
        held_ = take_home(from_);
        refuse_users();
        const auto found = Note::find(from_);
        const bool begun = found && found->to == described(to_);
        require_free(begun);
        const Note note{described(from_), described(to_), hash_home(from_)};
        note.save(from_);
        if (!stays()) clear_target();
        prepare(begun && stays() && found->hash == note.hash);
        if (!stays()) publish();
        finish();
    }

    /// Two layouts of which one lies in the other, or which share a name, cannot be told apart.
    void refuse_overlap() const {
        const auto refuse = [this](const std::string& path) {
            throw Error(Errc::usage, fmt::format("the homes in '{}' and in '{}' share '{}'; set "
                                                 "RUSTUP_HOME or the XDG variables to other "
                                                 "folders first",
                                                 from_.root(), to_.root(), path));
        };
        for (const std::string& path : {to_.settings(), to_.release_state(), to_.downloads(),
                                        to_.temporary(), to_.update_hashes()}) {
            for (const std::string& other :
                 {from_.settings(), from_.release_state(), from_.downloads(), from_.temporary(),
                  from_.update_hashes()}) {
                if (path == other) refuse(path);
            }
        }
        const dist::CategoryFolders& folders = to_.folders();
        for (const std::string& folder :
             {folders.cache, folders.config, folders.data, folders.state}) {
            if (is_below(folder, from_.root())) refuse(folder);
        }
        if (is_below(from_.root(), to_.root())) refuse(from_.root());
    }

    void refuse_users() const {
        const auto real = platform::find_canonical(from_.root());
        if (real && platform::DirectoryUsers::look(*real).uses(*real)) {
            throw Error(Errc::busy, fmt::format("processes run from '{}', or have their working "
                                                "directory there; run this again when they have "
                                                "ended",
                                                from_.root()));
        }
        if (toolchain::is_rustup_at_work(from_.root())) {
            throw Error(Errc::busy, fmt::format("rustup is at work in '{}'; run this again when "
                                                "it has ended",
                                                from_.root()));
        }
    }

    /// Of `to_`, only what no user would miss may be there.
    void require_free(bool begun) const {
        if (!stays() && has_toolchains(to_)) {
            throw Error(Errc::usage,
                        fmt::format("there are toolchains in '{}' and in '{}' already; "
                                    "uninstall those of one",
                                    from_.root(), to_.root()));
        }
        const auto there = platform::find_file_text(to_.settings());
        if (!begun && there && to_.settings() != from_.settings() &&
            *there != config::serialise(config::Settings{}) &&
            there != platform::find_file_text(from_.settings())) {
            throw Error(Errc::usage, fmt::format("there are other settings in '{}' already; move "
                                                 "that file out of the way first",
                                                 to_.settings()));
        }
        const auto configuration = platform::find_file_text(to_.configuration());
        if (!begun && configuration && to_.configuration() != from_.configuration() &&
            configuration != platform::find_file_text(from_.configuration())) {
            throw Error(Errc::usage, fmt::format("there is another '{}' already; move that file "
                                                 "out of the way first",
                                                 to_.configuration()));
        }
    }

    /// A home without toolchains: nothing of it may stay in the folder that is about to come.
    void clear_target() {
        std::optional<lock::LockSet> held;
        if (platform::find_status(to_.latchkey())) held = take_home(to_);
        store::remove_home(on_, Home(to_));
        for (const platform::DirectoryEntry& entry : platform::find_entries(to_.root())) {
            throw Error(Errc::usage, fmt::format("'{}/{}' is in the way; move it away first",
                                                 to_.root(), entry.name));
        }
    }

    /// What lies below the new root is made below the old one, and comes with it.
    [[nodiscard]] std::string before(const std::string& path) const {
        return renamed(path, to_.root(), from_.root());
    }

    void copy_note(const std::string& from, const std::string& to, bool keep) const {
        const std::string place = before(to);
        if (place == from || !platform::is_file(from)) return;
        if (keep && platform::find_status(place)) return;
        platform::make_directories(platform::folder_of(place));
        const std::string draft = platform::draft_path(place);
        platform::remove_file(draft);
        platform::copy_file(from, draft);
        platform::rename_path(draft, place);
    }

    /// `keep`: what is there was copied by a killed move, and may have been changed since.
    void prepare(bool keep) const {
        copy_note(from_.settings(), to_.settings(), keep);
        copy_note(from_.configuration(), to_.configuration(), keep);
        copy_note(from_.release_state(), to_.release_state(), keep);
        for (const auto& entry : platform::find_entries(from_.update_hashes())) {
            copy_note(from_.update_hashes() + "/" + entry.name,
                      to_.update_hashes() + "/" + entry.name, keep);
        }
    }

    void publish() {
        const std::string target = platform::find_canonical(to_.root()).value_or(to_.root());
        platform::make_directories(platform::folder_of(target));
        if (!platform::find_link(from_.root()) && platform::try_rename(from_.root(), target))
            return;
        const std::string draft = target + ".latchkey";
        platform::remove_tree(on_, draft);
        try {
            copy_to(draft);
            platform::sync_file_system(draft);
            if (!platform::try_rename(draft, target)) {
                throw Error(Errc::unsupported,
                            "'" + target + "' is a mount point, which a home cannot be moved to");
            }
        } catch (const Error&) {
            platform::remove_tree(on_, draft);
            throw;
        }
    }

    /// All that has its place below the new root, under `draft`.
    void copy_to(const std::string& draft) const {
        platform::make_directory(draft);
        platform::copy_tree(on_, from_.latchkey(), draft + "/latchkey");
        if (platform::find_status(from_.toolchains())) {
            platform::copy_tree(on_, from_.toolchains(), draft + "/toolchains");
        }
        for (const std::string& path : {to_.settings(), to_.release_state(), to_.update_hashes()}) {
            const std::string place = renamed(path, to_.root(), draft);
            if (place == path || !platform::find_status(before(path))) continue;
            platform::make_directories(platform::folder_of(place));
            platform::copy_tree(on_, before(path), place);
        }
    }

    HomeMove go_on(const Note& note) {
        if (note.from != described(from_)) {
            throw Error(Errc::usage, fmt::format("a move from '{}' to '{}' was interrupted; "
                                                 "set RUSTUP_HOME and the XDG variables as they "
                                                 "were then, and run it again",
                                                 note.from, note.to));
        }
        const lock::LockSet held = take_home(to_);
        finish();
        return HomeMove::done;
    }

    /// The home is where it belongs. What is left of its former layout goes, the note last.
    void finish() {
        remove_copied();
        lead_links_back();
        take_downloads(renamed(from_.downloads(), from_.root(), to_.root()));
        for (const std::string& path :
             {from_.temporary(), from_.update_hashes(), from_.configuration(),
              from_.release_state(), from_.settings()}) {
            remove_left(renamed(path, from_.root(), to_.root()));
        }
        const std::string own = platform::folder_of(from_.configuration());
        if (own != from_.latchkey() && own != to_.latchkey()) store::remove_if_empty(own);
        for (const std::string& folder :
             {from_.folders().cache, from_.folders().state, from_.folders().config}) {
            if (folder != to_.root()) store::remove_if_empty(folder);
        }
        platform::remove_file(Home(to_).move_note());
    }

    [[nodiscard]] bool is_of_the_new(const std::string& path) const {
        for (const std::string& each : {to_.temporary(), to_.update_hashes(), to_.configuration(),
                                        to_.release_state(), to_.settings()}) {
            if (path == each) return true;
        }
        return false;
    }

    /// Settings that were changed elsewhere while a killed move waited stay for their user.
    void remove_left(const std::string& path) const {
        if (is_of_the_new(path)) return;
        const auto text = path == from_.settings() ? platform::find_file_text(path) : std::nullopt;
        if (!stays() && text && *text != config::serialise(config::Settings{}) &&
            text != platform::find_file_text(to_.settings())) {
            return;
        }
        platform::remove_tree(on_, path);
    }

    void take_downloads(const std::string& from) const {
        if (from == to_.downloads()) return;
        const auto entries = platform::find_entries(from);
        if (!entries.empty()) platform::make_directories(to_.downloads());
        for (const platform::DirectoryEntry& entry : entries) {
            // The beginning of a download; on another file system it is fetched again.
            platform::try_rename(from + "/" + entry.name, to_.downloads() + "/" + entry.name);
        }
        platform::remove_tree(on_, from);
    }

    /// The home that was copied, if nobody has changed it since.
    void remove_copied() {
        if (stays() || !platform::find_status(from_.root())) return;
        if (platform::is_same_file(platform::find_target_status(from_.root()),
                                   platform::find_target_status(to_.root()))) {
            return;
        }
        const auto note = Note::find(from_);
        if (!note || note->to != described(to_)) return;  // A new one, which has not moved.
        if (!held_) held_ = take_home(from_);
        if (platform::find_status(from_.toolchains()) && hash_home(from_) != note->hash) {
            throw Error(Errc::usage, fmt::format("'{}' has moved to '{}', but was changed since; "
                                                 "delete what you do not need",
                                                 from_.root(), to_.root()));
        }
        const std::string junk = from_.temporary() + "/moved";
        platform::make_directories(from_.temporary());
        platform::remove_tree(on_, junk);
        if (!platform::try_rename(from_.toolchains(), junk)) {
            store::empty_folder(on_, from_.toolchains());
        }
        platform::remove_tree(on_, junk);
        for (const std::string& path : {to_.settings(), to_.release_state(), to_.update_hashes()}) {
            if (before(path) != path) platform::remove_tree(on_, before(path));
        }
        store::remove_home(on_, Home(from_));
    }

    /// Links to places in the home that are written with its old path.
    void lead_links_back() const {
        for (const auto& entry : platform::find_entries(to_.toolchains())) {
            if (entry.kind != platform::FileKind::symlink) continue;
            const std::string path = to_.toolchains() + "/" + entry.name;
            const std::string target = platform::find_link(path).value_or("");
            const std::string now = renamed(target, from_.root(), to_.root());
            if (now != target) platform::replace_link(now, path, path + ".latchkey");
        }
    }

    const OnWorker& on_;
    const HomeLayout& from_;
    const HomeLayout& to_;
    std::optional<lock::LockSet> held_;  ///< Of the home as it was.
};

}  // namespace

HomeMove move_home(const OnWorker& on, const HomeLayout& from, const HomeLayout& to,
                   const std::string& cargo_home) {
    return Mover(on, from, to).run(cargo_home);
}

}  // namespace latchkey::upkeep

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::store {

/// What a toolchain's name stands for.
struct Current {
    enum class Kind {
        absent,   ///< Not installed.
        ours,     ///< A generation that the state describes.
        plain,    ///< A directory at home that no state describes: from rustup, a cache, a hand.
        based,    ///< In a base home. Only find_in_reach() and examine_in_reach() say so.
        linked,   ///< A link to a toolchain of the user's elsewhere. It may dangle.
        foreign,  ///< A file, or something else that is not a toolchain.
    };
    Kind kind = Kind::absent;
    Place place;                      ///< ours, plain, based: where it lives.
    std::optional<State> state;       ///< As read, even if it does not describe what is there.
    std::optional<State> base_state;  ///< based: the base home's, if it describes what is there.
    std::string link;                 ///< linked: the target, as written.
    std::optional<platform::FileStatus> directory;  ///< plain: of its directory.
    std::string version;  ///< Changes with each commit, and with each change by others.

    /// The state that describes the directory: this home's, or the base home's. Null: none does.
    [[nodiscard]] const State* description() const noexcept {
        if (kind == Kind::ours) return &*state;
        return base_state ? &*base_state : nullptr;
    }

    /// Whether there is a directory that tools can be run from.
    [[nodiscard]] bool installed() const noexcept {
        return kind == Kind::ours || kind == Kind::plain || kind == Kind::based;
    }
};

/// The state and one look at home, for readers: a directory that somebody else has changed or put
/// there counts as ours.
///
/// Throws: Errc::unsupported for a newer format; Errc::io.
Current find_current(const Home& home, const std::string& toolchain);

/// As find_current(), for changes: also compares the directory with what the state says of it, so
/// one that somebody else has changed is plain.
Current examine_current(const Home& home, const std::string& toolchain);

/// As find_current(). A name that stands for nothing here stands for the toolchain of the first base
/// home that has it. One that was uninstalled here is seen there again.
Current find_in_reach(const Home& home, const std::string& toolchain);

/// As examine_current(), and further as find_in_reach().
Current examine_in_reach(const Home& home, const std::string& toolchain);

/// `toolchain 'T' is of the base home 'B', which is never changed; …`
///
/// Requires: `place` is in a base home.
Error based_error(const Home& home, const Place& place);

/// Throws: based_error() if the name stands for a toolchain of a base home.
void refuse_based(const Home& home, const std::string& toolchain);

/// The directory at home. Under a channel's name, a link of the user's to a directory with rustup's
/// notes counts as one: somebody moved the toolchain to another disk.
struct AtHome {
    platform::FileStatus status;  ///< Of the directory.
    bool by_link = false;
};
/// Empty: no directory is at home.
std::optional<AtHome> find_at_home(const Home& home, const std::string& toolchain);

/// Whether a link's target is a generation away, of any number: Latchkey makes such a link if a
/// directory cannot be at home. Also true if the target was written when the home had another path.
bool leads_away(const std::string& target, const std::string& toolchain);

/// Whether settling may replace the directory at home: it is the one that the state knows to be
/// behind, or what is left of that, or the clone that a killed command put there. False: hands put
/// it there.
bool may_replace_home(const Home& home, const std::string& toolchain, const State& state);

/// Whether the tag says that its directory was made from this very state.
bool is_clone_of(const std::optional<Tag>& tag, const State& state);

/// The directory from which tools run: that of the current place, of this home or a base home; for a
/// link, the link's own path; for a name that stands for nothing, home.
std::string current_directory(const Home& home, const std::string& toolchain);

/// One more than any generation's number that the disk has for this name.
///
/// Locks: `toolchain`, exclusive, if the number is to be taken.
std::uint64_t next_number(const Home& home, const std::string& toolchain);

/// The generations away of a name: those with a directory, and those of which only the link is left
/// that retiring made.
///
/// Shape: sorted.
struct AwayNumbers {
    std::vector<std::uint64_t> directories;
    std::vector<std::uint64_t> links;
};
AwayNumbers list_away(const Home& home, const std::string& toolchain);

/// All toolchains that have anything at home, away or among the states. Sorted.
std::vector<std::string> list_toolchains(const Home& home);

/// Throws: Errc::unsupported, with advice, if `latchkey/` has the format of Latchkey 0.1.
void refuse_old_format(const Home& home);

}  // namespace latchkey::store

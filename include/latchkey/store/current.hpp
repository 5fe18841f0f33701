#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/platform/file.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::store {

/// What a toolchain's name stands for.
struct Current {
    enum class Kind {
        absent,   ///< Not installed.
        ours,     ///< A generation that the state describes.
        plain,    ///< A directory at home that no state describes: rustup's, a cache's, a hand's.
        linked,   ///< A link to a toolchain of the user's elsewhere; perhaps dangling.
        foreign,  ///< A file, or something else that is no toolchain.
    };
    Kind kind = Kind::absent;
    Place place;                 ///< ours, plain: where it lives.
    std::optional<State> state;  ///< As read, also where it does not describe what is there.
    std::string link;            ///< linked: the target, as written.
    std::string version;         ///< Changes with each commit, and with each change by others.

    /// There is a directory that tools can be run from.
    [[nodiscard]] bool installed() const noexcept {
        return kind == Kind::ours || kind == Kind::plain;
    }
};

/// By the state and one look at home: for who only reads. A directory that somebody else has
/// changed or put there counts as ours.
///
/// Throws: Errc::unsupported for a newer format; Errc::io.
Current find_current(const Home& home, const std::string& toolchain);

/// The same, and the directory is held against what the state says of it: for who changes it.
Current examine_current(const Home& home, const std::string& toolchain);

/// What is at home, if that is a directory. Under a channel's name a link of the user's to a
/// directory with rustup's notes counts as one: somebody moved the toolchain to another disk.
struct AtHome {
    platform::FileStatus status;  ///< Of the directory.
    bool by_link = false;
};
std::optional<AtHome> find_at_home(const Home& home, const std::string& toolchain);

/// Whether a link at home is the one that stands for a generation away, where its directory cannot
/// be there: of any number, and of a home that was at another path.
bool leads_away(const std::string& target, const std::string& toolchain);

/// Whether settling may replace the directory at home: the one that the state knows to be behind,
/// what is left of it, or the clone that a killed command put there. Otherwise hands did.
bool may_replace_home(const Home& home, const std::string& toolchain, const State& state);

/// Does the tag say that its directory was made from this very state?
bool is_clone_of(const std::optional<Tag>& tag, const State& state);

/// Where tools are run from: the directory at the current place; a link's own path. Also for a name
/// that stands for nothing: then home.
std::string current_directory(const Home& home, const std::string& toolchain);

/// One more than any number that is anywhere for this name.
std::uint64_t next_number(const Home& home, const std::string& toolchain);

/// The generations away of this name: of which there is a directory, and of which only the link
/// that a retired one left. Sorted.
struct AwayNumbers {
    std::vector<std::uint64_t> directories;
    std::vector<std::uint64_t> links;
};
AwayNumbers list_away(const Home& home, const std::string& toolchain);

/// The toolchains of which there is anything: at home, away or known. Sorted.
std::vector<std::string> list_toolchains(const Home& home);

/// Throws: Errc::unsupported where `latchkey/` is in the format of Latchkey 0.1, with what to do.
void refuse_old_format(const Home& home);

}  // namespace latchkey::store

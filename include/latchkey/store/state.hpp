#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/dist/component.hpp"
#include "latchkey/platform/file_status.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/metadata.hpp"

namespace latchkey::store {

/// How a component stands in a generation.
enum class Standing {
    listed,    ///< Its files are there, and tools may count on them.
    pending,   ///< Listed. Its files, which no tool loads, wait beside the state.
    arriving,  ///< Partial: its files are coming. After a kill they are taken out.
    leaving,   ///< Partial: removed, but its files are still there, perhaps in use.
};

/// One component of a generation.
struct StateComponent {
    dist::Component component;
    std::string tree;  ///< Empty: unknown, since rustup or a hand put the component there.
    Standing standing = Standing::listed;

    /// Whether it counts as installed.
    [[nodiscard]] bool counts() const noexcept {
        return standing == Standing::listed || standing == Standing::pending;
    }
};

/// The directory at home while it is not the current generation.
struct Behind {
    std::string word;  ///< Of its tag; empty: it has none.
    Fingerprint metadata;
    bool doomed = false;  ///< It is being deleted: whatever is at home is what is left of it.
    std::vector<StateComponent> components;
};

/// Which release a generation has, in words for people and for its manifest's dated address.
struct Release {
    std::string date;     ///< The manifest's, `2026-04-16`.
    std::string version;  ///< Of rustc, `1.95.0 (59807616e 2026-04-14)`; may be empty.
    bool operator==(const Release&) const = default;
};

/// How the last commit came about, for the history. States that do not commit anything carry it
/// along.
struct CommitRecord {
    std::uint64_t serial = 0;
    std::string what;     ///< "install", "update", "change", "rollback", "uninstall", …
    std::string when;     ///< RFC 3339, UTC.
    std::string command;  ///< The command line that made it.
};

/// `latchkey/toolchains/<t>/state`: which generation of a toolchain is current, where it lives and
/// which components it has.
///
/// Of a toolchain, a proxy reads only this. Every commit replaces the file by rename(2), except
/// that of a fresh install, which is the rename of its directory to the home that the state leads
/// to.
struct State {
    enum class Where {
        home,     ///< `toolchains/<t>`.
        away,     ///< `latchkey/away/<number>/<t>`; home lags, or is not there.
        removed,  ///< Uninstalled; home may still be there while somebody runs from it.
        link,     ///< `link`, a toolchain of the user's, while home may still be there.
    };
    std::uint64_t number = 0;
    std::string word;          ///< Random, 16 hex digits. Numbers may come again, words do not.
    std::uint64_t serial = 0;  ///< One more with each replacement.
    std::optional<CommitRecord> record;
    Where where = Where::home;
    std::string link;  ///< Where::link: the target.

    std::string boot_id;        ///< Of the boot in which its files were written.
    std::uint64_t inode = 0;    ///< Of its directory then: a copy has another one.
    bool synced = false;        ///< All its files are on the disk.
    std::string manifest_hash;  ///< SHA-256 of the channel manifest as served; may be empty.
    std::string update_hash;    ///< What it was made from, as update-hashes/ has it; may be empty.
    std::optional<Release> release;     ///< Empty: not known.
    std::optional<std::uint64_t> held;  ///< No update changes it: it was rolled back to this entry.

    /// Of the file that it was read from, whose time is that of the last use; see last_use.hpp.
    std::optional<platform::FileStatus> file = {};

    Fingerprint metadata;                 ///< Of the directory at its place.
    std::optional<Fingerprint> intended;  ///< While a change in place is under way.
    /// Shape: in the order of multirust-config.toml, then the partial ones.
    std::vector<StateComponent> components;
    std::optional<Behind> behind;

    [[nodiscard]] bool has_directory() const noexcept {
        return where == Where::home || where == Where::away;
    }
    /// Requires: has_directory().
    [[nodiscard]] Place place(const std::string& toolchain) const {
        return {toolchain, where == Where::home ? 0 : number};
    }
    /// Whether its directory has a configuration that lists components; one of before 2016 has
    /// none.
    [[nodiscard]] bool is_configured() const { return metadata.config != kNoFile; }
    /// Null: the generation has no such component, not even partial.
    [[nodiscard]] const StateComponent* find(const dist::Component& component) const;
    [[nodiscard]] StateComponent* find(const dist::Component& component);

    /// The components that count as installed.
    [[nodiscard]] std::vector<StateComponent> installed() const;
    [[nodiscard]] bool any_partial() const;
};

std::string serialise(const State& state);

/// Throws: Errc::corrupt naming `shown_path`; Errc::unsupported for a newer format.
State parse_state(std::string_view text, const std::string& shown_path);

/// The state of a toolchain. Empty: there is none, or it is damaged. Everything in `latchkey/` may
/// be lost; without a state, the directory at home counts as it is.
///
/// Throws: Errc::unsupported, Errc::io.
std::optional<State> find_state(const Home& home, const std::string& toolchain);

/// The toolchains that have a folder for a state. Sorted.
std::vector<std::string> list_states(const Home& home);

/// 64 random bits.
///
/// Shape: 16 lower-case hex digits.
std::string random_word();

}  // namespace latchkey::store

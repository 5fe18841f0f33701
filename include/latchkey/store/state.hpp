#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/dist/component.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/metadata.hpp"

namespace latchkey::store {

/// How a component stands in a generation.
enum class Standing {
    listed,    ///< It is there: tools may count on it.
    pending,   ///< Listed; its files, which no tool loads, wait beside the state.
    arriving,  ///< Partial: its files are being brought. Of a killed command: to be taken out.
    leaving,   ///< Partial: removed, and its files are still there, perhaps in use.
};

/// One component of a generation.
struct StateComponent {
    dist::Component component;
    std::string tree;  ///< Empty: not known; rustup or a hand put it there.
    Standing standing = Standing::listed;

    /// Counts as installed.
    [[nodiscard]] bool counts() const noexcept {
        return standing == Standing::listed || standing == Standing::pending;
    }
};

/// The directory at home while it is not the current generation.
struct Behind {
    std::string word;  ///< Of its tag; empty: it has none.
    Fingerprint metadata;
    bool doomed = false;  ///< Whatever is found at home is what is left of it.
    std::vector<StateComponent> components;
};

/// How the last commit came about, for the history. States that are no commit carry it along.
struct CommitRecord {
    std::uint64_t serial = 0;
    std::string what;     ///< "install", "update", "change", "uninstall", "link", "adopt".
    std::string when;     ///< RFC 3339, UTC.
    std::string command;  ///< The command line that made it.
};

/// `latchkey/toolchains/<t>/state`: which generation is current, where it lives, what it has. The
/// one thing that a proxy reads. Replacing it by rename(2) is every commit; only a fresh install is
/// committed by the rename of its directory to the home that this leads to.
struct State {
    enum class Where {
        home,     ///< `toolchains/<t>`.
        away,     ///< `latchkey/away/<number>/<t>`; home lags, or is not there.
        removed,  ///< Uninstalled; home may still be there while somebody runs from it.
        link,     ///< `link`, a toolchain of the user's, while home may still be there.
    };
    std::uint64_t number = 0;
    std::string word;          ///< Random, 16 hex digits. Numbers may come again, words do not.
    std::uint64_t serial = 0;  ///< One more each time that it is replaced by another one.
    std::optional<CommitRecord> record;
    Where where = Where::home;
    std::string link;  ///< Where::link: the target.

    std::string boot_id;        ///< Of the boot in which its files were written.
    std::uint64_t inode = 0;    ///< Of its directory then: a copy has another one.
    bool synced = false;        ///< All its files are on the disk.
    std::string manifest_hash;  ///< SHA-256 of the channel manifest as served; may be empty.
    std::string update_hash;    ///< What it was made from, as update-hashes/ has it; may be empty.

    Fingerprint metadata;                 ///< Of the directory at its place.
    std::optional<Fingerprint> intended;  ///< While a change in place is under way.
    /// Shape: in the order of multirust-config.toml, then what is partial.
    std::vector<StateComponent> components;
    std::optional<Behind> behind;

    [[nodiscard]] bool has_directory() const noexcept {
        return where == Where::home || where == Where::away;
    }
    /// Requires: has_directory().
    [[nodiscard]] Place place(const std::string& toolchain) const {
        return {toolchain, where == Where::home ? 0 : number};
    }
    /// Its directory has a list of components that are known by name; one of before 2016 has none.
    [[nodiscard]] bool is_configured() const { return metadata.config != kNoFile; }
    /// Null: there is no such component, partial or not.
    [[nodiscard]] const StateComponent* find(const dist::Component& component) const;
    [[nodiscard]] StateComponent* find(const dist::Component& component);

    /// Those that count as installed.
    [[nodiscard]] std::vector<StateComponent> installed() const;
    [[nodiscard]] bool any_partial() const;
};

std::string serialise(const State& state);

/// Throws: Errc::corrupt naming `shown_path`; Errc::unsupported for a newer format.
State parse_state(std::string_view text, const std::string& shown_path);

/// Empty where there is none, and where it is damaged: everything in `latchkey/` may be lost, and
/// then the directory at home is what it is.
///
/// Throws: Errc::unsupported, Errc::io.
std::optional<State> find_state(const Home& home, const std::string& toolchain);

/// Replaces the state; the disk has it first. If who made the last commit was killed before the
/// history had its entry, it gets that now; see file_record().
///
/// Locks: `toolchain`, exclusive.
void save_state(const Home& home, const std::string& toolchain, const State& state,
                const lock::LockSet& toolchain_lock);

/// The toolchains of which anything is known, by their folders; sorted.
std::vector<std::string> list_states(const Home& home);

/// 64 random bits as 16 hex digits.
std::string random_word();

}  // namespace latchkey::store

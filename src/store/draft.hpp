#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/state.hpp"
#include "latchkey/store/wanted.hpp"
#include "taken_trees.hpp"

namespace latchkey::store {

/// A generation that is being put together in a toolchain's staging folder.
class Draft {
public:
    /// `old` is the old generation, and `old_directory` its directory. Empty: there is none.
    Draft(const OnWorker& on, const Home& home, const std::string& toolchain, const State& old,
          std::string old_directory);

    /// Links the user's files, which no component owns, from the old generation. Must be called
    /// before components are added, which then find what is in their way.
    void carry_others();

    /// Adds all components. A component without a supply is taken from the old generation as it is:
    /// files that are missing there stay missing. With `may_wait`, documentation waits beside the
    /// state until it is known where the generation will live.
    ///
    /// Returns: a supply that is gone or not as it was unpacked. Trees that had arrived are then
    ///          back in `arrived/`. Null: everything was added.
    /// Throws:  Errc::corrupt, `failed to install component: …`.
    const Supply* fill(const std::vector<WantedComponent>& wanted, bool may_wait);

    /// Writes rustup's notes and the tag. `manifest` null: keeps the old generation's.
    void write_notes(const std::string* manifest, const Tag& tag);

    /// Writes the notes of a toolchain of before 2016: the parts of its component, but no
    /// configuration and no manifest.
    void write_combined_notes(const Tag& tag);

    /// Moves the draft away, as the function of this name, and returns the number.
    std::uint64_t move_away(std::uint64_t number);

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] const std::vector<StateComponent>& components() const noexcept {
        return components_;
    }

private:
    bool take(const WantedComponent& wanted, bool waits);
    void keep(const dist::Component& component);
    bool add(const WantedComponent& wanted, bool waits);
    void give_back();
    void finish_notes(const std::string& components, const Tag& tag);
    void note(std::string_view name, std::string_view text);

    const OnWorker& on_;
    const Home& home_;
    const std::string& toolchain_;
    const State& old_;
    std::string old_directory_;
    std::string path_;
    TakenTrees taken_;
    TakenTrees waiting_;
    std::vector<StateComponent> components_;
    std::vector<std::string> parts_;  ///< Names of what was added, as the packages have them.
    std::vector<std::string> notes_;  ///< Paths of what was written.
    Tag tag_;
};

/// Moves a directory in staging to `away/<n>/<toolchain>`, by one rename of `<n>`: each number then
/// belongs to one toolchain, and no empty folder is left by a kill.
///
/// Returns: the number, that of `tag`. If another toolchain has it, a higher one; the directory's
///          tag then names it.
std::uint64_t move_away(const Home& home, const std::string& directory, Tag tag);

/// Where documentation waits for its toolchain's directory.
std::string pending_folder(const Home& home, const std::string& toolchain);

/// The files of a state's directory were written just now, and may not be on the disk.
void mark_written(State& state, const std::string& directory);

/// The index of a tree that is to come into a directory is gone.
Error missing_index_error();

/// `failed to install component: 'NAME', detected conflict: 'PATH'`.
Error conflict_error(const dist::Component& component, const std::string& path);

}  // namespace latchkey::store

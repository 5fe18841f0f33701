#pragma once

#include <optional>
#include <string>
#include <vector>

#include "context.hpp"
#include "latchkey/facts/toolchains.hpp"

namespace latchkey::cli {

/// The installed toolchains that a list marks.
struct Marks {
    std::string active;          ///< Empty: none of them is active.
    std::string default_choice;  ///< Empty: none of them is the default.

    /// " (active, default)", or nothing.
    [[nodiscard]] std::string suffix(const std::string& toolchain) const;
};

/// The marks for `active` and for the default of the settings. An active toolchain that is named by
/// its path is not one of the installed ones.
Marks marks_of(const Context& context, const std::optional<resolve::Active>& active);

/// All installed toolchains, for a document.
std::vector<facts::Toolchain> list_toolchains(const Context& context, const Marks& marks);

/// The path of a toolchain in lists: its directory, or the target of its link.
std::string shown_path(const store::Home& home, const std::string& toolchain);

/// The targets of an installed toolchain, in the order of its manifest. If it has no manifest, they
/// come from its list of components.
///
/// Throws: as toolchain::Engine::load_inventory.
task::awaitable<std::vector<std::string>> load_targets(Context& context, resolve::Name toolchain);

/// The names in `lib/rustlib/components`. Empty if there is no such file.
///
/// Throws: `could not read components file: 'PATH': …`.
std::vector<std::string> load_component_names(const Context& context,
                                              const resolve::Name& toolchain);

/// The targets of the names that begin with `rust-std-`: `x86_64-unknown-linux-gnu` for
/// `rust-std-x86_64-unknown-linux-gnu`. Other names are left out.
std::vector<std::string> targets_of(const std::vector<std::string>& component_names);

}  // namespace latchkey::cli

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "context.hpp"
#include "latchkey/facts/toolchains.hpp"

namespace latchkey::cli {

/// Which of the installed toolchains are set off in a list.
struct Marks {
    std::string active;          ///< Empty: none of them.
    std::string default_choice;  ///< Likewise.

    /// " (active, default)", or nothing.
    [[nodiscard]] std::string suffix(const std::string& toolchain) const;
};

/// A toolchain that is active by its path is none of those installed.
Marks marks_of(const Context& context, const std::optional<resolve::Active>& active);

/// All that are installed, for a document.
std::vector<facts::Toolchain> list_toolchains(const Context& context, const Marks& marks);

/// Where a toolchain is, as lists show it: for a link, what the link says.
std::string shown_path(const store::Home& home, const std::string& toolchain);

/// The targets of an installed toolchain, in the order of its manifest; for one without, what its
/// components say.
///
/// Throws: as toolchain::Engine::load_inventory.
task::awaitable<std::vector<std::string>> load_targets(Context& context, resolve::Name toolchain);

/// The names in `lib/rustlib/components`. Empty where there is no such file.
///
/// Throws: `could not read components file: 'PATH': …`.
std::vector<std::string> load_component_names(const Context& context,
                                              const resolve::Name& toolchain);

/// What lists show of component names that stand for targets: `x86_64-unknown-linux-gnu` of
/// `rust-std-x86_64-unknown-linux-gnu`; no other.
std::vector<std::string> targets_of(const std::vector<std::string>& component_names);

}  // namespace latchkey::cli

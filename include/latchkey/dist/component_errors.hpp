#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/component.hpp"
#include "latchkey/dist/manifest.hpp"
#include "latchkey/dist/toolchain_name.hpp"

namespace latchkey::dist {

/// The component that an addition means: renamed if need be, without its target if the channel has
/// it only so.
///
/// Throws: Errc::not_found, rustup's texts for an unknown component or target, with a suggestion;
///         Errc::corrupt if the installed manifest does not have the toolchain's target.
Component component_to_add(const ToolchainName& toolchain, const Manifest& manifest,
                           const Component& asked);

/// A component that a toolchain does not have, and the name that may have been meant.
struct UnknownComponent {
    Component component;
    std::optional<std::string> suggestion;
};

/// The component that a removal means: as component_to_add(), but only what is installed counts. A
/// component that is not there is an answer, because the others go all the same.
///
/// Throws: Errc::not_found, `toolchain 'T' does not have target 'X' installed`; Errc::corrupt as
///         component_to_add().
std::variant<Component, UnknownComponent> component_to_remove(const ToolchainName& toolchain,
                                                              const Manifest& manifest,
                                                              std::span<const Component> installed,
                                                              const Component& asked);

/// `toolchain 'T' does not contain component 'X' for target 'Y'`, or of several a list.
///
/// Requires: `unknown` is not empty.
Error unknown_components_error(const ToolchainName& toolchain, const Manifest& manifest,
                               std::span<const UnknownComponent> unknown);

/// `missing manifest in toolchain 'T'`, with what helps.
Error missing_manifest_error(std::string_view toolchain);

/// The name that the user may have meant; at most three edits away.
std::optional<std::string> suggest(const Manifest& manifest, const Component& asked,
                                   std::span<const Component> candidates);

/// Damerau-Levenshtein: insert, delete, replace, or exchange neighbours; of code points.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// What `component add` and `target add` say of components that cannot be downloaded. `toolchain`
/// is the full name, as in `nightly-x86_64-unknown-linux-gnu`.
///
/// Requires: `components` is not empty.
std::string unavailable_text(const Manifest& manifest, std::span<const Component> components,
                             std::string_view toolchain);

/// What `install` and `update` say of them: with advice.
///
/// Requires: `components` is not empty.
std::string unavailable_text_with_advice(const Manifest& manifest,
                                         std::span<const Component> components,
                                         std::string_view toolchain);

}  // namespace latchkey::dist

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

/// The component that an addition means: under its internal name, and without a target if the
/// channel has it only without.
///
/// Throws: Errc::not_found, rustup's texts for an unknown component or target, with a suggestion;
///         Errc::corrupt if the installed manifest does not have the toolchain's target.
Component component_to_add(const ToolchainName& toolchain, const Manifest& manifest,
                           const Component& asked);

/// A component that a toolchain does not have, and the name that the user may have meant.
struct UnknownComponent {
    Component component;
    std::optional<std::string> suggestion;
};

/// The component that a removal means: as component_to_add(), but among the installed ones. A
/// component that is not installed is a result and not an error, because the others are removed all
/// the same.
///
/// Throws: Errc::not_found, `toolchain 'T' does not have target 'X' installed`; Errc::corrupt as
///         component_to_add().
std::variant<Component, UnknownComponent> component_to_remove(const ToolchainName& toolchain,
                                                              const Manifest& manifest,
                                                              std::span<const Component> installed,
                                                              const Component& asked);

/// `toolchain 'T' does not contain component 'X' for target 'Y'`, or a list of several.
///
/// Requires: `unknown` is not empty.
Error unknown_components_error(const ToolchainName& toolchain, const Manifest& manifest,
                               std::span<const UnknownComponent> unknown);

/// `toolchain 'T' does not support components`: it is not an official one.
Error no_components_error(std::string_view toolchain);

/// `toolchain 'T' does not support components (v1 manifest)`: its release is of before 2016, and
/// has one archive for everything.
Error combined_error(std::string_view toolchain);

/// `missing manifest in toolchain 'T'`, with advice.
Error missing_manifest_error(std::string_view toolchain);

/// The name of a candidate that the user may have meant: the nearest, at most three edits away.
std::optional<std::string> suggest(const Manifest& manifest, const Component& asked,
                                   std::span<const Component> candidates);

/// The Damerau-Levenshtein distance: how many code points to insert, delete, replace, or exchange
/// with a neighbour.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The text of `component add` and `target add` about components that cannot be downloaded.
/// `toolchain` is the full name, such as `nightly-x86_64-unknown-linux-gnu`.
///
/// Requires: `components` is not empty.
std::string unavailable_text(const Manifest& manifest, std::span<const Component> components,
                             std::string_view toolchain);

/// The text of `install` and `update` about them, which adds advice.
///
/// Requires: `components` is not empty.
std::string unavailable_text_with_advice(const Manifest& manifest,
                                         std::span<const Component> components,
                                         std::string_view toolchain);

}  // namespace latchkey::dist

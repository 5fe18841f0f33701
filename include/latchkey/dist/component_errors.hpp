#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

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

/// The same for a removal; only what is installed counts.
Component component_to_remove(const ToolchainName& toolchain, const Manifest& manifest,
                              std::span<const Component> installed, const Component& asked);

/// The name that the user may have meant; at most three edits away.
std::optional<std::string> suggest(const Manifest& manifest, const Component& asked,
                                   std::span<const Component> candidates);

/// Damerau-Levenshtein: insert, delete, replace, or exchange neighbours; of code points.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// What `component add` and `target add` say of components that cannot be downloaded.
///
/// Requires: `components` is not empty.
std::string unavailable_text(const Manifest& manifest, std::span<const Component> components,
                             std::string_view manifest_name);

/// What `install` and `update` say of them: with advice.
///
/// Requires: `components` is not empty.
std::string unavailable_text_with_advice(const Manifest& manifest,
                                         std::span<const Component> components,
                                         std::string_view manifest_name);

}  // namespace latchkey::dist

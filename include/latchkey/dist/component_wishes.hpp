#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/dist/change.hpp"
#include "latchkey/dist/component.hpp"
#include "latchkey/dist/manifest.hpp"

namespace latchkey::dist {

/// What a user wants of every toolchain, besides what its profile has: `set components`.
///
/// Shape: short or internal names without target; sorted, each once, in one of the lists.
struct ComponentWishes {
    std::vector<std::string> added;
    std::vector<std::string> removed;

    bool operator==(const ComponentWishes&) const = default;
    [[nodiscard]] bool empty() const { return added.empty() && removed.empty(); }
};

/// Reads `+rust-analyzer,-rust-docs`. No wishes: `none`, or nothing at all.
///
/// Throws: Errc::usage, which names the part that is wrong and shows what is right.
ComponentWishes parse_component_wishes(std::string_view text);

/// The text that parse_component_wishes() reads. Empty if there are no wishes.
std::string str(const ComponentWishes& wishes);

/// What wishes mean for one toolchain and one release.
struct WishedChange {
    std::vector<Component> add;      ///< Available.
    std::vector<Component> remove;   ///< Unwanted, or wanted but gone from the release.
    std::vector<Component> lacking;  ///< Wanted, but not available in the release.
};

/// `named`: what the command line or a toolchain file lists, which the wishes do not touch.
/// `installed`: what the toolchain has; may be empty.
///
/// Throws: as Manifest::components_for.
WishedChange wished_change(const ComponentWishes& wishes, const Manifest& manifest,
                           std::string_view target, std::span<const std::string> named,
                           std::span<const Component> installed);

/// Puts it into the request of an install or update. What is there already is not asked for.
void add_wishes(ChangeRequest& request, const WishedChange& wished,
                std::span<const Component> installed);

/// The warning about one of WishedChange::lacking, where `toolchain` is the full name.
std::string lacking_text(const Manifest& manifest, const Component& component,
                         std::string_view target, std::string_view toolchain);

}  // namespace latchkey::dist

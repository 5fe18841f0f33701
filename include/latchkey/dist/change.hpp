#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/dist/component.hpp"
#include "latchkey/dist/installed_config.hpp"
#include "latchkey/dist/manifest.hpp"

namespace latchkey::dist {

/// What a change of one toolchain is asked to do.
struct ChangeRequest {
    std::vector<Component> add;     ///< Internal names, sorted; see wanted_components().
    std::vector<Component> remove;  ///< Internal names.
    bool force = false;             ///< Go on without components that cannot be downloaded.
};

/// What a change will do.
struct ChangePlan {
    std::vector<Component> final_list;  ///< What the toolchain has afterwards, in the file's order.
    std::vector<Component> install;     ///< In the order of final_list. All can be downloaded,
                                        ///< unless refused().
    std::vector<Component> uninstall;   ///< In the order of the installed list.
    std::vector<Component> up_to_date;  ///< Asked for, but there already.
    std::vector<Component> missing;     ///< Installed, but gone from the channel.
    std::vector<Component>
        unavailable;         ///< Cannot be downloaded, then the missing: with force they
                             ///< are warned of and left out, without they end the change.
    bool unchanged = false;  ///< Nothing to do; unavailable is empty then.
    bool force = false;

    /// Whether the change must end with an error of component_errors.hpp.
    [[nodiscard]] bool refused() const { return !force && !unavailable.empty(); }
};

/// The components that an install or update asks for: those of `profile` (for a fresh toolchain),
/// those named in `components` (short or internal names, without target), and rust-std for
/// `targets`.
///
/// A name that the channel does not know stays in the list; the plan then has it as unavailable.
///
/// Shape:  sorted, each once.
/// Throws: as Manifest::components_for and Manifest::profile_components.
std::vector<Component> wanted_components(const Manifest& manifest, std::string_view target,
                                         std::optional<Profile> profile,
                                         std::span<const std::string> components,
                                         std::span<const std::string> targets);

/// The components that a change starts from: those of the configuration. Without a configuration,
/// the default profile if anything is installed (a version 1 toolchain), otherwise none.
std::vector<Component> starting_list(const std::optional<InstalledConfig>& config,
                                     bool anything_installed, const Manifest& manifest,
                                     std::string_view target);

/// Compares what is installed with what is asked for. If the manifests are equal, only the
/// difference is changed. Otherwise, or if `installed_manifest` is null (missing or unreadable),
/// everything is installed anew.
///
/// Throws: as Manifest::components_for.
ChangePlan plan_change(std::span<const Component> installed, const Manifest* installed_manifest,
                       const Manifest& manifest, std::string_view target,
                       const ChangeRequest& request);

}  // namespace latchkey::dist

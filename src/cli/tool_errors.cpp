#include "tool_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "latchkey/dist/component_errors.hpp"
#include "latchkey/dist/component_status.hpp"
#include "latchkey/dist/installed_config.hpp"
#include "latchkey/dist/manifest.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/dist/tools.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/metadata.hpp"
#include "latchkey/toolchain/engine.hpp"

namespace latchkey::cli {
namespace {

Error not_installed_error(const std::string& tool, const std::string& toolchain,
                          std::string_view component, bool name_toolchain) {
    const std::string option = name_toolchain ? fmt::format("--toolchain {} ", toolchain) : "";
    return Error(Errc::not_found, fmt::format("'{}' is not installed for the toolchain '{}'.\n"
                                              "help: run `rustup component add {}{}` to install it",
                                              tool, toolchain, option, component));
}

Error missing_custom_error(const std::string& tool, const std::string& toolchain) {
    return Error(
        Errc::not_found,
        fmt::format("'{}' is not installed for the custom toolchain '{}'.\n"
                    "note: this is a custom toolchain, which cannot use `rustup component add`\n"
                    "help: if you built this toolchain from source, and used `rustup toolchain "
                    "link`, then you may be able to build the component with `x.py`",
                    tool, toolchain));
}

bool is_default(const resolve::Site& site, const std::string& toolchain) {
    const auto chosen = resolve::find_default(site);
    return chosen && dist::str(*chosen) == toolchain;
}

/// Null where the channel does not know the component.
const dist::ComponentStatus* find_status(const std::vector<dist::ComponentStatus>& statuses,
                                         const dist::Manifest& manifest,
                                         std::string_view component) {
    const auto found =
        std::find_if(statuses.begin(), statuses.end(), [&](const dist::ComponentStatus& status) {
            return manifest.short_name(status.component) == component;
        });
    return found == statuses.end() ? nullptr : &*found;
}

std::vector<dist::ComponentStatus> load_statuses(const std::string& directory,
                                                 const dist::ToolchainName& toolchain,
                                                 dist::Manifest& manifest) {
    const std::string manifest_path = dist::note_path(directory, dist::kManifestNote);
    const auto text = platform::find_file_text(manifest_path);
    if (!text && store::is_combined(directory)) throw dist::combined_error(toolchain.str());
    if (!text) throw dist::missing_manifest_error(toolchain.str());
    manifest = dist::parse_manifest(*text, manifest_path);
    const std::string config_path = dist::note_path(directory, dist::kConfigNote);
    const auto config = dist::parse_installed_config(platform::load_file(config_path), config_path);
    return dist::component_statuses(manifest, toolchain.target(), config.components);
}

}  // namespace

Error missing_tool_error(const resolve::Site& site, const resolve::Name& toolchain,
                         const proxy::Pinned& pinned, const std::string& tool) {
    const std::string name = resolve::str(toolchain);
    const dist::ToolchainName* official = resolve::official(toolchain);
    if (official == nullptr) return missing_custom_error(tool, name);
    const dist::Tool* known = dist::find_tool_named(tool);
    if (known == nullptr || !known->rustup_knows_component) {
        return Error(Errc::not_found,
                     fmt::format("Unknown binary '{}' in official toolchain '{}'.", tool, name));
    }
    const std::string_view component = known->component;
    dist::Manifest manifest;
    const auto statuses = load_statuses(pinned.directory, *official, manifest);
    const dist::ComponentStatus* status = find_status(statuses, manifest, component);
    if (status == nullptr) {
        return Error(Errc::not_found,
                     fmt::format("component {} should be in the manifest", component));
    }
    if (!status->available) {
        return Error(Errc::not_found,
                     fmt::format("the '{}' component which provides the command '{}' is not "
                                 "available for the '{}' toolchain",
                                 component, tool, name));
    }
    // Listed since the tool was looked for, it was not installed then.
    if (status->installed && pinned.has_tool) {
        return Error(Errc::not_found,
                     fmt::format("the '{}' binary, normally provided by the '{}' component, is not "
                                 "applicable to the '{}' toolchain",
                                 tool, component, name));
    }
    return not_installed_error(tool, name, component, !is_default(site, name));
}

Error unknown_tool_error(const resolve::Name& toolchain, const std::string& tool, bool active) {
    const std::string name = resolve::str(toolchain);
    const dist::Tool* known = dist::find_tool_named(tool);
    if (known != nullptr && known->rustup_knows_component) {
        return not_installed_error(tool, name, known->component, !active);
    }
    return Error(Errc::not_found, fmt::format("unknown binary '{}' in toolchain '{}'", tool, name));
}

}  // namespace latchkey::cli

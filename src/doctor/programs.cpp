#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "latchkey/base/text.hpp"
#include "latchkey/dist/tools.hpp"
#include "latchkey/doctor/checks.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/own_program.hpp"
#include "latchkey/setup/own_programs.hpp"
#include "latchkey/setup/shells.hpp"

namespace latchkey::doctor {
namespace {

constexpr std::string_view kProgram = "rustup";

using FileId = std::pair<std::uint64_t, std::uint64_t>;  // Device and inode.

std::optional<FileId> find_file_id(const std::string& folder) {
    try {
        const auto status = platform::find_target_status(folder);
        if (!status) return std::nullopt;
        return FileId{status->device, status->inode};
    } catch (const Error&) {
        return std::nullopt;
    }
}

/// Every name under which we have a program.
std::vector<std::string> program_names() {
    std::vector<std::string> names{std::string(kProgram)};
    for (const dist::Tool& tool : dist::kTools) names.emplace_back(tool.name);
    return names;
}

bool has_program(const std::string& folder, const std::string& name) {
    platform::Environment only;
    only.set("PATH", folder);
    return setup::is_on_path(only, name);
}

bool is_ours(const std::string& path) {
    try {
        return platform::is_own_program(path);
    } catch (const Error&) {
        return false;
    }
}

/// Of our names, those that a folder has from elsewhere.
std::vector<std::string> foreign_programs(const std::string& folder) {
    std::vector<std::string> found;
    for (const std::string& name : program_names()) {
        if (has_program(folder, name) && !is_ours(folder + "/" + name)) found.push_back(name);
    }
    return found;
}

/// The folders of PATH, each once, in their order.
std::vector<std::string> path_folders(const platform::Environment& environment) {
    std::vector<std::string> folders;
    std::set<FileId> seen;
    const std::string path = environment.find("PATH").value_or("");
    for (const std::string_view part : split(path, ':')) {
        std::string folder(part.empty() ? "." : part);
        const auto id = find_file_id(folder);
        if (id && seen.insert(*id).second) folders.push_back(std::move(folder));
    }
    return folders;
}

std::size_t times_on_path(const platform::Environment& environment, const FileId& bin) {
    const std::string path = environment.find("PATH").value_or("");
    const auto parts = split(path, ':');
    return static_cast<std::size_t>(std::ranges::count_if(parts, [&bin](std::string_view part) {
        return !part.empty() && find_file_id(std::string(part)) == bin;
    }));
}

Finding other_rustup(const std::string& path) {
    return warning(fmt::format("another rustup is at '{}'", path));
}

}  // namespace

Findings look_at_path(const platform::Environment& environment, const std::string& bin_folder) {
    Findings findings;
    const std::vector<std::string> folders = path_folders(environment);
    const auto bin = find_file_id(bin_folder);
    const auto leads_to_bin = [&bin](const std::string& folder) {
        return bin && find_file_id(folder) == bin;
    };
    const auto ours = std::ranges::find_if(folders, leads_to_bin);
    const bool on_path = ours != folders.end();
    const setup::Tools tools = setup::own_tools();
    const auto is_shared = [&tools](const std::string& name) {
        return std::ranges::find(tools.shared, name) != tools.shared.end();
    };
    for (auto each = folders.begin(); each != folders.end(); ++each) {
        if (each == ours) continue;
        const std::vector<std::string> names = foreign_programs(*each);
        if (names.empty()) continue;
        if (on_path && each < ours) {
            const std::string text = fmt::format("PATH: '{}' comes before '{}' and has its own {}",
                                                 *each, bin_folder, join(names, ", "));
            // Editors bring some of them, and are right to use theirs.
            findings.push_back(std::ranges::all_of(names, is_shared) ? warning(text) : error(text));
        }
        if (std::ranges::find(names, kProgram) != names.end()) {
            findings.push_back(other_rustup(*each + "/rustup"));
        }
    }
    if (!on_path) {
        findings.push_back(warning(fmt::format("PATH: '{}' is not in it", bin_folder)));
    } else if (const std::size_t times = times_on_path(environment, *bin); times > 1) {
        findings.push_back(warning(fmt::format("PATH: '{}' is in it {} times", bin_folder, times)));
    } else if (findings.empty()) {
        findings.push_back(ok(fmt::format("PATH: '{}' comes first", bin_folder)));
    }
    return findings;
}

BinFolderState bin_folder_state(const std::string& bin_folder) {
    const setup::Tools tools = setup::own_tools();
    const auto is_whole = [&bin_folder](std::string_view name) {
        return is_ours(bin_folder + "/" + std::string(name));
    };
    if (!is_whole(kProgram)) {
        const bool any = std::ranges::any_of(tools.owned, is_whole);
        return any ? BinFolderState::broken : BinFolderState::not_installed;
    }
    if (!std::ranges::all_of(tools.owned, is_whole)) return BinFolderState::broken;
    // What somebody else put there under a shared name stays, and is no fault of ours.
    const bool lacks_shared = std::ranges::any_of(tools.shared, [&](std::string_view name) {
        return !find_file_id(bin_folder + "/" + std::string(name));
    });
    return lacks_shared ? BinFolderState::broken : BinFolderState::whole;
}

Findings look_at_bin_folder(const std::string& bin_folder) {
    const BinFolderState state = bin_folder_state(bin_folder);
    if (state == BinFolderState::not_installed) {
        const std::string whose = has_program(bin_folder, std::string(kProgram))
                                      ? "the rustup there is another"
                                      : "not installed there";
        return {warning(fmt::format("programs: none of ours in '{}': {}", bin_folder, whose))};
    }
    Findings findings;
    const setup::Tools tools = setup::own_tools();
    for (const std::string& name : program_names()) {
        const std::string path = bin_folder + "/" + name;
        const bool shared = std::ranges::find(tools.shared, name) != tools.shared.end();
        if (!find_file_id(path)) {
            findings.push_back(error(fmt::format("programs: '{}' is missing", path)));
        } else if (!is_ours(path)) {
            const std::string text = fmt::format("programs: '{}' is not ours", path);
            findings.push_back(shared ? warning(text) : error(text));
        }
    }
    if (findings.empty()) {
        findings.push_back(ok(
            fmt::format("programs: all {} in '{}' are ours", program_names().size(), bin_folder)));
    }
    return findings;
}

}  // namespace latchkey::doctor

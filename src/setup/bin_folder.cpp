#include "latchkey/setup/bin_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <optional>

#include "latchkey/base/file_error.hpp"
#include "latchkey/config/bin_layout.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/platform/program_file.hpp"
#include "latchkey/platform/system.hpp"

namespace latchkey::setup {
namespace {

using config::kProgramFile;
using config::kProgramName;
using config::kProgramsFolder;
using config::kProxyFile;
using config::kProxyFolder;

/// Begins the names of unfinished work. In the folder that it is for, so on its file system, for
/// the rename; each name is used once, so that two who do not know of each other, as through two
/// names of one folder, never write to one file.
constexpr std::string_view kStaged = ".latchkey-";

bool is_current(const std::string& path, std::string_view proxy) {
    const auto status = platform::find_status(path);
    return status && status->kind == platform::FileKind::regular && status->permissions == 0755 &&
           status->size_bytes == proxy.size() && platform::load_file(path) == proxy;
}

void sweep(const std::string& folder) {
    for (const platform::DirectoryEntry& entry : platform::find_entries(folder)) {
        if (entry.name.starts_with(kStaged)) platform::remove_file(folder + "/" + entry.name);
    }
}

/// One that remove() takes: ours, whatever its version, or another name of it.
bool is_ours(const std::string& path, std::string_view tool, const Tools& tools,
             const std::optional<platform::FileStatus>& program) {
    const std::string name = path + "/" + std::string(tool);
    return platform::find_link(name) == config::link_target(tool) || tools.is_ours(name) ||
           platform::is_same_file(platform::find_target_status(name), program);
}

bool is_tool(std::string_view name, const Tools& tools) {
    return std::ranges::find(tools.owned, name) != tools.owned.end() ||
           std::ranges::find(tools.shared, name) != tools.shared.end();
}

}  // namespace

Error bin_folder_error(const Error& e, const std::string& path) {
    return file_error(e, "create bin directory", path);
}

bool has_others(const std::string& path, const Tools& tools) {
    const auto program = platform::find_target_status(path + "/" + std::string(kProgramName));
    return std::ranges::any_of(
        platform::find_entries(path), [&](const platform::DirectoryEntry& entry) {
            if (entry.name == kProgramName || entry.name == kProgramsFolder) return false;
            if (entry.name.starts_with(kStaged)) return false;
            return !is_tool(entry.name, tools) || !is_ours(path, entry.name, tools, program);
        });
}

lock::LockFile lock_file_of(const std::string& cargo_home) {
    return lock::LockFile(cargo_home + "/latchkey/locks");
}

BinFolder::BinFolder(const lock::LockSet& cargo_home, std::string path) : path_(std::move(path)) {
    assert(cargo_home.holds(lock::Key::cargo_home(), lock::Mode::exclusive));
    (void)cargo_home;
    try {
        platform::make_directories(path_);
        for (const std::string& folder : {path_, at(kProgramsFolder), at(kProxyFolder)}) {
            sweep(folder);
        }
    } catch (const Error& e) {
        throw bin_folder_error(e, path_);
    }
}

void BinFolder::place_program(const OnWorker& on) const {
    make_folders();
    place_program_file(on);
    link_program();
}

std::vector<std::string> BinFolder::place_proxies(const OnWorker& on, const Tools& tools,
                                                  std::string_view proxy) const {
    make_folders();
    place_proxy_file(on, proxy);
    std::vector<std::string> foreign;
    // The shared ones first: as long as the owned ones are what they were, they show who belongs
    // to whom. So a killed run can be repeated.
    std::vector<std::string_view> ours;
    for (const std::string_view tool : tools.shared) {
        if (is_foreign(tool, tools)) {
            foreign.emplace_back(tool);
        } else {
            ours.push_back(tool);
        }
    }
    ours.insert(ours.end(), tools.owned.begin(), tools.owned.end());
    for (const std::string_view tool : ours) {
        on.check();
        link_tool(tool);
    }
    return foreign;
}

void BinFolder::mend(const OnWorker& on, const std::vector<std::string_view>& names,
                     std::string_view proxy) const {
    std::vector<std::string> links;
    for (const std::string_view name : names) links.push_back(stage_link(name));
    make_folders();
    place_program_file(on);
    place_proxy_file(on, proxy);
    for (std::size_t i = 0; i < names.size(); ++i) put(links[i], names[i]);
}

void BinFolder::require_removable() const {
    try {
        (void)platform::make_nameless_file(path_, 0600);
    } catch (const Error& e) {
        if (e.code() == Errc::no_room) return;  // Deleting needs none.
        throw file_error(e, fmt::format("remove '{}'", kProgramName), at(kProgramName));
    }
}

void BinFolder::remove(const OnWorker& on, const Tools& tools) const {
    const std::string program = at(kProgramName);
    const auto program_status = platform::find_target_status(program);
    for (const auto& names : {tools.owned, tools.shared}) {
        for (const std::string_view tool : names) {
            on.check();
            if (is_ours(path_, tool, tools, program_status)) platform::remove_file(at(tool));
        }
    }
    // In its link's place, and then without what lay behind that.
    if (is_right(kProgramName) && program_status) platform::try_rename(at(kProgramFile), program);
    platform::remove_tree(on, at(kProgramsFolder));
    platform::remove_file(program);
    if (platform::find_link(path_)) return;
    if (platform::find_entries(path_).empty()) platform::try_remove_directory(path_);
}

std::string BinFolder::at(std::string_view name) const {
    return path_ + "/" + std::string(name);
}

std::string BinFolder::new_staged(std::string_view folder) const {
    return fmt::format("{}/{}{:016x}", folder, kStaged, platform::random_number());
}

void BinFolder::make_folders() const {
    try {
        platform::make_alike_directories(at(kProxyFolder));
    } catch (const Error& e) {
        throw bin_folder_error(e, path_);
    }
}

void BinFolder::place_program_file(const OnWorker& on) const {
    const std::string file = at(kProgramFile);
    const auto there = platform::find_status(file);
    if (platform::is_same_file(there, platform::find_own_status())) return;
    on.check();
    const std::string staged = new_staged(at(kProgramsFolder));
    try {
        platform::save_program(staged, platform::load_file(platform::own_program()));
        platform::rename_path(staged, file);
    } catch (const Error& e) {
        throw e.cause().in(
            fmt::format("could not copy file from '{}' to '{}'", platform::own_program(), file));
    }
}

void BinFolder::place_proxy_file(const OnWorker& on, std::string_view proxy) const {
    const std::string file = at(kProxyFile);
    if (is_current(file, proxy)) return;
    on.check();
    const std::string staged = new_staged(at(kProxyFolder));
    try {
        platform::save_program(staged, proxy);
        platform::rename_path(staged, file);
    } catch (const Error& e) {
        throw e.cause().in("could not write the proxy '" + file + "'");
    }
}

void BinFolder::link_program() const {
    if (is_right(kProgramName)) return;
    const std::string staged = stage_link_or_copy(kProgramName);
    try {
        platform::rename_path(staged, at(kProgramName));
    } catch (const Error& e) {
        throw file_error(e, "remove 'rustup-bin' file", at(kProgramName));
    }
}

void BinFolder::link_tool(std::string_view tool) const {
    if (!is_right(tool)) put(stage_link_or_copy(tool), tool);
}

bool BinFolder::is_right(std::string_view name) const {
    return platform::find_link(at(name)) == config::link_target(name);
}

std::string BinFolder::stage_link(std::string_view name) const {
    std::string staged = new_staged(path_);
    platform::make_link(std::string(config::link_target(name)), staged);
    if (const auto folder = platform::find_target_status(path_)) {
        platform::inherit_link_owner(staged, *folder);
    }
    return staged;
}

std::string BinFolder::stage_link_or_copy(std::string_view name) const {
    try {
        return stage_link(name);
    } catch (const Error&) {
        // A file system without symlinks, or any other obstacle, which is met again.
    }
    std::string staged = new_staged(path_);
    platform::copy_file(at(config::link_target(name)), staged);
    return staged;
}

void BinFolder::put(const std::string& staged, std::string_view name) const {
    try {
        platform::rename_path(staged, at(name));
    } catch (const Error& e) {
        throw e.cause().in(
            fmt::format("could not create link from '{}' to '{}'", at(kProgramName), at(name)));
    }
}

bool BinFolder::is_foreign(std::string_view tool, const Tools& tools) const {
    const auto status = platform::find_target_status(at(tool));
    if (!status || tools.is_ours(at(tool))) return false;
    return std::none_of(tools.owned.begin(), tools.owned.end(), [&](std::string_view owned) {
        return platform::is_same_file(status, platform::find_target_status(at(owned)));
    });
}

}  // namespace latchkey::setup

#include "latchkey/setup/bin_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <optional>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/platform/program_file.hpp"
#include "latchkey/platform/system.hpp"

namespace latchkey::setup {
namespace {

constexpr std::string_view kProgram = "rustup";

/// Begins the names of unfinished work. On the file system of the folder, for the rename; each name
/// is used once, so that two who do not know of each other, as through two names of one folder,
/// never write to one file.
constexpr std::string_view kStaged = ".latchkey-";

bool is_same_file(const std::optional<platform::FileStatus>& one,
                  const std::optional<platform::FileStatus>& other) {
    return one && other && one->device == other->device && one->inode == other->inode;
}

}  // namespace

lock::LockFile lock_file_of(const std::string& cargo_home) {
    return lock::LockFile(cargo_home + "/latchkey/locks");
}

BinFolder::BinFolder(const lock::LockSet& cargo_home, std::string path) : path_(std::move(path)) {
    assert(cargo_home.holds(lock::Key::cargo_home(), lock::Mode::exclusive));
    (void)cargo_home;
    try {
        platform::make_directories(path_);
        for (const platform::DirectoryEntry& entry : platform::list_directory(path_)) {
            if (entry.name.starts_with(kStaged)) platform::remove_file(at(entry.name));
        }
    } catch (const Error& e) {
        throw e.cause().in("could not create bin directory: '" + path_ + "'");
    }
}

std::string BinFolder::at(std::string_view name) const {
    return path_ + "/" + std::string(name);
}

std::string BinFolder::new_staged() const {
    return at(fmt::format("{}{:016x}", kStaged, platform::random_number()));
}

void BinFolder::place_program(const OnWorker& on) const {
    const std::string program = at(kProgram);
    const auto there = platform::find_status(program);
    if (is_same_file(there, platform::find_target_status(platform::kOwnProgram))) return;
    on.check();
    const std::string staged = new_staged();
    try {
        platform::save_program(staged, platform::load_file(platform::kOwnProgram));
    } catch (const Error& e) {
        throw e.cause().in(
            fmt::format("could not copy file from '{}' to '{}'", platform::kOwnProgram, program));
    }
    try {
        platform::rename_path(staged, program);
    } catch (const Error& e) {
        throw e.cause().in("could not remove 'rustup-bin' file: '" + program + "'");
    }
}

std::vector<std::string> BinFolder::place_proxies(const OnWorker& on, const Tools& tools,
                                                  std::string_view proxy) const {
    std::vector<std::string> foreign;
    // The shared ones first: as long as the owned ones are what they were, links show who belongs
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
    place(on, ours, proxy);
    return foreign;
}

void BinFolder::place(const OnWorker& on, const std::vector<std::string_view>& tools,
                      std::string_view proxy) const {
    const auto current = std::find_if(
        tools.begin(), tools.end(), [&](std::string_view tool) { return is_current(tool, proxy); });
    const bool is_new = current == tools.end();
    std::string model;  // What the others become links to.
    if (is_new) {
        model = new_staged();
        platform::save_program(model, proxy);
    } else {
        model = at(*current);
    }
    const auto model_status = platform::find_status(model);
    for (const std::string_view tool : tools) {
        on.check();
        if (is_same_file(platform::find_status(at(tool)), model_status)) continue;
        const std::string link = new_staged();
        platform::link_file(model, link);
        if (platform::find_status(link)->links == 1 && is_current(tool, proxy)) {
            platform::remove_file(link);  // No hard links here, and this copy is good.
            continue;
        }
        put(link, tool);
    }
    if (is_new) platform::remove_file(model);
}

void BinFolder::require_removable() const {
    try {
        (void)platform::make_nameless_file(path_, 0600);
    } catch (const Error& e) {
        if (e.code() == Errc::no_room) return;  // Deleting needs none.
        throw e.cause().in(fmt::format("could not remove '{}': '{}'", kProgram, at(kProgram)));
    }
}

void BinFolder::remove(const OnWorker& on, const Tools& tools) const {
    const auto program = platform::find_target_status(at(kProgram));
    for (const auto& names : {tools.owned, tools.shared}) {
        for (const std::string_view tool : names) {
            on.check();
            const std::string path = at(tool);
            if (tools.is_ours(path) || is_same_file(platform::find_target_status(path), program)) {
                platform::remove_file(path);
            }
        }
    }
    platform::remove_file(at(kProgram));
    if (platform::find_link(path_)) return;
    if (platform::find_entries(path_).empty()) platform::try_remove_directory(path_);
}

void BinFolder::put(const std::string& staged, std::string_view tool) const {
    try {
        platform::rename_path(staged, at(tool));
    } catch (const Error& e) {
        throw e.cause().in(
            fmt::format("could not create link from '{}' to '{}'", at(kProgram), at(tool)));
    }
}

bool BinFolder::is_foreign(std::string_view tool, const Tools& tools) const {
    const auto status = platform::find_target_status(at(tool));
    if (!status || tools.is_ours(at(tool))) return false;
    return std::none_of(tools.owned.begin(), tools.owned.end(), [&](std::string_view owned) {
        return is_same_file(status, platform::find_target_status(at(owned)));
    });
}

bool BinFolder::is_current(std::string_view tool, std::string_view proxy) const {
    const auto status = platform::find_status(at(tool));
    return status && status->kind == platform::FileKind::regular && status->permissions == 0755 &&
           status->size_bytes == proxy.size() && platform::load_file(at(tool)) == proxy;
}

std::vector<std::string_view> find_linked_tools(const std::string& folder, const Tools& tools) {
    const auto own = platform::find_target_status(platform::kOwnProgram);
    std::vector<std::string_view> linked;
    for (const auto& names : {tools.owned, tools.shared}) {
        for (const std::string_view tool : names) {
            const std::string path = folder + "/" + std::string(tool);
            if (is_same_file(platform::find_target_status(path), own)) linked.push_back(tool);
        }
    }
    return linked;
}

}  // namespace latchkey::setup

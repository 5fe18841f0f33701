#include "latchkey/resolve/installed.hpp"

#include <fcntl.h>

#include <algorithm>
#include <set>
#include <unordered_set>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/metadata.hpp"

namespace latchkey::resolve {
namespace {

using Lines = std::unordered_set<std::string_view>;

/// The one rename that channels know adds this; a manifest may say otherwise.
bool has_component(const Lines& installed, const std::string& name, const std::string& suffix) {
    for (const std::string& candidate : {name, name + "-preview"}) {
        if (installed.contains(candidate) || installed.contains(candidate + suffix)) return true;
    }
    return false;
}

bool has_toolchain(const store::Current& current) {
    return current.kind != store::Current::Kind::absent &&
           current.kind != store::Current::Kind::foreign;
}

/// rustup lists a link `stable-mine` among the official ones.
struct Listed {
    dist::AnyName order;
    dist::AnyName name;
};

/// False where that cannot be told.
bool is_empty(const std::string& directory) {
    try {
        return platform::list_directory(directory).empty();
    } catch (const Error&) {
        return false;
    }
}

}  // namespace

std::vector<dist::AnyName> list_installed(const dist::HomeLayout& layout) {
    const store::Home home(layout);
    std::set<std::string> entries;
    for (const auto& entry : platform::find_entries(home.toolchains())) {
        if (entry.kind != platform::FileKind::regular) entries.insert(entry.name);
    }
    for (std::string& toolchain : store::list_states(home)) entries.insert(std::move(toolchain));
    for (std::size_t number = 1; number <= home.count_bases(); ++number) {
        for (std::string& toolchain : store::list_toolchains(home.base(number))) {
            entries.insert(std::move(toolchain));
        }
    }
    std::vector<Listed> found;
    for (const std::string& entry : entries) {
        if (!is_utf8(entry)) continue;
        auto order = dist::parse_installed_name(entry);
        if (!order) continue;
        const store::Current current = store::find_in_reach(home, entry);
        if (!has_toolchain(current)) continue;
        const auto custom = dist::CustomName::parse(entry);
        const bool is_link = current.kind == store::Current::Kind::linked && custom;
        dist::AnyName name = is_link ? dist::AnyName(*custom) : *order;
        found.push_back({*std::move(order), std::move(name)});
    }
    std::ranges::sort(found, {}, &Listed::order);
    std::vector<dist::AnyName> names;
    for (Listed& each : found) names.push_back(std::move(each.name));
    return names;
}

std::vector<dist::ToolchainName> list_tracking(const dist::HomeLayout& layout) {
    std::vector<dist::ToolchainName> tracking;
    for (const dist::AnyName& each : list_installed(layout)) {
        const auto* toolchain = std::get_if<dist::ToolchainName>(&each);
        if (toolchain != nullptr && toolchain->is_tracking()) tracking.push_back(*toolchain);
    }
    return tracking;
}

bool is_listed(const dist::HomeLayout& layout, const dist::AnyName& name) {
    return has_toolchain(store::find_in_reach(store::Home(layout), str(to_name(name))));
}

bool is_installed(const dist::HomeLayout& layout, const Name& name) {
    try {
        if (!std::holds_alternative<dist::PathName>(name)) {
            const store::Current current = store::find_in_reach(store::Home(layout), str(name));
            if (current.installed()) return true;
            if (current.kind == store::Current::Kind::absent) return false;
        }
        return platform::find_file(toolchain_path(layout, name), O_RDONLY | O_DIRECTORY)
            .has_value();
    } catch (const Error&) {
        return false;
    }
}

bool is_more_than_a_folder(const dist::HomeLayout& layout, const Name& name) {
    return is_installed(layout, name) && !is_empty(toolchain_path(layout, name));
}

bool surely_has(const std::string& toolchain_path, std::string_view target,
                std::span<const std::string> components, std::span<const std::string> targets) {
    std::optional<std::string> text;
    try {
        text = platform::find_file_text(dist::note_path(toolchain_path, dist::kComponentsNote));
    } catch (const Error&) {
        return false;
    }
    if (!text) return false;
    const auto all = lines(*text);
    const Lines installed(all.begin(), all.end());
    const std::string suffix = "-" + std::string(target);
    const bool has_all = std::ranges::all_of(components,
                                             [&](const std::string& name) {
                                                 return has_component(installed, name, suffix);
                                             }) &&
                         std::ranges::all_of(targets, [&](const std::string& wanted) {
                             return installed.contains("rust-std-" + wanted);
                         });
    return has_all || store::is_combined(toolchain_path);
}

}  // namespace latchkey::resolve

#include "latchkey/resolve/installed.hpp"

#include <fcntl.h>

#include <algorithm>
#include <unordered_set>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/home.hpp"

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

}  // namespace

std::vector<dist::AnyName> list_installed(const std::string& rustup_home) {
    std::vector<dist::AnyName> names;
    for (const auto& entry : platform::find_entries(store::Home(rustup_home).toolchains())) {
        if (entry.kind == platform::FileKind::regular || !is_utf8(entry.name)) continue;
        if (auto name = dist::parse_installed_name(entry.name)) names.push_back(std::move(*name));
    }
    std::ranges::sort(names);
    return names;
}

bool is_listed(const std::string& rustup_home, const dist::AnyName& name) {
    const auto status = platform::find_status(toolchain_path(rustup_home, to_name(name)));
    return status && status->kind != platform::FileKind::regular;
}

bool is_installed(const std::string& rustup_home, const Name& name) {
    try {
        return platform::find_file(toolchain_path(rustup_home, name), O_RDONLY | O_DIRECTORY)
            .has_value();
    } catch (const Error&) {
        return false;
    }
}

bool surely_has(const std::string& toolchain_path, std::string_view target,
                std::span<const std::string> components, std::span<const std::string> targets) {
    std::optional<std::string> text;
    try {
        text = platform::find_file_text(toolchain_path + "/lib/rustlib/components");
    } catch (const Error&) {
        return false;
    }
    if (!text) return false;
    const auto all = lines(*text);
    const Lines installed(all.begin(), all.end());
    const std::string suffix = "-" + std::string(target);
    return std::ranges::all_of(
               components,
               [&](const std::string& name) { return has_component(installed, name, suffix); }) &&
           std::ranges::all_of(targets, [&](const std::string& wanted) {
               return installed.contains("rust-std-" + wanted);
           });
}

}  // namespace latchkey::resolve

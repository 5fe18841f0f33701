#include "latchkey/config/home_variables.hpp"

#include <algorithm>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"

namespace latchkey::config {
namespace {

constexpr const char* kHome = "RUSTUP_HOME";
constexpr const char* kCache = "LATCHKEY_CACHE_HOME";
constexpr const char* kConfig = "LATCHKEY_CONFIG_HOME";
constexpr const char* kData = "LATCHKEY_DATA_HOME";
constexpr const char* kState = "LATCHKEY_STATE_HOME";

std::string without_slash(std::string path) {
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path == "/" ? "" : path;
}

}  // namespace

bool parse_switch(const platform::Environment& environment, const std::string& name) {
    const std::string value = environment.find(name).value_or("");
    if (value.empty() || value == "0") return false;
    if (value == "1") return true;
    throw Error(Errc::usage,
                "invalid value '" + shown_as_utf8(value) + "' of " + name + ": it is 0 or 1");
}

std::optional<dist::CategoryFolders> find_category_folders(const platform::Environment& environment,
                                                           const std::optional<std::string>& home) {
    bool found = true;
    const auto folder = [&](const char* variable, const char* usual) -> std::string {
        const auto value = environment.find(variable);
        if (value && value->starts_with('/')) return without_slash(*value) + "/rustup";
        if (!home) found = false;
        return without_slash(home.value_or("")) + usual;
    };
    dist::CategoryFolders folders{.cache = folder("XDG_CACHE_HOME", "/.cache/rustup"),
                                  .config = folder("XDG_CONFIG_HOME", "/.config/rustup"),
                                  .data = folder("XDG_DATA_HOME", "/.local/share/rustup"),
                                  .state = folder("XDG_STATE_HOME", "/.local/state/rustup")};
    if (!found) return std::nullopt;
    return folders;
}

std::vector<std::string> find_bases(const platform::Environment& environment,
                                    const dist::HomeLayout& home) {
    std::vector<std::string> roots;
    const auto value = environment.find("LATCHKEY_BASE");
    if (!value) return roots;
    for (const std::string_view each : split(*value, ':')) {
        if (each.empty()) continue;
        if (!each.starts_with('/')) {
            throw Error(Errc::usage, "invalid path '" + shown_as_utf8(std::string(each)) +
                                         "' in LATCHKEY_BASE: a base home is an absolute path");
        }
        std::string root = without_slash(std::string(each));
        const bool known = std::ranges::find(roots, root) != roots.end();
        if (!root.empty() && !known && root != home.root()) roots.push_back(std::move(root));
    }
    return roots;
}

std::optional<dist::CategoryFolders> find_told_folders(const platform::Environment& environment) {
    const auto data = environment.find(kData);
    if (!data || environment.find(kHome) != data) return std::nullopt;
    const auto cache = environment.find(kCache);
    const auto config = environment.find(kConfig);
    const auto state = environment.find(kState);
    if (!cache || !config || !state) return std::nullopt;
    return dist::CategoryFolders{*cache, *config, *data, *state};
}

void set_home_layout(platform::Environment& environment, const dist::HomeLayout& layout) {
    environment.set(kHome, layout.root());
    if (!layout.is_by_category()) {
        for (const char* name : {kCache, kConfig, kData, kState}) environment.unset(name);
        return;
    }
    environment.set(kCache, layout.folders().cache);
    environment.set(kConfig, layout.folders().config);
    environment.set(kData, layout.folders().data);
    environment.set(kState, layout.folders().state);
}

}  // namespace latchkey::config

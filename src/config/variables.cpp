#include "latchkey/config/variables.hpp"

#include <limits>

#include "environment_text.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/config/home_variables.hpp"
#include "latchkey/platform/system.hpp"
#include "number.hpp"

namespace latchkey::config {
namespace {

constexpr const char* kFallbackSettings = "/etc/rustup/settings.toml";

std::optional<std::string> find_home(const platform::Environment& environment) {
    if (auto home = environment.find("HOME")) return home;
    return platform::find_home_of_user();
}

std::string join_path(std::string directory, const std::string& name) {
    if (!directory.ends_with('/')) directory += '/';
    return directory + name;
}

std::string absolute(const std::string& path, const std::string& working_directory) {
    return path.starts_with('/') ? path : join_path(working_directory, path);
}

unsigned parse_recursion_count(const platform::Environment& environment) {
    const auto text = environment.find("RUST_RECURSION_COUNT");
    const auto count = text ? parse_env_number(*text).value : std::nullopt;
    return count && *count <= std::numeric_limits<unsigned>::max() ? static_cast<unsigned>(*count)
                                                                   : 0;
}

std::string find_cargo_home(const platform::Environment& environment,
                            const std::optional<std::string>& home,
                            const std::string& working_directory) {
    if (const auto value = environment.find("CARGO_HOME")) {
        return absolute(*value, working_directory);
    }
    if (!home) {
        throw Error(Errc::not_found,
                    "failed to determine cargo home: could not find cargo home dir");
    }
    return absolute(join_path(*home, ".cargo"), working_directory);
}

[[noreturn]] void refuse_homeless() {
    throw Error(Errc::not_found,
                "failed to determine rustup home dir: could not find rustup home dir");
}

dist::HomeLayout find_plain(const platform::Environment& environment,
                            const std::optional<std::string>& home,
                            const std::string& working_directory) {
    const auto value = environment.find("RUSTUP_HOME");
    if (value && !find_told_folders(environment)) return absolute(*value, working_directory);
    if (!home) refuse_homeless();
    return absolute(join_path(*home, ".rustup"), working_directory);
}

dist::HomeLayout find_category(const platform::Environment& environment,
                               const std::optional<std::string>& home,
                               const std::string& working_directory) {
    if (auto told = find_told_folders(environment)) return dist::HomeLayout(*std::move(told));
    std::optional<std::string> base;
    if (home) base = absolute(*home, working_directory);
    auto folders = find_category_folders(environment, base);
    if (!folders) refuse_homeless();
    return dist::HomeLayout(*std::move(folders));
}

/// What a proxy told counts before the user's own variables, of which it was made.
dist::HomeLayout find_layout(const platform::Environment& environment,
                             const std::optional<std::string>& home,
                             const std::string& working_directory) {
    const bool wanted = parse_switch(environment, "RUSTUP_USE_CATEGORY_HOME");
    const bool by_category =
        environment.find("RUSTUP_HOME") ? find_told_folders(environment).has_value() : wanted;
    const auto find = by_category ? find_category : find_plain;
    return find(environment, home, working_directory);
}

std::optional<std::vector<std::string>> parse_safe_directories(
    const platform::Environment& environment) {
    const auto value = environment.find("RUSTUP_SAFE_DIRECTORIES");
    if (!value) return std::nullopt;
    std::vector<std::string> directories;
    for (const std::string_view each : split(*value, ':')) {
        if (!each.empty()) directories.emplace_back(each);
    }
    return directories;
}

std::optional<std::uint32_t> parse_sudo_user(const platform::Environment& environment) {
    const auto number = parse_number(environment.find("SUDO_UID").value_or(""));
    if (!number || *number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    return static_cast<std::uint32_t>(*number);
}

/// Empty counts as not set.
std::optional<bool> parse_use_installed(const platform::Environment& environment) {
    const auto text = find_lenient_text(environment, "RUSTUP_USE_INSTALLED");
    if (!text || text->empty()) return std::nullopt;
    if (*text == "1") return true;
    if (*text == "0") return false;
    throw Error(Errc::usage,
                "invalid value '" + *text +
                    "' for RUSTUP_USE_INSTALLED: set it to 1 to use installed toolchains in place "
                    "of missing ones, or to 0 not to");
}

}  // namespace

Variables load_variables(const platform::Environment& environment,
                         const std::string& working_directory) {
    Variables variables;
    variables.home = find_home(environment);
    variables.cargo_home = find_cargo_home(environment, variables.home, working_directory);
    variables.rustup_home = find_layout(environment, variables.home, working_directory);
    variables.rustup_home.set_bases(find_bases(environment, variables.rustup_home));
    variables.toolchain = find_strict_text(environment, "RUSTUP_TOOLCHAIN");
    if (const auto value = find_lenient_text(environment, "RUSTUP_AUTO_INSTALL")) {
        variables.auto_install = *value != "0";
    }
    variables.use_installed = parse_use_installed(environment);
    for (const char* name : {"RUSTUP_OVERRIDE_HOST_TUPLE", "RUSTUP_OVERRIDE_HOST_TRIPLE"}) {
        if (!variables.host_tuple) variables.host_tuple = find_lenient_text(environment, name);
    }
    variables.fallback_settings_path =
        environment.find("RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS").value_or(kFallbackSettings);
    variables.safe_directories = parse_safe_directories(environment);
    variables.locked = parse_switch(environment, "RUSTUP_LOCKED");
    variables.untrusted = parse_switch(environment, "RUSTUP_UNTRUSTED");
    variables.sudo_user = parse_sudo_user(environment);
    variables.recursion_count = parse_recursion_count(environment);
    return variables;
}

HomeChoices find_home_choices(const platform::Environment& environment,
                              const std::string& working_directory) {
    const auto home = find_home(environment);
    return {.plain = find_plain(environment, home, working_directory),
            .category = find_category(environment, home, working_directory)};
}

}  // namespace latchkey::config

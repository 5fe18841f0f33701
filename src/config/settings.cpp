#include "latchkey/config/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "document.hpp"

namespace latchkey::config {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 2> kVersions{"2", kSettingsVersion};
constexpr std::array<std::string_view, 3> kProfiles{"minimal", "default", "complete"};
constexpr std::array<std::string_view, 3> kModes{"enable", "disable", "check-only"};
constexpr std::array<std::string_view, 2> kSwitch{"enable", "disable"};
constexpr std::array<std::string_view, 8> kKeys{
    "version",  "default_host_triple", "default_toolchain", "profile",
    "pgp_keys", "auto_self_update",    "auto_install",      "overrides"};

SelfUpdateMode to_mode(std::string_view text) {
    if (text == "disable") return SelfUpdateMode::disable;
    if (text == "check-only") return SelfUpdateMode::check_only;
    return SelfUpdateMode::enable;
}

void append(std::string& text, std::string_view key, std::string_view value) {
    text += fmt::format("{} = {}\n", toml_key(key), toml_string(value));
}

}  // namespace

std::string_view str(SelfUpdateMode mode) noexcept {
    return kModes[static_cast<std::size_t>(mode)];
}

Settings parse_settings(std::string_view text) {
    const Section root = Document::parse(text);
    Settings settings;
    const auto version = root.find_choice("version", kVersions);
    if (!version) throw root.missing_field("version");
    settings.version = *version;
    settings.default_host_triple = root.find_string("default_host_triple");
    settings.default_toolchain = root.find_string("default_toolchain");
    if (const auto profile = root.find_choice("profile", kProfiles)) {
        settings.profile = dist::parse_profile(*profile);
    }
    settings.pgp_keys = root.find_string("pgp_keys");
    if (const auto mode = root.find_choice("auto_self_update", kModes)) {
        settings.auto_self_update = to_mode(*mode);
    }
    if (const auto mode = root.find_choice("auto_install", kSwitch)) {
        settings.auto_install = *mode == "enable";
    }
    if (const auto overrides = root.find_section("overrides", "a map")) {
        for (const std::string& directory : overrides->keys()) {
            settings.overrides[directory] = *overrides->find_string(directory);
        }
    }
    for (const std::string& key : root.keys()) {
        if (std::ranges::find(kKeys, key) == kKeys.end()) {
            settings.unknown[key] = root.value_text(key);
        }
    }
    return settings;
}

std::string serialise(const Settings& settings) {
    std::string text;
    append(text, "version", settings.version);
    if (settings.default_host_triple) {
        append(text, "default_host_triple", *settings.default_host_triple);
    }
    if (settings.default_toolchain) append(text, "default_toolchain", *settings.default_toolchain);
    if (settings.profile) append(text, "profile", dist::str(*settings.profile));
    if (settings.pgp_keys) append(text, "pgp_keys", *settings.pgp_keys);
    if (settings.auto_self_update)
        append(text, "auto_self_update", str(*settings.auto_self_update));
    if (settings.auto_install)
        append(text, "auto_install", kSwitch[*settings.auto_install ? 0 : 1]);
    for (const auto& [key, value] : settings.unknown) {
        text += fmt::format("{} = {}\n", toml_key(key), value);
    }
    text += "\n[overrides]\n";
    for (const auto& [directory, toolchain] : settings.overrides) {
        append(text, directory, toolchain);
    }
    return text;
}

std::optional<std::string> parse_fallback_settings(std::string_view text) {
    return Document::parse(text).find_string("default_toolchain");
}

}  // namespace latchkey::config

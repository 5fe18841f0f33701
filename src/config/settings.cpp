#include "latchkey/config/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/minimum_age.hpp"
#include "latchkey/dist/toml_document.hpp"
#include "latchkey/dist/toml_text.hpp"

namespace latchkey::config {
namespace {

using Strings = std::vector<std::string>;
using Words = std::span<const std::string_view>;

constexpr std::string_view kOverrides = "\n[overrides]\n";
constexpr std::array<std::string_view, 2> kVersions{"2", kSettingsVersion};
constexpr std::array<std::string_view, 3> kProfiles{"minimal", "default", "complete"};
constexpr std::array<std::string_view, 3> kModes{"enable", "disable", "check-only"};
constexpr std::array<std::string_view, 2> kSwitch{"enable", "disable"};
constexpr std::string_view kHost = "default_host_tuple";
constexpr std::string_view kOldHost = "default_host_triple";
constexpr std::string_view kSafeDirectories = "safe_directories";
constexpr std::string_view kUseInstalled = "latchkey_use_installed";
constexpr std::string_view kComponents = "latchkey_components";
constexpr std::string_view kAliases = "latchkey_aliases";
constexpr std::string_view kMinimumAge = "latchkey_minimum_age";
constexpr std::string_view kSignature = "latchkey_signature";
constexpr auto kKeys = std::to_array<std::string_view>(
    {"version", kHost, kOldHost, "default_toolchain", "profile", "pgp_keys", "auto_self_update",
     "auto_install", "release_hint", "overrides", kSafeDirectories, kUseInstalled, kComponents,
     kAliases, kMinimumAge, kSignature});

SelfUpdateMode to_mode(std::string_view text) {
    if (text == "disable") return SelfUpdateMode::disable;
    if (text == "check-only") return SelfUpdateMode::check_only;
    return SelfUpdateMode::enable;
}

using Names = std::map<std::string, std::string>;

/// A table of strings. Empty: there is none.
Names find_names(const dist::TomlSection& root, std::string_view key) {
    Names names;
    if (const auto table = root.find_section(key, "a map")) {
        for (const std::string& each : table->keys()) names[each] = *table->find_string(each);
    }
    return names;
}

void read_own_keys(const dist::TomlSection& root, Settings& settings) {
    if (const auto mode = root.find_choice(kUseInstalled, kSwitch)) {
        settings.use_installed = *mode == "enable";
    }
    if (const auto wishes = root.find_string(kComponents)) {
        try {
            settings.components = dist::parse_component_wishes(*wishes);
        } catch (const Error& e) {
            throw e.in("in '" + std::string(kComponents) + "'");
        }
    }
    settings.aliases = find_names(root, kAliases);
    if (const auto age = root.find_string(kMinimumAge)) {
        try {
            settings.minimum_age = dist::parse_minimum_age(*age);
        } catch (const Error& e) {
            throw e.in("in '" + std::string(kMinimumAge) + "'");
        }
    }
    if (const auto policy = root.find_choice(kSignature, kSignatureWords)) {
        settings.signature = parse_signature_policy(*policy);
    }
}

Settings to_settings(const dist::TomlSection& root) {
    Settings settings;
    const auto version = root.find_choice("version", kVersions);
    if (root.contains(kHost) && root.contains(kOldHost)) throw root.duplicate_field(kHost);
    if (!version) throw root.missing_field("version");
    settings.version = *version;
    settings.old_host_key = root.contains(kOldHost);
    settings.default_host = root.find_string(settings.old_host_key ? kOldHost : kHost);
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
    if (const auto mode = root.find_choice("release_hint", kSwitch)) {
        settings.release_hint = *mode == "enable";
    }
    settings.safe_directories = root.find_strings(kSafeDirectories).value_or(Strings());
    read_own_keys(root, settings);
    settings.overrides = find_names(root, "overrides");
    for (const std::string& key : root.keys()) {
        if (std::ranges::find(kKeys, key) == kKeys.end()) {
            settings.unknown[key] = root.value_text(key);
        }
    }
    return settings;
}

/// Neither escapes nor control characters but line ends. Without a way out of the loop it takes
/// many bytes at once.
bool is_plain(std::string_view text) {
    unsigned odd = 0;
    for (const char letter : text) {
        const auto value = static_cast<unsigned char>(letter);
        odd |= static_cast<unsigned>((value < 0x20 && value != '\n') || value == 0x7F ||
                                     value == '\\');
    }
    return odd == 0;
}

/// `"x"` or `'x'` at the front of `text`, from which it is taken.
std::optional<std::string_view> take_string(std::string_view& text) {
    const char quote = text.empty() ? '\0' : text.front();
    if (quote != '"' && quote != '\'') return std::nullopt;
    const std::size_t end = text.find(quote, 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view taken = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    return taken;
}

bool take(std::string_view& text, std::string_view expected) {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(expected.size());
    return true;
}

/// The rest of a file behind `[overrides]`, if it is as serialise() writes it.
std::optional<Names> parse_plain_overrides(std::string_view text) {
    if (!is_plain(text)) return std::nullopt;
    Names overrides;
    while (!text.empty()) {
        const auto key = take_string(text);
        if (!key || !take(text, " = ")) return std::nullopt;
        const auto value = take_string(text);
        if (!value || !take(text, "\n")) return std::nullopt;
        const bool one_line = key->find('\n') == std::string_view::npos &&
                              value->find('\n') == std::string_view::npos;
        const std::size_t before = overrides.size();
        overrides.emplace_hint(overrides.end(), *key, *value);
        if (!one_line || overrides.size() == before) return std::nullopt;  // Twice is an error.
    }
    return overrides;
}

/// Thousands of overrides would cost every tool's start tens of milliseconds in the TOML parser.
/// Empty: it must read all.
std::optional<Settings> parse_plain_settings(std::string_view text) {
    const std::size_t at = text.find(kOverrides);
    if (at == std::string_view::npos) return std::nullopt;
    auto overrides = parse_plain_overrides(text.substr(at + kOverrides.size()));
    if (!overrides) return std::nullopt;
    try {
        const dist::TomlSection root =
            dist::parse_toml_document(text.substr(0, at + 1), Errc::usage);
        if (root.contains("overrides")) return std::nullopt;
        Settings settings = to_settings(root);
        settings.overrides = *std::move(overrides);
        return settings;
    } catch (const Error&) {
        return std::nullopt;  // Told with the lines of the whole file.
    }
}

void append(std::string& text, std::string_view key, std::string_view value) {
    text += fmt::format("{} = {}\n", dist::toml_key(key), dist::toml_string(value));
}

/// Each in one line, so that older versions of ours keep them with what they do not know.
void append_own_keys(std::string& text, const Settings& settings) {
    if (settings.use_installed)
        append(text, kUseInstalled, kSwitch[*settings.use_installed ? 0 : 1]);
    if (!settings.components.empty()) append(text, kComponents, dist::str(settings.components));
    if (settings.minimum_age) append(text, kMinimumAge, dist::str(*settings.minimum_age));
    if (settings.signature) append(text, kSignature, str(*settings.signature));
    if (settings.aliases.empty()) return;
    std::vector<std::string> pairs;
    for (const auto& [name, toolchain] : settings.aliases) {
        pairs.push_back(fmt::format("{} = {}", dist::toml_key(name), dist::toml_string(toolchain)));
    }
    text += fmt::format("{} = {{ {} }}\n", kAliases, join(pairs, ", "));
}

}  // namespace

std::string Settings::real_name(std::string_view text) const {
    const auto found = aliases.find(std::string(text));
    return found == aliases.end() ? std::string(text) : found->second;
}

std::string_view str(SelfUpdateMode mode) noexcept {
    return kModes[static_cast<std::size_t>(mode)];
}

Settings parse_settings(std::string_view text) {
    if (auto settings = parse_plain_settings(text)) return *std::move(settings);
    return to_settings(dist::parse_toml_document(text, Errc::usage));
}

std::string serialise(const Settings& settings) {
    std::string text;
    append(text, "version", settings.version);
    if (settings.default_host) {
        append(text, settings.old_host_key ? kOldHost : kHost, *settings.default_host);
    }
    if (settings.default_toolchain) append(text, "default_toolchain", *settings.default_toolchain);
    if (settings.profile) append(text, "profile", dist::str(*settings.profile));
    if (settings.pgp_keys) append(text, "pgp_keys", *settings.pgp_keys);
    if (settings.auto_self_update)
        append(text, "auto_self_update", str(*settings.auto_self_update));
    if (settings.auto_install)
        append(text, "auto_install", kSwitch[*settings.auto_install ? 0 : 1]);
    if (settings.release_hint)
        append(text, "release_hint", kSwitch[*settings.release_hint ? 0 : 1]);
    if (!settings.safe_directories.empty()) {
        text += fmt::format("{} = [", kSafeDirectories);
        for (const std::string& each : settings.safe_directories) {
            text += (text.ends_with('[') ? "" : ", ") + dist::toml_string(each);
        }
        text += "]\n";
    }
    append_own_keys(text, settings);
    for (const auto& [key, value] : settings.unknown) {
        text += fmt::format("{} = {}\n", dist::toml_key(key), value);
    }
    text += "\n[overrides]\n";
    for (const auto& [directory, toolchain] : settings.overrides) {
        append(text, directory, toolchain);
    }
    return text;
}

std::optional<std::string> parse_fallback_settings(std::string_view text) {
    return dist::parse_toml_document(text, Errc::usage).find_string("default_toolchain");
}

}  // namespace latchkey::config

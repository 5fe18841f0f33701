#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/config/signature_policy.hpp"
#include "latchkey/dist/component_wishes.hpp"
#include "latchkey/dist/profile.hpp"

namespace latchkey::config {

/// Whether an install or update also updates this program.
enum class SelfUpdateMode { enable, disable, check_only };

/// `enable`, `disable`, `check-only`.
std::string_view str(SelfUpdateMode mode) noexcept;

/// The version of `settings.toml` that we write, and the only one that commands read.
inline constexpr std::string_view kSettingsVersion = "12";

/// The content of `settings.toml`.
struct Settings {
    std::string version{kSettingsVersion};  ///< "12", or "2" of rustup before 1.0.
    std::optional<std::string> default_host;
    /// The file calls the default host `default_host_triple`, as rustup up to 1.29.0 does. We keep
    /// that name, because that rustup does not know `default_host_tuple` and would drop it.
    bool old_host_key = false;
    std::optional<std::string> default_toolchain;  ///< A name; official ones may be partial.
    std::optional<dist::Profile> profile;
    std::optional<std::string> pgp_keys;  ///< Without effect; kept.
    std::optional<SelfUpdateMode> auto_self_update;
    std::optional<bool> auto_install;
    std::optional<bool> release_hint;  ///< Of rustup from 1.30 on.
    /// Ours. Directories whose toolchain files are trusted, whoever owns them; `*` and `DIR/*` too.
    std::vector<std::string> safe_directories;

    /// Canonical directory -> toolchain.
    std::map<std::string, std::string> overrides;

    // Of Latchkey alone, under keys that begin with `latchkey_`. rustup drops them.

    /// Whether an installed toolchain may stand for one that is not. See resolve/deputy.hpp.
    std::optional<bool> use_installed;
    dist::ComponentWishes components;              ///< Of every toolchain.
    std::optional<std::chrono::days> minimum_age;  ///< Of nightlies that are installed.
    std::optional<SignaturePolicy> signature;      ///< What manifests without a good one come to.
    std::map<std::string, std::string> aliases;    ///< Alias -> toolchain; official ones partial.

    /// The toolchain for which an alias stands. Any other text is returned as it is.
    [[nodiscard]] std::string real_name(std::string_view text) const;

    /// Keys of other versions and programs, each with its value as one line of TOML. rustup drops
    /// them. We write them back.
    std::map<std::string, std::string> unknown;

    bool operator==(const Settings&) const = default;
};

/// Throws: Errc::usage, rustup's "TOML parse error at …", without a path.
Settings parse_settings(std::string_view text);

/// The text, with rustup's order of keys. `[overrides]` comes last, even when it is empty.
std::string serialise(const Settings& settings);

/// `default_toolchain`, the only key that counts in `/etc/rustup/settings.toml`.
///
/// Throws: as parse_settings.
std::optional<std::string> parse_fallback_settings(std::string_view text);

}  // namespace latchkey::config

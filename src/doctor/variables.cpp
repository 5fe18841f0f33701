#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "latchkey/base/text.hpp"
#include "latchkey/config/change_variables.hpp"
#include "latchkey/doctor/checks.hpp"
#include "latchkey/platform/system.hpp"

namespace latchkey::doctor {
namespace {

/// Those that begin with RUSTUP_ or LATCHKEY_ and mean something, to us or to rustup's installer.
constexpr auto kKnown = std::to_array<std::string_view>({
    // clang-format off
    "LATCHKEY_BASE", "LATCHKEY_CACHE_HOME", "LATCHKEY_COMPRESSION", "LATCHKEY_CONFIG_HOME", "LATCHKEY_DATA_HOME",
    "LATCHKEY_LOCK_TIMEOUT", "LATCHKEY_SESSION", "LATCHKEY_STATE_HOME", "RUSTUP_AUTO_INSTALL",
    "RUSTUP_BACKTRACK_LIMIT", "RUSTUP_CI", "RUSTUP_CONCURRENT_DOWNLOADS", "RUSTUP_DIST_ROOT",
    "RUSTUP_DIST_SERVER", "RUSTUP_DOWNLOAD_TIMEOUT", "RUSTUP_FORCE_ARG0", "RUSTUP_HOME",
    "RUSTUP_INIT_SKIP_EXISTENCE_CHECKS", "RUSTUP_INIT_SKIP_PATH_CHECK",
    "RUSTUP_INIT_SKIP_SUDO_CHECK", "RUSTUP_IO_THREADS", "RUSTUP_LOCKED", "RUSTUP_LOG", "RUSTUP_MAX_RETRIES",
    "RUSTUP_NO_BACKTRACE", "RUSTUP_OVERRIDE_HOST_TRIPLE", "RUSTUP_OVERRIDE_HOST_TUPLE", "RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS",
    "RUSTUP_PERMIT_COPY_RENAME", "RUSTUP_PGP_KEY", "RUSTUP_QUIET", "RUSTUP_SAFE_DIRECTORIES", "RUSTUP_SIGNATURE", "RUSTUP_STAGED_MANIFEST", "RUSTUP_TERM_COLOR",
    "RUSTUP_TERM_PROGRESS_WHEN", "RUSTUP_TERM_WIDTH", "RUSTUP_TOOLCHAIN",
    "RUSTUP_TOOLCHAIN_SOURCE", "RUSTUP_TRACE_DIR", "RUSTUP_UNPACK_RAM", "RUSTUP_UNTRUSTED",
    "RUSTUP_UPDATE_ROOT", "RUSTUP_USE_CATEGORY_HOME", "RUSTUP_USE_CURL", "RUSTUP_USE_INSTALLED", "RUSTUP_USE_RUSTLS", "RUSTUP_VERSION",
    // clang-format on
});
static_assert(std::ranges::is_sorted(kKnown));

bool is_of_us(std::string_view name) {
    return name.starts_with("RUSTUP_") || name.starts_with("LATCHKEY_");
}

std::vector<std::string> unknown_names(const platform::Environment& environment) {
    std::vector<std::string> names;
    for (const std::string& entry : environment.entries()) {
        const std::string name = entry.substr(0, entry.find('='));
        if (is_of_us(name) && !std::ranges::binary_search(kKnown, std::string_view(name))) {
            names.push_back(name);
        }
    }
    return names;
}

void look_at_values(const platform::Environment& environment, Findings& findings) {
    const auto note = [&findings](auto&& parse) {
        try {
            parse();
        } catch (const Error& e) {
            findings.push_back(error(fmt::format("environment: {}", e.what())));
        }
    };
    note([&environment] { (void)config::parse_change_variables(environment); });
    note([&environment] { (void)config::parse_download_timeout(environment); });
}

void look_at_homes(const platform::Environment& environment, Findings& findings) {
    for (const char* name : {"RUSTUP_HOME", "CARGO_HOME"}) {
        const auto value = environment.find(name);
        if (!value || value->starts_with('/')) continue;
        findings.push_back(warning(
            fmt::format("environment: {} is relative, so each working directory has its own: '{}'",
                        name, *value)));
    }
    const auto told = environment.find("HOME");
    const auto own = platform::find_home_of_user();
    if (told && own && *told != *own) {
        findings.push_back(warning(
            fmt::format("environment: HOME is '{}', and this user's home is '{}'", *told, *own)));
    }
}

}  // namespace

Findings look_at_variables(const platform::Environment& environment,
                           const config::Variables& variables) {
    Findings findings;
    look_at_values(environment, findings);
    look_at_homes(environment, findings);
    if (variables.toolchain) {
        findings.push_back(
            warning(fmt::format("environment: RUSTUP_TOOLCHAIN is '{}': no override, toolchain "
                                "file or default counts",
                                *variables.toolchain)));
    }
    if (variables.host_tuple) {
        const bool older = environment.find("RUSTUP_OVERRIDE_HOST_TUPLE").value_or("").empty();
        findings.push_back(warning(fmt::format("environment: RUSTUP_OVERRIDE_HOST_{} is '{}'",
                                               older ? "TRIPLE" : "TUPLE", *variables.host_tuple)));
    }
    if (environment.find("RUSTUP_DIST_ROOT")) {
        findings.push_back(
            warning("environment: RUSTUP_DIST_ROOT is deprecated: set "
                    "RUSTUP_DIST_SERVER"));
    }
    if (environment.find("RUSTUP_FORCE_ARG0")) {
        findings.push_back(
            warning("environment: RUSTUP_FORCE_ARG0 is set: every program of ours "
                    "takes itself for that one"));
    }
    for (const std::string& name : unknown_names(environment)) {
        findings.push_back(
            warning(fmt::format("environment: {} is set, but no program reads it", name)));
    }
    if (findings.empty()) findings.push_back(ok("environment: nothing odd"));
    return findings;
}

}  // namespace latchkey::doctor

#include "latchkey/init/checks.hpp"

#include <algorithm>

#include "latchkey/base/text.hpp"
#include "latchkey/config/settings_file.hpp"
#include "latchkey/init/default_linker.hpp"
#include "latchkey/init/texts.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/resolve/host.hpp"
#include "latchkey/setup/shells.hpp"

namespace latchkey::init {
namespace {

constexpr const char* kRefusal = "cannot install while Rust is installed";

bool is_yes(const platform::Environment& environment, const char* variable) {
    return environment.find(variable) == "yes";
}

bool skips_existence_checks(const platform::Environment& environment) {
    return is_yes(environment, "RUSTUP_INIT_SKIP_EXISTENCE_CHECKS");
}

/// A folder below a `.cargo` is an earlier installation of ours.
bool is_cargo_home(std::string_view folder) {
    const auto parts = split(folder, '/');
    return std::find(parts.begin(), parts.end(), ".cargo") != parts.end();
}

/// The first folder of PATH that has one.
std::optional<std::string> find_rust(const platform::Environment& environment) {
    const std::string path = environment.find("PATH").value_or("");
    for (const std::string_view part : split(path, ':')) {
        if (part.empty() || is_cargo_home(part)) continue;
        const std::string folder(part);
        platform::Environment only;
        only.set("PATH", folder);
        if (setup::is_on_path(only, "rustc") || setup::is_on_path(only, "cargo")) return folder;
    }
    return std::nullopt;
}

void warn_of_rust(screen::Log& log, const std::string& folder) {
    for (const std::string& line :
         {std::string("It looks like you have an existing installation of Rust at:"), folder,
          std::string("This could mean one of the following:"),
          std::string("- You have already installed rustup: you can quit the installer right now."),
          std::string(
              "- You haven't installed rustup yet, but have Rust installed from elsewhere."),
          std::string("In the latter case, rustup can coexist with and adopt your existing Rust."),
          std::string("To adopt, please reply `yes`, or set RUSTUP_INIT_SKIP_PATH_CHECK to yes,"),
          std::string(
              "or pass `-y` to ignore all ignorable checks, then follow the instructions at:"),
          std::string("<https://rust-lang.github.io/rustup/installation/"
                      "already-installed-rust.html>")}) {
        log.warn(line);
    }
    log.error(kRefusal);
}

task::awaitable<bool> confirms(screen::Input& input) {
    try {
        co_return co_await input.confirm(kContinue);
    } catch (const Error&) {
        co_return false;  // No answer is no.
    }
}

}  // namespace

task::awaitable<void> check_existing_rust(screen::Log& log, screen::Input& input,
                                          platform::Environment environment, bool confirmed) {
    if (skips_existence_checks(environment) || is_yes(environment, "RUSTUP_INIT_SKIP_PATH_CHECK"))
        co_return;
    const auto folder = find_rust(environment);
    if (!folder) co_return;
    warn_of_rust(log, *folder);
    if (confirmed) {
        log.warn("continuing (because the -y flag is set and the error is ignorable)");
        co_return;
    }
    const bool wanted = co_await confirms(input);
    if (!wanted) throw Error(Errc::unsupported, kRefusal);
}

void warn_of_existing_settings(screen::Log& log, const platform::Environment& environment,
                               const resolve::Site& site) {
    const auto& chosen = site.settings.default_toolchain;
    if (skips_existence_checks(environment) || !chosen) return;
    log.warn("it looks like you have an existing rustup settings file at:");
    log.warn(site.variables.rustup_home.settings());
    if (*chosen == "stable-" + site.host) return;
    log.warn("rustup will install the default toolchain as specified in the settings file,");
    log.warn("instead of the one inferred from the default host tuple.");
}

bool check_home_is_own(screen::Log& log, const platform::Environment& environment, bool confirmed) {
    if (is_yes(environment, "RUSTUP_INIT_SKIP_SUDO_CHECK")) return true;
    const auto told = environment.find("HOME");
    const auto own = platform::find_home_of_user();
    if (!told || !own || *told == *own) return true;
    log.error("$HOME differs from euid-obtained home directory: you may be using sudo");
    log.error("$HOME directory: " + *told);
    log.error("euid-obtained home directory: " + *own);
    if (!confirmed) log.error("if this is what you want, restart the installation with `-y'");
    return confirmed;
}

void warn_of_missing_linker(screen::Log& log, const platform::Environment& environment,
                            const resolve::Site& site) {
    if (!environment.find("PATH")) {
        log.warn("unable to search PATH for a default linker");
    } else {
        const std::string linker =
            default_linker(environment, resolve::find_system_tuple(site.variables));
        if (is_in_path(environment, linker)) return;
        log.warn("no default linker (`" + linker + "`) was found in your PATH");
    }
    log.warn("many Rust crates require a system C toolchain to build");
}

}  // namespace latchkey::init

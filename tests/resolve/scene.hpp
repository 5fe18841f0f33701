#pragma once

#include <map>
#include <string>
#include <utility>

#include "latchkey/resolve/active.hpp"
#include "latchkey/resolve/site.hpp"
#include "support/temp_dir.hpp"

namespace latchkey::test {

inline constexpr const char* kHost = "x86_64-unknown-linux-gnu";
inline constexpr const char* kStable = "stable-x86_64-unknown-linux-gnu";

/// A user with a home, some toolchains, and a working directory `a/b/c`.
class Scene {
public:
    Scene() {
        dir.make("home/.rustup/toolchains");
        dir.make("a/b/c");
    }

    [[nodiscard]] std::string home() const { return dir / "home/.rustup"; }

    /// A toolchain's directory.
    void install(const std::string& name) const {
        dir.make("home/.rustup/toolchains/" + name + "/bin");
    }

    /// Other keys of settings.toml than `version`, as TOML.
    void settings(const std::string& text) const {
        dir.write("home/.rustup/settings.toml", "version = \"12\"\n" + text);
    }

    resolve::Site site() const {
        auto all = variables;
        all.emplace("HOME", dir / "home");
        all.emplace("RUSTUP_OVERRIDE_HOST_TRIPLE", kHost);
        all.emplace("RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS", dir / "fallback.toml");
        const std::string directory = dir / working_directory;
        return resolve::load_site(
            config::load_variables(platform::Environment(std::move(all)), directory), directory);
    }

    /// What is active, as `show active-toolchain` shows it; "none" where nothing is.
    [[nodiscard]] std::string shown(const resolve::Request& request = {}) const {
        const auto active = resolve::find_active(site(), request);
        return active ? resolve::str(active->name) + " (" + reason(*active) + ")" : "none";
    }

    TempDir dir;
    std::map<std::string, std::string> variables;
    std::string working_directory = "a/b/c";
};

}  // namespace latchkey::test

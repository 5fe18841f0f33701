#pragma once

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "latchkey/dist/tools.hpp"
#include "latchkey/lock/holder.hpp"
#include "latchkey/platform/environment.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/proxy/session.hpp"
#include "latchkey/store/commit.hpp"
#include "store/store_home.hpp"
#include "support/child.hpp"

namespace latchkey::test {

inline constexpr const char* kToolchain = "stable-x86_64-unknown-linux-gnu";

inline constexpr const char* kNightly = "nightly-x86_64-unknown-linux-gnu";

/// A tool that does what its first argument says, and otherwise says who it is.
inline constexpr const char* kFakeTool = R"sh(#!/bin/sh
case "$1" in
env) exec env ;;
wait) echo "$0"; read line ;;
*) echo "$0" "$@" ;;
esac
)sh";

/// What ProxyHome's `rustup` prints before its arguments.
inline const std::string kHandedOver = "full program: ";

/// How a tool that a proxy became has ended.
struct ToolEnd {
    int exit_code = -1;
    std::string output;
    std::string errors;
};

/// A home with stable at home, and latchkey-proxy as its user has it: `cargo/bin` has a link to it
/// for each tool, and one to a program `rustup` that only says that it was started.
class ProxyHome {
public:
    StoreHome store;
    std::map<std::string, std::string> variables;
    std::string folder;  ///< In which tools are started.

    ProxyHome() {
        const TempDir& dir = store.dir;
        folder = dir.make("work");
        variables = {{"HOME", dir.make("user")},
                     {"PATH", "/usr/bin:/bin"},
                     {"RUSTUP_HOME", home().root()},
                     {"CARGO_HOME", dir / "cargo"},
                     {"RUSTUP_OVERRIDE_HOST_TRIPLE", "x86_64-unknown-linux-gnu"},
                     {"RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS", "/nonexistent"}};
        settings("default_toolchain = \"" + std::string(kToolchain) + "\"\n");
        dir.make("cargo/bin/.latchkey/proxy");
        platform::copy_file(LATCHKEY_PROXY, proxy(".latchkey/proxy/rustup"));
        for (const dist::Tool& tool : dist::kTools) add_proxy(std::string(tool.name));
        add_program(proxy(".latchkey/rustup"), "#!/bin/sh\necho \"full program: $*\"\n");
        platform::make_link(".latchkey/rustup", proxy("rustup"));
        commit("a");
    }

    [[nodiscard]] const store::Home& home() const { return store.home; }

    void settings(const std::string& text) const {
        store.dir.write("settings.toml", "version = \"12\"\n" + text);
    }

    [[nodiscard]] std::string proxy(const std::string& tool) const {
        return store.dir / ("cargo/bin/" + tool);
    }

    void add_proxy(const std::string& tool) const {
        platform::make_link(".latchkey/proxy/rustup", proxy(tool));
    }

    static void add_program(const std::string& path, const std::string& text) {
        platform::make_directories(path.substr(0, path.rfind('/')));
        platform::save_file(path, text);
        ::chmod(path.c_str(), 0755);
    }

    /// A component with programs, as tree `<pkg>-<letter>`.
    [[nodiscard]] store::WantedComponent add_tools(const std::string& pkg,
                                                   const std::string& letter,
                                                   const std::vector<std::string>& tools) const {
        Files files{{"lib/" + pkg + letter, pkg}};
        for (const std::string& tool : tools) files["bin/" + tool] = kFakeTool;
        return store.arrived(pkg, pkg + "-" + letter, files);
    }

    /// Another release of stable, of trees of its own. Where somebody runs from home it lives away.
    void commit(const std::string& letter, const std::string& toolchain = kToolchain) {
        store.manifest = "manifest-version = \"2\"  # " + letter;
        store.commit(toolchain,
                     {add_tools("rustc", letter, {"rustc", "rustdoc"}),
                      add_tools("cargo", letter, {"cargo"}), add_tools("rust-std", letter, {}),
                      add_tools("rustfmt-preview", letter, {"rustfmt"}),
                      add_tools("rust-docs", letter, {})});
    }

    /// The same while somebody runs from home: stable is away then. Gives that directory.
    std::string commit_away(const std::string& letter) {
        const lock::LockSet reader = store.share(lock::Key::directory(at_home().name()));
        commit(letter);
        return directory();
    }

    [[nodiscard]] static store::Place at_home() { return {kToolchain, 0}; }

    /// Where stable is run from.
    [[nodiscard]] std::string directory() const {
        return store::current_directory(home(), kToolchain);
    }
    [[nodiscard]] std::string home_directory() const { return home().toolchain(kToolchain); }

    /// Stable's current place.
    [[nodiscard]] store::Place place() const { return store.current(kToolchain).place; }

    /// What a build on a place of stable hands on.
    [[nodiscard]] proxy::Session session(const store::Place& place) const {
        return {place, proxy::find_mark(home(), place), false};
    }

    /// The same as text.
    [[nodiscard]] std::string session_text(const store::Place& place) const {
        return place.name() + "@" + proxy::find_mark(home(), place);
    }

    /// A directory as rustup makes them.
    void add_plain(const std::string& toolchain) const {
        store.add_plain(toolchain, "rustc", {{"bin/rustc", kFakeTool}, {"bin/cargo", kFakeTool}});
    }

    [[nodiscard]] ChildOptions options(std::vector<std::string> arguments) const {
        ChildOptions options;
        options.arguments = std::move(arguments);
        options.environment = platform::Environment(variables).entries();
        options.folder = folder;
        return options;
    }

    [[nodiscard]] Child start(const std::string& tool, std::vector<std::string> arguments) const {
        return Child(proxy(tool), options(std::move(arguments)));
    }

    [[nodiscard]] ToolEnd run(const std::string& tool, std::vector<std::string> arguments) const {
        return end(start(tool, std::move(arguments)));
    }

    static ToolEnd end(Child child) {
        child.close_input();
        const ChildEnd ended = child.wait();
        return {ended.exit_code.value_or(-1), child.output(), child.errors()};
    }

    /// What a tool finds in its environment.
    [[nodiscard]] std::map<std::string, std::string> environment_of(
        const std::string& tool, std::vector<std::string> before = {}) const {
        before.emplace_back("env");
        const ToolEnd ended = run(tool, std::move(before));
        std::map<std::string, std::string> found;
        for (const std::string_view line : lines(ended.output)) {
            const std::size_t equals = line.find('=');
            if (equals == std::string_view::npos) continue;
            found.emplace(line.substr(0, equals), line.substr(equals + 1));
        }
        return found;
    }

    [[nodiscard]] bool holds(pid_t process, const lock::Key& key) const {
        const auto holders = lock::find_holders(home().lock_file(), key);
        return std::any_of(holders.begin(), holders.end(), [process](const lock::Holder& holder) {
            return holder.process == process && holder.mode == lock::Mode::shared;
        });
    }
};

inline lock::Key directory_key() {
    return lock::Key::directory(ProxyHome::at_home().name());
}

inline lock::Key use_key(const std::string& component,
                         const std::string& place = "home/" + std::string(kToolchain)) {
    return lock::Key::use(place, component);
}

}  // namespace latchkey::test

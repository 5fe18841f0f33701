#pragma once

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "latchkey/lock/holder.hpp"
#include "latchkey/platform/environment.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/proxy/session.hpp"
#include "latchkey/store/commit.hpp"
#include "store/store_home.hpp"
#include "support/child.hpp"

namespace latchkey::test {

inline constexpr const char* kToolchain = "stable-x86_64-unknown-linux-gnu";

/// A tool that does what its first argument says, and otherwise says who it is.
inline constexpr const char* kFakeTool = R"sh(#!/bin/sh
case "$1" in
env) exec env ;;
wait) echo "$0"; read line ;;
*) echo "$0" "$@" ;;
esac
)sh";

/// How a tool that a proxy became has ended.
struct ToolEnd {
    int exit_code = -1;
    std::string output;
    std::string errors;
};

/// A home with stable as generation 1, and latchkey-proxy as its user has it: in `cargo/bin`, under
/// each tool's name, beside a program `rustup` that only says that it was started.
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
        for (const char* tool : {"cargo", "rustc", "rustdoc", "rustfmt", "rust-analyzer"}) {
            add_proxy(tool);
        }
        add_program(dir / "cargo/bin/rustup", "#!/bin/sh\necho \"full program: $*\"\n");
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
        store.dir.make("cargo/bin");
        platform::copy_file(LATCHKEY_PROXY, proxy(tool));
    }

    static void add_program(const std::string& path, const std::string& text) {
        platform::make_directories(path.substr(0, path.rfind('/')));
        platform::save_file(path, text);
        ::chmod(path.c_str(), 0755);
    }

    /// A component with programs, as tree `<pkg>-<letter>`.
    store::RecordComponent add_tools(const std::string& pkg, const std::string& letter,
                                     const std::vector<std::string>& tools) {
        std::map<std::string, std::string> files{{"lib/" + pkg + letter, pkg}};
        for (const std::string& tool : tools) files["bin/" + tool] = kFakeTool;
        const std::string tree = pkg + "-" + letter;
        const store::RecordComponent component = store.add_tree(pkg, tree, files);
        for (const std::string& tool : tools) {
            ::chmod((home().tree(tree) + "/bin/" + tool).c_str(), 0755);
        }
        return component;
    }

    /// The next generation of stable, of trees of its own.
    std::uint64_t commit(const std::string& letter) {
        return store.commit(
            kToolchain, {add_tools("rustc", letter, {"rustc", "rustdoc"}),
                         add_tools("cargo", letter, {"cargo"}), add_tools("rust-std", letter, {}),
                         add_tools("rustfmt-preview", letter, {"rustfmt"}),
                         add_tools("rust-docs", letter, {})});
    }

    /// The directory of a generation of stable.
    [[nodiscard]] std::string generation(std::uint64_t number) const {
        return home().generation(kToolchain, number);
    }

    /// What a build on a generation of stable hands on.
    [[nodiscard]] proxy::Session session(std::uint64_t number) const {
        return {kToolchain, number, platform::find_status(generation(number))->inode};
    }

    /// The same as text.
    [[nodiscard]] std::string mark(std::uint64_t number) const {
        return std::string(kToolchain) + "=" + std::to_string(number) + "@" +
               std::to_string(session(number).inode);
    }

    /// A directory as rustup makes them.
    void add_plain(const std::string& toolchain) const {
        add_program(home().toolchain(toolchain) + "/bin/rustc", kFakeTool);
        add_program(home().toolchain(toolchain) + "/bin/cargo", kFakeTool);
    }

    /// Such a directory, of a rustc only, becomes a generation.
    void adopt(const std::string& toolchain) {
        const auto range = StoreHome::exclusive(home(), lock::Key::toolchain(toolchain));
        const store::RecordComponent rustc = add_tools("rustc", "adopted", {"rustc"});
        REQUIRE(store::adopt(store.on, home(), toolchain, {rustc}, std::nullopt, "test", range));
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

}  // namespace latchkey::test

#include "latchkey/store/proxy_table.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "latchkey/base/error.hpp"

namespace latchkey::store {
namespace {

/// A tool that rustup proxies, and the packages whose files it executes or loads. "rustc" stands
/// for the compiler with the standard libraries of all installed targets.
struct Tool {
    std::string_view name;
    std::array<std::string_view, 9> packages;
};

constexpr std::array<std::string_view, 9> kEverything = {"cargo",
                                                         "rustc",
                                                         "rust-std",
                                                         "clippy-preview",
                                                         "rustfmt-preview",
                                                         "miri-preview",
                                                         "rust-analyzer-preview",
                                                         "rust-src",
                                                         "llvm-tools-preview"};

constexpr std::array<Tool, 13> kTools = {{
    {"rustc", {"rustc", "rust-std"}},
    {"rustdoc", {"rustc", "rust-std"}},
    {"cargo", kEverything},
    {"rust-lldb", {"rustc"}},
    {"rust-gdb", {"rustc"}},
    {"rust-gdbgui", {"rustc"}},
    {"rls", {"rls-preview", "rls", "rustc", "rust-std", "rust-src", "cargo"}},
    {"cargo-clippy", kEverything},
    {"clippy-driver", {"clippy-preview", "rustc", "rust-std"}},
    {"cargo-miri", kEverything},
    {"rust-analyzer", {"rust-analyzer-preview", "rustc", "rust-std", "rust-src"}},
    {"rustfmt", {"rustfmt-preview", "rustc"}},
    {"cargo-fmt", kEverything},
}};

// What the lines of a table begin with.
constexpr std::string_view kHeader = "latchkey-proxies 1";
constexpr std::string_view kBoot = "boot ";
constexpr std::string_view kSynced = "synced ";
constexpr std::string_view kTool = "tool ";
constexpr std::string_view kTree = "tree ";

std::vector<std::string> loaded_trees(const Record& record, const Tool& tool) {
    std::vector<std::string> trees;
    for (const RecordComponent& component : record.components) {
        if (std::find(tool.packages.begin(), tool.packages.end(), component.component.pkg) !=
            tool.packages.end()) {
            trees.push_back(component.tree);
        }
    }
    if (record.carried) trees.push_back(*record.carried);
    return trees;
}

}  // namespace

ProxyTable make_proxy_table(const Record& record) {
    // The files of an adopted directory are its own. Whoever began on it before it was adopted
    // holds no tree, and must be able to go on.
    const bool needs_trees = record.state != Record::State::adopted;
    ProxyTable table;
    table.boot_id = record.boot_id;
    for (const Tool& tool : kTools) {
        table.tools.emplace_back(
            tool.name, needs_trees ? loaded_trees(record, tool) : std::vector<std::string>());
    }
    return table;
}

std::string serialise(const ProxyTable& table) {
    std::string text;
    const auto append = [&text](std::string_view word, std::string_view value) {
        text.append(word).append(value).append("\n");
    };
    append(kHeader, "");
    append(kBoot, table.boot_id);
    append(kSynced, table.synced ? "1" : "0");
    // A tree's name may hold a blank (an adopted one of an odd toolchain), so each has its own
    // line.
    for (const auto& [tool, trees] : table.tools) {
        append(kTool, tool);
        for (const std::string& tree : trees) append(kTree, tree);
    }
    return text;
}

ProxyTable parse_proxy_table(std::string_view text, const std::string& shown_path) {
    const auto require = [&shown_path](bool holds) {
        if (!holds) throw Error(Errc::corrupt, "'" + shown_path + "' is damaged");
    };
    // What the writer never writes was not written by it: no line is guessed at, and none is
    // missing.
    std::string_view rest = text;
    const auto next_line = [&](std::string_view word) {
        const std::size_t end = rest.find('\n');
        require(end != std::string_view::npos && rest.starts_with(word));
        const std::string_view value = rest.substr(word.size(), end - word.size());
        rest.remove_prefix(end + 1);
        return value;
    };
    ProxyTable table;
    require(next_line(kHeader).empty());
    table.boot_id = next_line(kBoot);
    const std::string_view synced = next_line(kSynced);
    require(synced == "0" || synced == "1");
    table.synced = synced == "1";
    while (!rest.empty()) {
        auto& [tool, trees] =
            table.tools.emplace_back(next_line(kTool), std::vector<std::string>());
        while (rest.starts_with(kTree)) trees.emplace_back(next_line(kTree));
    }
    return table;
}

}  // namespace latchkey::store

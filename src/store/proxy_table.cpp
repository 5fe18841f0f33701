#include "latchkey/store/proxy_table.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"

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

constexpr std::string_view kHeader = "latchkey-proxies 1";

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
    std::string text = std::string(kHeader) + "\nboot " + table.boot_id + "\nsynced " +
                       (table.synced ? "1" : "0") + "\n";
    // A tree's name may hold a blank (an adopted one of an odd toolchain), so each has its own
    // line.
    for (const auto& [tool, trees] : table.tools) {
        text += "tool " + tool + "\n";
        for (const std::string& tree : trees) text += "tree " + tree + "\n";
    }
    return text;
}

ProxyTable parse_proxy_table(std::string_view text, const std::string& shown_path) {
    const auto refuse = [&shown_path] {
        return Error(Errc::corrupt, "'" + shown_path + "' is damaged");
    };
    ProxyTable table;
    bool first = true;
    for (const std::string_view line : lines(text)) {
        const std::size_t blank = line.find(' ');
        if (blank == std::string_view::npos) throw refuse();
        const std::string_view word = line.substr(0, blank);
        const std::string value(line.substr(blank + 1));
        if (first) {
            if (line != kHeader) throw refuse();
            first = false;
        } else if (word == "boot") {
            table.boot_id = value;
        } else if (word == "synced") {
            table.synced = value == "1";
        } else if (word == "tool") {
            table.tools.emplace_back(value, std::vector<std::string>());
        } else if (word == "tree" && !table.tools.empty()) {
            table.tools.back().second.push_back(value);
        } else {
            throw refuse();
        }
    }
    if (first) throw refuse();
    return table;
}

}  // namespace latchkey::store

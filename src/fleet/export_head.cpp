#include "export_head.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "latchkey/base/digest.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/toolchain_name.hpp"

namespace latchkey::fleet {
namespace {

constexpr std::string_view kFirst = "latchkey-export 1";
constexpr std::string_view kAnyFirst = "latchkey-export ";
constexpr std::string_view kLast = "end export";

/// Letters, digits and `.-_`: of a package, a target or a tree, all of which become names of files.
bool is_word(std::string_view text) {
    return !text.empty() && text.front() != '.' && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == '_';
    });
}

/// `component rustc x86_64-unknown-linux-gnu 0 bedeca99…`
bool take_component(const std::vector<std::string_view>& words, ExportHead& head) {
    if (words.size() != 5 || !is_word(words[1]) || !is_word(words[4])) return false;
    if (words[2] != "*" && !is_word(words[2])) return false;
    if (words[3] != "0" && words[3] != "1") return false;
    ExportedComponent exported;
    exported.component.pkg = words[1];
    if (words[2] != "*") exported.component.target = words[2];
    exported.component.is_extension = words[3] == "1";
    exported.tree = words[4];
    head.components.push_back(std::move(exported));
    return true;
}

}  // namespace

bool is_below(std::string_view path) {
    return std::ranges::none_of(split(path, '/'), [](std::string_view part) {
        return part.empty() || part == "." || part == ".." ||
               part.find('\0') != std::string_view::npos;
    });
}

ExportHead parse_export_head(std::string_view text, const std::string& shown_path) {
    const auto all = lines(text);
    if (all.empty() || all.front() != kFirst) {
        if (!all.empty() && all.front().starts_with(kAnyFirst)) {
            throw Error(Errc::unsupported,
                        fmt::format("'{}' was exported by another version of Latchkey ('{}'); use "
                                    "that, or export again",
                                    shown_path, all.front()));
        }
        throw Error(Errc::corrupt, fmt::format("'{}' is not an exported toolchain", shown_path));
    }
    ExportHead head;
    bool ended = false;
    for (std::size_t i = 1; i < all.size() && !ended; ++i) {
        const auto words = split(all[i], ' ');
        bool sound = false;
        if (words[0] == "toolchain" && words.size() == 2) {
            head.toolchain = words[1];
            sound = dist::ToolchainName::parse(words[1]).has_value() && is_word(words[1]);
        } else if (words[0] == "manifest" && words.size() == 2) {
            head.manifest_hash = words[1];
            sound = Digest::parse(words[1]).has_value();
        } else if (words[0] == "component") {
            sound = take_component(words, head);
        } else {
            sound = ended = all[i] == kLast;
        }
        if (sound) continue;
        throw Error(Errc::corrupt,
                    fmt::format("'{}' is damaged: its line {} makes no sense", shown_path, i + 1));
    }
    if (ended && !head.toolchain.empty() && !head.manifest_hash.empty()) return head;
    throw Error(Errc::corrupt, fmt::format("'{}' is damaged: its head is cut off", shown_path));
}

std::string str(const ExportHead& head) {
    std::string text =
        fmt::format("{}\ntoolchain {}\nmanifest {}\n", kFirst, head.toolchain, head.manifest_hash);
    for (const ExportedComponent& each : head.components) {
        text +=
            fmt::format("component {} {} {} {}\n", each.component.pkg, each.component.target_text(),
                        each.component.is_extension ? 1 : 0, each.tree);
    }
    return text + fmt::format("{}\n", kLast);
}

}  // namespace latchkey::fleet

#include "doc_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "latchkey/args/doc_flags.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::cli {
namespace {

/// What a word may be in the root of a crate, and what in its modules.
constexpr std::array<std::string_view, 3> kRootKinds = {"keyword", "primitive", "macro"};
constexpr std::array<std::string_view, 7> kModuleKinds = {"fn",   "struct",   "trait", "enum",
                                                          "type", "constant", "union"};

/// Empty parts leave no trace.
std::string joined(std::string path, std::string_view part) {
    if (part.empty()) return path;
    path += '/';
    path += part;
    return path;
}

template <std::size_t count>
std::optional<std::string> find_item(const std::string& folder,
                                     const std::array<std::string_view, count>& kinds,
                                     std::string_view word) {
    for (const std::string_view kind : kinds) {
        std::string path = fmt::format("{}/{}.{}.html", folder, kind, word);
        if (platform::is_file(path)) return path;
    }
    return std::nullopt;
}

std::optional<std::string> find_index(const std::string& folder) {
    std::string path = folder + "/index.html";
    if (platform::is_file(path)) return path;
    return std::nullopt;
}

std::optional<std::string> find_word(const std::string& root, const std::string& word) {
    if (word == "std" || word == "core" || word == "alloc") return find_index(joined(root, word));
    const std::size_t colon = word.find(':');
    if (colon == std::string::npos) return find_item(root + "/std", kRootKinds, word);
    const std::array<std::string_view, 1> kind = {std::string_view(word).substr(0, colon)};
    return find_item(root + "/std", kind, std::string_view(word).substr(colon + 1));
}

std::vector<std::string> path_parts(const std::string& topic) {
    const std::string marked = replace_all(topic, "::", "\n");
    std::vector<std::string> parts;
    for (const std::string_view part : split(marked, '\n')) {
        parts.emplace_back(part);
    }
    return parts;
}

std::string search(const std::string& root, const std::string& topic) {
    const std::vector<std::string> parts = path_parts(topic);
    std::optional<std::string> found;
    if (parts.size() == 1) {
        found = find_word(root, topic);
    } else {
        std::string folder = root;
        for (auto part = parts.begin(); part + 1 != parts.end(); ++part) {
            folder = joined(std::move(folder), *part);
        }
        found = find_index(joined(folder, parts.back()));
        if (!found) {
            found = parts.size() == 2 ? find_item(folder, kRootKinds, parts.back())
                                      : find_item(folder, kModuleKinds, parts.back());
        }
    }
    if (!found) throw Error(Errc::not_found, "No document for '" + topic + "'");
    return *found;
}

/// A topic of one book or crate: a page of its own, or a place on its parent's.
DocPage search_below(const std::string& folder, std::string_view name, const std::string& topic) {
    const std::string base = joined(folder, replace_all(topic, "::", "/"));
    if (const auto index = find_index(base)) return {*index, topic, std::nullopt};
    if (platform::is_file(base + ".html")) return {base + ".html", topic, std::nullopt};
    const std::size_t last = topic.rfind("::");
    if (last != std::string::npos) {
        const std::string parent = platform::folder_of(base) + ".html";
        if (platform::is_file(parent)) return {parent, topic, topic.substr(last + 2)};
    }
    throw Error(Errc::not_found, fmt::format("no document for {} on {}", name, topic));
}

std::string escaped(std::string_view text, std::string_view specials) {
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = byte > 0x20 && byte < 0x7f && specials.find(c) == std::string_view::npos;
        if (plain) {
            result += c;
        } else {
            result += fmt::format("%{:02X}", byte);
        }
    }
    return result;
}

std::string escaped_path(std::string_view path) {
    return escaped(path, R"("#<>?`{}%\)");
}

std::string with_fragment(std::string url, const std::optional<std::string>& fragment) {
    if (fragment) url += "#" + escaped(*fragment, R"("<>`)");
    return url;
}

}  // namespace

std::string DocPage::url() const {
    return with_fragment("file://" + escaped_path(path), fragment);
}

std::string DocPage::served_url(const std::string& root, std::uint16_t port) const {
    const std::string below = path.substr(root.size());
    return with_fragment(fmt::format("http://127.0.0.1:{}{}", port, escaped_path(below)), fragment);
}

DocPage find_doc_page(const std::string& root, const std::optional<std::string>& flag,
                      const std::optional<std::string>& topic) {
    const auto page = std::ranges::find_if(
        args::doc_flags(), [&flag](const args::DocFlag& each) { return each.name == flag; });
    const bool in_folder = page != args::doc_flags().end() && !page->folder.empty();
    if (topic) {
        if (in_folder) return search_below(joined(root, page->folder), page->folder, *topic);
        return {search(root, *topic), topic, std::nullopt};
    }
    if (in_folder) {
        const std::string folder(page->folder);
        return {root + "/" + folder + "/index.html", folder, std::nullopt};
    }
    if (flag) return {root + "/" + *flag + ".html", std::nullopt, std::nullopt};
    return {root + "/index.html", std::nullopt, std::nullopt};
}

}  // namespace latchkey::cli

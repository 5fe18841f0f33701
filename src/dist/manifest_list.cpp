#include "latchkey/dist/manifest_list.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "plain_manifest.hpp"

namespace latchkey::dist {
namespace {

/// A header and what follows it. Headers that only say the same again belong to one block.
struct Block {
    std::string_view header;  ///< Empty: what is before the first header.
    std::string_view text;
    std::string_view package;  ///< Of `[pkg.P]` and all below it; otherwise empty.
    std::string_view target;   ///< Of `[pkg.P.target.T]` and all below it; otherwise empty.
};

/// Takes `before` and the key behind it from the front of a header. Quotes are no part of a key.
std::string_view take_key(std::string_view& header, std::string_view before) {
    if (!header.starts_with(before)) return {};
    header.remove_prefix(before.size());
    const bool quoted = header.starts_with('"');
    if (quoted) header.remove_prefix(1);
    const auto ends = [quoted](char c) { return quoted ? c == '"' : c == '.' || c == ']'; };
    const auto end = std::ranges::find_if(header, ends);
    const std::string_view key = header.substr(0, static_cast<std::size_t>(end - header.begin()));
    header.remove_prefix(std::min(key.size() + (quoted ? 1 : 0), header.size()));
    return key;
}

Block block_of(std::string_view header) {
    Block block;
    block.header = header;
    header.remove_prefix(header.starts_with("[[") ? 2 : 1);
    block.package = take_key(header, "pkg.");
    if (!block.package.empty()) block.target = take_key(header, ".target.");
    return block;
}

/// Where the next line begins that is a header, but not this one once more.
std::size_t find_other_header(std::string_view text, std::string_view header, std::size_t at) {
    for (;;) {
        at = text.find('[', at);
        if (at == std::string_view::npos) return text.size();
        if (at > 0 && text[at - 1] != '\n') {
            ++at;
            continue;
        }
        const std::size_t end = at + header.size();
        const bool again = !header.empty() && text.compare(at, header.size(), header) == 0 &&
                           (end == text.size() || text[end] == '\n');
        if (!again) return at;
        at = end;
    }
}

std::vector<Block> split_blocks(std::string_view text) {
    std::vector<Block> blocks;
    blocks.reserve(text.size() / 512);
    std::size_t next = find_other_header(text, {}, 0);
    blocks.push_back({{}, text.substr(0, next), {}, {}});
    while (next < text.size()) {
        const std::size_t begin = next;
        const std::size_t line = std::min(text.find('\n', begin), text.size());
        Block block = block_of(text.substr(begin, line - begin));
        next = find_other_header(text, block.header, line);
        block.text = text.substr(begin, next - begin);
        blocks.push_back(block);
    }
    return blocks;
}

/// The manifest of only those blocks. Empty: as parse_plain_manifest().
template <typename Fits>
std::optional<Manifest> parse_blocks(const std::vector<Block>& blocks, Fits fits) {
    std::string text;
    for (const Block& block : blocks) {
        if (fits(block)) text += block.text;
    }
    return parse_plain_manifest(text, {});
}

/// Which tables a list of components asks for.
class Wanted {
public:
    explicit Wanted(std::span<const Component> components) {
        for (const Component& component : components) {
            packages_.emplace_back(component.pkg);
            if (component.target) {
                tables_.emplace_back(component.pkg, *component.target);
            } else {
                keep_whole(component.pkg);
            }
        }
        std::ranges::sort(packages_);
        std::ranges::sort(tables_);
    }

    /// All tables of the package, whatever is asked for.
    void keep_whole(std::string_view package) { whole_.push_back(package); }

    [[nodiscard]] bool has(const Block& block) const {
        if (block.package.empty()) return true;
        if (!std::ranges::binary_search(packages_, block.package)) return false;
        return block.target.empty() || std::ranges::find(whole_, block.package) != whole_.end() ||
               std::ranges::binary_search(tables_, std::pair(block.package, block.target));
    }

private:
    std::vector<std::string_view> packages_;
    std::vector<std::pair<std::string_view, std::string_view>> tables_;
    std::vector<std::string_view> whole_;
};

constexpr std::string_view kRust = "rust";

/// Empty: the text, or what `rust` is in it, is not as it is written.
std::optional<Manifest> parse_plain_list(std::string_view target, std::string_view text) {
    const std::vector<Block> blocks = split_blocks(text);
    auto own = parse_blocks(blocks, [&](const Block& block) {
        if (block.package != kRust) return block.header.empty();
        return block.target.empty() || block.target == target;
    });
    if (!own || !own->packages.contains(kRust)) return std::nullopt;
    const auto& targets = own->packages.find(kRust)->second.targets;
    const auto found = targets.find(target);
    if (found == targets.end()) return std::nullopt;
    Wanted wanted(found->second.components);
    for (const Block& block : blocks) {
        // For every target, if it has no other table: that is seen only with all of them.
        if (block.target == "*") wanted.keep_whole(block.package);
    }
    auto manifest = parse_blocks(
        blocks, [&](const Block& block) { return block.package != kRust && wanted.has(block); });
    if (manifest) manifest->packages.merge(own->packages);
    return manifest;
}

}  // namespace

Manifest parse_manifest_to_list(std::string_view target, std::string_view text,
                                const std::string& shown_path) {
    if (auto manifest = parse_plain_list(target, text)) return *std::move(manifest);
    return parse_manifest(text, shown_path);
}

}  // namespace latchkey::dist

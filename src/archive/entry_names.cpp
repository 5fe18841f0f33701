#include "entry_names.hpp"

#include <fmt/format.h>

#include "latchkey/base/printable.hpp"
#include "latchkey/base/text.hpp"

namespace latchkey::archive {

namespace {

constexpr std::size_t kMaxPathBytes = 4096;
constexpr std::size_t kMaxParts = 128;  // Real packages have up to 20.

// The parts that count: rustup's tar library reads a path as Rust's `Path::components` does.
std::optional<std::vector<std::string_view>> parse_parts(std::string_view path) {
    if (path.starts_with('/')) return std::nullopt;
    std::vector<std::string_view> parts;
    for (const std::string_view part : split(path, '/')) {
        if (part == "..") return std::nullopt;
        // A "." in front is a part, which the caller drops or not; elsewhere it is nothing.
        if (part.empty() || (part == "." && !parts.empty())) continue;
        if (parts.size() == kMaxParts) return std::nullopt;
        parts.push_back(part);
    }
    return parts;
}

std::string join_from(const std::vector<std::string_view>& parts, std::size_t first) {
    std::string path;
    for (std::size_t i = first; i < parts.size(); ++i) {
        if (i > first) path += '/';
        path += parts[i];
    }
    return path;
}

std::string_view parent_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string fold(std::string_view path) {
    std::string folded(path);
    for (char& c : folded) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return folded;
}

}  // namespace

Error unsupported_path_error(const std::string& path) {
    return {Errc::unsupported, fmt::format("tar path '{}' is not supported", printable_line(path))};
}

std::string parse_entry_path(const std::string& path) {
    if (path.size() > kMaxPathBytes) {
        throw unsupported_path_error(path.substr(0, 100) + "...");
    }
    const auto parts = parse_parts(path);
    if (!parts || parts->empty()) {
        throw unsupported_path_error(path);
    }
    return join_from(*parts, 1);
}

std::optional<std::string> parse_listed_path(std::string_view path) {
    auto parts = parse_parts(path);
    if (!parts) return std::nullopt;
    const std::size_t first = !parts->empty() && parts->front() == "." ? 1 : 0;
    std::string clean = join_from(*parts, first);
    if (clean.empty() || clean.size() > kMaxPathBytes) return std::nullopt;
    return clean;
}

std::vector<std::string> EntryNames::add(const std::string& path, TarEntry::Kind kind) {
    count(path.size());
    const auto [known, is_new] = kinds_.try_emplace(path, kind);
    if (!is_new && (kind == TarEntry::Kind::file || known->second == TarEntry::Kind::file)) {
        throw Error(Errc::corrupt,
                    fmt::format("'{}' is in the package twice", printable_line(path)));
    }
    std::vector<std::string> missing;
    for (std::string_view parent = parent_of(path); !parent.empty(); parent = parent_of(parent)) {
        const auto [above, is_missing] =
            kinds_.try_emplace(std::string(parent), TarEntry::Kind::directory);
        if (above->second == TarEntry::Kind::file) {
            throw Error(Errc::corrupt,
                        fmt::format("'{}' is in the package as a file and a directory",
                                    printable_line(parent)));
        }
        if (!is_missing) break;
        count(parent.size() + path.size());  // The warning of it repeats both.
        missing.emplace_back(parent);
    }
    return missing;
}

void EntryNames::count(std::size_t bytes) {
    used_.entries += 1;
    used_.bytes += bytes;
    if (used_.entries > limits_.entries || used_.bytes > limits_.bytes) {
        throw Error(Errc::unsupported, "package has too many entries");
    }
}

std::optional<TarEntry::Kind> EntryNames::find(const std::string& path) const {
    const auto found = kinds_.find(path);
    if (found == kinds_.end()) return std::nullopt;
    return found->second;
}

void FoldedNames::add(const std::string& path) {
    const auto [known, is_new] = spellings_.try_emplace(fold(path), path);
    if (is_new || known->second == path) return;
    throw Error(Errc::unsupported,
                fmt::format("'{}' and '{}' are one name on this file system",
                            printable_line(known->second), printable_line(path)));
}

}  // namespace latchkey::archive

#include "latchkey/lock/key.hpp"

#include <array>

#include "latchkey/base/hash.hpp"
#include "latchkey/base/text.hpp"

namespace latchkey::lock {
namespace {

constexpr std::array<std::string_view, 7> kNames = {"toolchain", "unpack",   "pin",       "use",
                                                    "directory", "settings", "cargo-home"};

/// What stands for a name that is too long for a file's: no escaped name has it.
const std::string kOnlyLane = "%lane-";

/// Units: bytes. Every file system takes 255.
constexpr std::size_t kMaxFileName = 240;

bool is_place(std::string_view text) {
    std::string_view name = text;
    if (name.starts_with("home/")) {
        name.remove_prefix(5);
    } else if (name.starts_with("away/")) {
        name.remove_prefix(5);
        const std::size_t slash = name.find('/');
        if (slash == std::string_view::npos) return false;
        const auto number = parse_number(name.substr(0, slash));
        if (!number || std::to_string(*number) != name.substr(0, slash)) return false;
        name.remove_prefix(slash + 1);
    } else {
        return false;
    }
    return !name.empty() && name.find('/') == std::string_view::npos;
}

/// Is there a key of this kind with this name?
bool possible(Kind kind, std::string_view name) {
    if (kind == Kind::settings || kind == Kind::cargo_home) return name.empty();
    if (kind == Kind::directory) return is_place(name);
    if (kind != Kind::use) return !name.empty();
    const std::size_t slash = name.rfind('/');
    return slash != std::string_view::npos && slash + 1 < name.size() &&
           is_place(name.substr(0, slash));
}

}  // namespace

std::string_view kind_name(Kind kind) noexcept {
    return kNames[static_cast<std::size_t>(kind)];
}

Key::Key(Kind kind, std::string name)
    : kind_(kind),
      name_(std::move(name)),
      lane_(16 * (xxh3_64(name_) >> 5) + 2 * static_cast<std::uint64_t>(kind)) {}

Key::Key(Kind kind, std::uint64_t lane) : kind_(kind), lane_(lane) {}

std::string Key::file_name() const {
    const std::string kind = std::string(kind_name(kind_)) + ".";
    const bool has_name = !name_.empty() || kind_ == Kind::settings || kind_ == Kind::cargo_home;
    std::string name = kind + replace_all(replace_all(name_, "%", "%25"), "/", "%2F");
    if (!has_name || name.size() > kMaxFileName) name = kind + kOnlyLane + std::to_string(lane_);
    return name;
}

std::optional<Key> Key::parse_file_name(std::string_view file_name) {
    const std::size_t dot = file_name.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    for (std::size_t kind = 0; kind < kNames.size(); ++kind) {
        if (kNames[kind] != file_name.substr(0, dot)) continue;
        const std::string_view escaped = file_name.substr(dot + 1);
        if (escaped.starts_with(kOnlyLane)) {
            const auto lane = parse_number(escaped.substr(kOnlyLane.size()));
            if (!lane || *lane % 16 != 2 * kind) return std::nullopt;
            const Key key(static_cast<Kind>(kind), *lane);
            if (key.file_name() != file_name) return std::nullopt;
            return key;
        }
        const Key key(static_cast<Kind>(kind),
                      replace_all(replace_all(escaped, "%2F", "/"), "%25", "%"));
        // Only what `file_name` would write: two folders never stand for one range.
        if (key.file_name() != file_name || !possible(key.kind(), key.name())) return std::nullopt;
        return key;
    }
    return std::nullopt;
}

}  // namespace latchkey::lock

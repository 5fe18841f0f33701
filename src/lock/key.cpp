#include "latchkey/lock/key.hpp"

#include <array>

#include "latchkey/base/hash.hpp"
#include "latchkey/base/text.hpp"

namespace latchkey::lock {
namespace {

constexpr std::array<std::string_view, 7> kNames = {"toolchain",  "unpack",   "pin",       "use",
                                                    "generation", "settings", "cargo-home"};

/// Is there a key of this kind with this name?
bool possible(Kind kind, std::string_view name) {
    if (kind == Kind::settings || kind == Kind::cargo_home) return name.empty();
    if (kind != Kind::generation) return !name.empty();
    const std::size_t slash = name.rfind('/');
    if (slash == std::string_view::npos || slash == 0) return false;
    const auto number = parse_number(name.substr(slash + 1));
    return number && std::to_string(*number) == name.substr(slash + 1);
}

}  // namespace

std::string_view kind_name(Kind kind) noexcept {
    return kNames[static_cast<std::size_t>(kind)];
}

Key::Key(Kind kind, std::string name)
    : kind_(kind),
      name_(std::move(name)),
      lane_(16 * (xxh3_64(name_) >> 5) + 2 * static_cast<std::uint64_t>(kind)) {}

std::string Key::file_name() const {
    return std::string(kind_name(kind_)) + "." +
           replace_all(replace_all(name_, "%", "%25"), "/", "%2F");
}

std::optional<Key> Key::parse_file_name(std::string_view file_name) {
    const std::size_t dot = file_name.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    for (std::size_t kind = 0; kind < kNames.size(); ++kind) {
        if (kNames[kind] != file_name.substr(0, dot)) continue;
        const std::string_view escaped = file_name.substr(dot + 1);
        const Key key(static_cast<Kind>(kind),
                      replace_all(replace_all(escaped, "%2F", "/"), "%25", "%"));
        // Only what `file_name` would write: two folders never stand for one range.
        if (key.file_name() != file_name || !possible(key.kind(), key.name())) return std::nullopt;
        return key;
    }
    return std::nullopt;
}

}  // namespace latchkey::lock

#include "latchkey/lock/key.hpp"

#include <array>

#include "latchkey/base/hash.hpp"
#include "latchkey/base/text.hpp"

namespace latchkey::lock {
namespace {

constexpr std::array<std::string_view, 7> kNames = {"toolchain",  "unpack",   "pin",       "use",
                                                    "generation", "settings", "cargo-home"};

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
        const std::string escaped(file_name.substr(dot + 1));
        return Key(static_cast<Kind>(kind),
                   replace_all(replace_all(escaped, "%2F", "/"), "%25", "%"));
    }
    return std::nullopt;
}

}  // namespace latchkey::lock

#include "latchkey/proxy/session.hpp"

#include <algorithm>
#include <array>

#include "latchkey/base/text.hpp"

namespace latchkey::proxy {
namespace {

constexpr const char* kVariable = "LATCHKEY_SESSION";

constexpr std::array<std::string_view, 7> kMembers = {
    "rustc", "rustdoc", "clippy-driver", "rustfmt", "cargo-clippy", "cargo-fmt", "cargo-miri"};

}  // namespace

std::optional<Session> find_session(const platform::Environment& environment) {
    const auto text = environment.find(kVariable);
    // A linked toolchain's name may hold "=", a number does not.
    const std::size_t equals = text ? text->rfind('=') : std::string::npos;
    if (equals == std::string::npos) return std::nullopt;
    const std::string_view mark = std::string_view(*text).substr(equals + 1);
    const std::size_t at = mark.find('@');
    if (at == std::string_view::npos) return std::nullopt;
    const auto generation = parse_number(mark.substr(0, at));
    const auto inode = parse_number(mark.substr(at + 1));
    if (!generation || !inode) return std::nullopt;
    return Session{text->substr(0, equals), *generation, *inode};
}

void set_session(platform::Environment& environment, const Session& session) {
    environment.set(kVariable, session.toolchain + "=" + std::to_string(session.generation) + "@" +
                                   std::to_string(session.inode));
}

bool obeys_session(std::string_view tool) {
    return std::find(kMembers.begin(), kMembers.end(), tool) != kMembers.end();
}

}  // namespace latchkey::proxy

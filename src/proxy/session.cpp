#include "latchkey/proxy/session.hpp"

#include "latchkey/base/text.hpp"
#include "latchkey/dist/tools.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/metadata.hpp"

namespace latchkey::proxy {
namespace {

constexpr const char* kVariable = "LATCHKEY_SESSION";
constexpr std::string_view kWhole = ",whole";
constexpr std::string_view kBase = "base/";

/// Empty where there is no directory. A word has hex digits only.
std::string find_inode_mark(const std::string& directory) {
    const auto status = platform::find_target_status(directory);
    if (!status || status->kind != platform::FileKind::directory) return "";
    return "i" + std::to_string(status->inode);
}

/// `home/<t>` or `away/<n>/<t>`, of this home, or of a base home behind `base/<number>/`.
std::optional<store::Place> parse_place(std::string_view text) {
    if (!text.starts_with(kBase)) return store::Place::parse(text);
    text.remove_prefix(kBase.size());
    const std::size_t end = text.find('/');
    if (end == std::string_view::npos) return std::nullopt;
    const auto base = parse_number(text.substr(0, end));
    auto place = store::Place::parse(text.substr(end + 1));
    if (!base || *base == 0 || !place) return std::nullopt;
    place->base = *base;
    return place;
}

}  // namespace

std::string find_mark(const store::Home& home, const store::Place& place) {
    const std::string directory = home.directory(place);
    if (const auto tag = store::find_tag(directory)) return tag->word;
    return find_inode_mark(directory);
}

bool has_mark(const store::Home& home, const store::Place& place, const std::string& mark) {
    if (mark.starts_with('i')) return find_inode_mark(home.directory(place)) == mark;
    return find_mark(home, place) == mark;
}

std::optional<Session> find_session(const platform::Environment& environment) {
    auto text = environment.find(kVariable);
    if (!text) return std::nullopt;
    const bool whole = text->ends_with(kWhole);
    if (whole) text->resize(text->size() - kWhole.size());
    // A linked toolchain's name may hold "@", a mark does not.
    const std::size_t at = text->rfind('@');
    if (at == std::string::npos || at + 1 == text->size()) return std::nullopt;
    auto place = parse_place(std::string_view(*text).substr(0, at));
    if (!place) return std::nullopt;
    return Session{*std::move(place), text->substr(at + 1), whole};
}

void set_session(platform::Environment& environment, const Session& session) {
    const std::size_t base = session.place.base;
    const std::string owner =
        base == 0 ? std::string() : std::string(kBase) + std::to_string(base) + "/";
    environment.set(kVariable, owner + session.place.name() + "@" + session.mark +
                                   (session.whole ? std::string(kWhole) : std::string()));
}

bool obeys(std::string_view tool, const Session& session) {
    if (session.whole) return true;
    const dist::Tool* known = dist::find_tool_named(tool);
    return known != nullptr && known->joins_session;
}

}  // namespace latchkey::proxy

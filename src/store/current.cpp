#include "latchkey/store/current.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/history.hpp"

namespace latchkey::store {
namespace {

using platform::FileKind;
using Kind = Current::Kind;

/// Is the directory at home the one that this state describes?
bool is_home_of(const std::string& directory, const State& state) {
    const auto tag = find_tag(directory);
    return tag && tag->word == state.word &&
           agrees(load_fingerprint(directory), state.metadata, state.intended);
}

std::string version_of(const State& state) {
    return fmt::format("{} {} {}", state.number, state.word, state.serial);
}

Current plain_at_home(const Home& home, const std::string& toolchain,
                      const platform::FileStatus& directory, std::optional<State> state,
                      bool thorough) {
    Current current;
    current.kind = Kind::plain;
    current.place = {toolchain, 0};
    current.directory = directory;
    current.version = fmt::format("plain {}", directory.inode);
    if (thorough) current.version += " " + serialise(load_fingerprint(home.toolchain(toolchain)));
    if (state) current.version += " " + version_of(*state);
    current.state = std::move(state);
    return current;
}

/// `stable-mine` is not: somebody linked a toolchain of his own.
bool is_of_a_channel(const std::string& toolchain) {
    return dist::ToolchainName::parse(toolchain) && dist::PartialToolchainName::parse(toolchain);
}

/// `status`: of what has the name in toolchains/.
std::optional<AtHome> at_home_by(const Home& home, const std::string& toolchain,
                                 const std::optional<platform::FileStatus>& status) {
    if (!status) return std::nullopt;
    if (status->kind == FileKind::directory) return AtHome{*status, false};
    if (status->kind != FileKind::symlink || !is_of_a_channel(toolchain)) return std::nullopt;
    const std::string path = home.toolchain(toolchain);
    const auto target = platform::find_link(path);
    if (!target || leads_away(*target, toolchain)) return std::nullopt;
    const auto there = platform::find_target_status(path);
    const bool is_toolchain =
        there && there->kind == FileKind::directory && has_component_list(path);
    return is_toolchain ? std::optional(AtHome{*there, true}) : std::nullopt;
}

Current find(const Home& home, const std::string& toolchain, bool thorough) {
    Current current;
    current.state = find_state(home, toolchain);
    const std::optional<State>& state = current.state;
    if (state) current.version = version_of(*state);
    if (state && state->where == State::Where::link) {
        current.kind = Kind::linked;
        current.link = state->link;
        return current;
    }
    const std::string path = home.toolchain(toolchain);
    const auto status = platform::find_status(path);
    if (state && state->where == State::Where::away) {
        const Place place = state->place(toolchain);
        const std::string directory = home.directory(place);
        const auto at_home = at_home_by(home, toolchain, status);
        // On another device home is a link to one away; any other link is the user's.
        const bool users_link = status && status->kind == FileKind::symlink && !at_home &&
                                !leads_away(platform::find_link(path).value_or(""), toolchain);
        if (!users_link && platform::is_directory(directory)) {
            if (thorough && at_home && !may_replace_home(home, toolchain, *state) &&
                has_component_list(path)) {
                return plain_at_home(home, toolchain, at_home->status, state, thorough);
            }
            current.kind = Kind::ours;
            current.place = place;
            return current;
        }
    }
    if (!status) {
        // A fresh install is committed by its directory, behind the state: not the same version.
        if (state) current.version += " gone";
        return current;
    }
    const auto at_home = at_home_by(home, toolchain, status);
    if (status->kind == FileKind::symlink && !at_home) {
        current.kind = Kind::linked;
        current.link = platform::find_link(path).value_or("");
        if (current.link.starts_with("../latchkey/generations/")) refuse_old_format(home);
        current.version += " link " + current.link;
        return current;
    }
    if (!at_home) {
        current.kind = Kind::foreign;
        return current;
    }
    if (state && state->where == State::Where::home && (!thorough || is_home_of(path, *state))) {
        current.kind = Kind::ours;
        current.place = {toolchain, 0};
        return current;
    }
    if (state && state->where == State::Where::removed &&
        (!thorough || may_replace_home(home, toolchain, *state))) {
        return current;
    }
    return plain_at_home(home, toolchain, at_home->status, state, thorough);
}

/// A toolchain of a base home, if one has it.
Current in_reach(Current own, const Home& home, const std::string& toolchain) {
    if (own.kind != Kind::absent) return own;
    for (std::size_t number = 1; number <= home.count_bases(); ++number) {
        const Home base = home.base(number);
        Current there = find(base, toolchain, false);
        const bool linked =
            there.kind == Kind::linked && platform::is_directory(base.toolchain(toolchain));
        if (!there.installed() && !linked) continue;
        own.kind = Kind::based;
        own.place = {toolchain, there.place.away, number};
        own.version += fmt::format(" based {} {}", base.root(), there.version);
        if (there.kind == Kind::ours) own.base_state = std::move(there.state);
        return own;
    }
    return own;
}

}  // namespace

bool leads_away(const std::string& target, const std::string& toolchain) {
    constexpr std::string_view kAway = "/latchkey/away/";
    const std::size_t at = target.rfind(kAway);
    return at != std::string::npos && Place::parse("away/" + target.substr(at + kAway.size())) &&
           target.ends_with("/" + toolchain);
}

Current find_current(const Home& home, const std::string& toolchain) {
    return find(home, toolchain, false);
}

Current examine_current(const Home& home, const std::string& toolchain) {
    return find(home, toolchain, true);
}

Current find_in_reach(const Home& home, const std::string& toolchain) {
    return in_reach(find_current(home, toolchain), home, toolchain);
}

Current examine_in_reach(const Home& home, const std::string& toolchain) {
    return in_reach(examine_current(home, toolchain), home, toolchain);
}

Error based_error(const Home& home, const Place& place) {
    const std::string root = home.base(place.base).root();
    return {
        Errc::unsupported,
        fmt::format("toolchain '{}' is of the base home '{}', which is never changed from here\n"
                    "help: set RUSTUP_HOME to it to work on it, or leave it out of "
                    "LATCHKEY_BASE to be without it",
                    place.toolchain, root)};
}

void refuse_based(const Home& home, const std::string& toolchain) {
    const Current current = find_in_reach(home, toolchain);
    if (current.kind == Kind::based) throw based_error(home, current.place);
}

std::optional<AtHome> find_at_home(const Home& home, const std::string& toolchain) {
    return at_home_by(home, toolchain, platform::find_status(home.toolchain(toolchain)));
}

bool may_replace_home(const Home& home, const std::string& toolchain, const State& state) {
    const std::string directory = home.toolchain(toolchain);
    const auto tag = find_tag(directory);
    const bool doomed = state.behind && state.behind->doomed;
    const auto is_like = [&directory](const Fingerprint& known) {
        return agrees(load_fingerprint(directory), known, std::nullopt);
    };
    if (is_clone_of(tag, state)) return doomed || (tag->metadata && is_like(*tag->metadata));
    if (!state.behind) return false;
    // What was about to be deleted in place, whole still or not.
    if (doomed) return !has_component_list(directory) || is_like(state.behind->metadata);
    const std::string word = tag ? tag->word : std::string();
    return word == state.behind->word && is_like(state.behind->metadata);
}

bool is_clone_of(const std::optional<Tag>& tag, const State& state) {
    return tag && !state.word.empty() && tag->parent == state.word;
}

std::string current_directory(const Home& home, const std::string& toolchain) {
    const Current current = find_in_reach(home, toolchain);
    if (current.installed()) return home.directory(current.place);
    if (current.state && current.state->where == State::Where::link) return current.link;
    return home.toolchain(toolchain);
}

AwayNumbers list_away(const Home& home, const std::string& toolchain) {
    AwayNumbers numbers;
    for (const platform::DirectoryEntry& entry : platform::find_entries(home.away())) {
        const auto number = parse_number(entry.name);
        if (!number || *number == 0) continue;
        const auto status = platform::find_status(home.directory({toolchain, *number}));
        if (!status) continue;
        if (status->kind == FileKind::directory) numbers.directories.push_back(*number);
        if (status->kind == FileKind::symlink) numbers.links.push_back(*number);
    }
    std::ranges::sort(numbers.directories);
    std::ranges::sort(numbers.links);
    return numbers;
}

std::uint64_t next_number(const Home& home, const std::string& toolchain) {
    std::uint64_t highest = 0;
    if (const auto state = find_state(home, toolchain)) {
        highest = state->number;
    } else {
        // It is lost, and was above all that is remembered.
        const std::vector<HistoryEntry> history = load_history(home, toolchain);
        for (const HistoryEntry& entry : history) highest = std::max(highest, entry.number);
    }
    if (const auto tag = find_tag(home.toolchain(toolchain))) {
        if (tag->toolchain == toolchain) highest = std::max(highest, tag->number);
    }
    const AwayNumbers away = list_away(home, toolchain);
    for (const auto* list : {&away.directories, &away.links}) {
        if (!list->empty()) highest = std::max(highest, list->back());
    }
    return highest + 1;
}

std::vector<std::string> list_toolchains(const Home& home) {
    std::set<std::string> names;
    for (const platform::DirectoryEntry& entry : platform::find_entries(home.toolchains())) {
        names.insert(entry.name);
    }
    for (std::string& name : list_states(home)) names.insert(std::move(name));
    for (const platform::DirectoryEntry& number : platform::find_entries(home.away())) {
        for (const platform::DirectoryEntry& entry :
             platform::find_entries(home.away() + "/" + number.name)) {
            names.insert(entry.name);
        }
    }
    return {names.begin(), names.end()};
}

void refuse_old_format(const Home& home) {
    for (const char* folder : {"/generations", "/store"}) {
        if (!platform::find_status(home.latchkey() + folder)) continue;
        throw Error(Errc::unsupported,
                    "'" + home.latchkey() +
                        "' is in the format of Latchkey 0.1, which this version does not read\n"
                        "help: run `rustup hand-back` of that version, then this command again");
    }
}

}  // namespace latchkey::store

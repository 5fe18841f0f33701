#include "latchkey/proxy/pin.hpp"

#include <algorithm>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/tools.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/last_use.hpp"
#include "latchkey/store/loaded.hpp"
#include "latchkey/store/verification.hpp"

namespace latchkey::proxy {
namespace {

using lock::Key;
using lock::LockSet;
using store::Current;
using store::Place;
using store::State;

/// So often a range may be refused while nobody commits. Once is no collision yet: the state is
/// read after the try, and the try may have met the very end of a clean-up.
constexpr int kMostRefusals = 4;

using Result = std::variant<Pinned, NotPinned>;

/// Ranges that are tried one after another.
struct TriedRanges {
    std::optional<LockSet> ranges;
    std::optional<Key> refused;
    bool has_tool = true;
};

/// Unknown tools have no component that could be partial.
bool lists_component_of(const State& state, const std::string& tool) {
    return dist::find_tool_named(tool) == nullptr ||
           std::ranges::any_of(state.components, [&tool](const store::StateComponent& each) {
               return each.standing == store::Standing::listed &&
                      dist::provides(each.component.pkg, tool);
           });
}

TriedRanges try_keys(const store::Home& home, const std::vector<Key>& keys) {
    TriedRanges tried;
    auto ranges =
        LockSet::try_acquire(home.lock_file(), std::span<const Key>(), lock::Mode::shared);
    for (const Key& key : keys) {
        if (ranges->try_add(key, lock::Mode::shared)) continue;
        tried.refused = key;
        return tried;
    }
    tried.ranges = std::move(ranges);
    return tried;
}

/// Does the state still lead to this generation, with all that was listed?
bool is_same(const std::optional<State>& now, const State& then) {
    if (!now || now->word != then.word || now->number != then.number || now->where != then.where) {
        return false;
    }
    return std::ranges::all_of(then.components, [&now](const store::StateComponent& each) {
        if (each.standing != store::Standing::listed) return true;
        const store::StateComponent* known = now->find(each.component);
        return known != nullptr && known->standing == store::Standing::listed;
    });
}

/// Holds `use` of what a tool may load of the directory at a place, which is held already: by the
/// state, where that describes the directory; else all of it.
///
/// Throws: nothing of its own; loops only as long as somebody commits.
TriedRanges hold_contents(const store::Home& home, const Place& place, const std::string& mark,
                          const std::string& tool, LockSet ranges) {
    for (int refusals = 0;;) {
        const auto state = store::find_state(home, place.toolchain);
        const bool described = state && state->has_directory() &&
                               state->place(place.toolchain) == place && state->word == mark;
        const std::vector<Key> keys = described ? store::keys_of_tool(*state, place.toolchain, tool)
                                                : std::vector<Key>{Key::use_all(place.name())};
        std::vector<Key> taken;
        std::optional<Key> refused;
        for (const Key& key : keys) {
            if (key == Key::directory(place.name())) continue;
            if (!ranges.try_add(key, lock::Mode::shared)) {
                refused = key;
                break;
            }
            taken.push_back(key);
        }
        const auto now = store::find_state(home, place.toolchain);
        const bool moved =
            described ? !is_same(now, *state)
                      : now.has_value() != state.has_value() || (now && now->word != state->word);
        if (!refused && !moved) {
            const bool has_tool = !described || lists_component_of(*state, tool);
            return {std::move(ranges), std::nullopt, has_tool};
        }
        for (const Key& key : taken) ranges.release(key);
        if (!moved && ++refusals == kMostRefusals) return {std::nullopt, std::move(refused), true};
    }
}

/// Rule for who was told a place, by a session or by a path. Empty: what was told is not there.
std::optional<Result> pin_place(const store::Home& home, const Place& place,
                                const std::optional<std::string>& expected_mark,
                                const PinRequest& request, bool whole) {
    const Key directory = Key::directory(place.name());
    auto ranges = LockSet::try_acquire(home.lock_file(), directory, lock::Mode::shared);
    if (!ranges) return NotPinned{NotPinned::Why::refused, directory};
    const std::string mark = find_mark(home, place);
    if (mark.empty() || (expected_mark && !has_mark(home, place, *expected_mark))) {
        return std::nullopt;
    }
    const auto state = store::find_state(home, place.toolchain);
    // It is being deleted where it is, and may be half gone.
    if (place.is_home() && state && state->behind && state->behind->doomed) return std::nullopt;
    const bool current = state && state->has_directory() && state->word == mark;
    if (current && !request.verified && store::is_unverified(home, place.toolchain, *state)) {
        return NotPinned{NotPinned::Why::unverified, std::nullopt};
    }
    TriedRanges tried = hold_contents(home, place, mark, request.tool, std::move(*ranges));
    if (!tried.ranges) return NotPinned{NotPinned::Why::refused, std::move(tried.refused)};
    if (current) store::record_use(home, place.toolchain, *state);
    return Pinned{home.directory(place), Session{place, expected_mark.value_or(mark), whole},
                  std::move(tried.ranges), tried.has_tool};
}

bool is_refused(const Result& result, const Key& key) {
    const auto* not_pinned = std::get_if<NotPinned>(&result);
    return not_pinned != nullptr && not_pinned->why == NotPinned::Why::refused &&
           not_pinned->key == key;
}

bool same_directory(const std::string& one, const platform::FileStatus& other) {
    return platform::is_same_file(platform::find_target_status(one), other);
}

/// The places among which one may be the directory with this status: by the inodes that their
/// folders list, and by the path's own last parts.
std::vector<Place> list_candidates(const store::Home& home, const std::string& path,
                                   const platform::FileStatus& status) {
    std::vector<Place> places;
    if (const auto real = platform::find_canonical(path)) {
        const std::string name = real->substr(real->rfind('/') + 1);
        places.push_back({name, 0});
        const std::string above = platform::folder_of(*real);
        if (const auto place =
                Place::parse("away/" + above.substr(above.rfind('/') + 1) + "/" + name)) {
            places.push_back(*place);
        }
    }
    for (const platform::DirectoryEntry& entry : platform::find_entries(home.toolchains())) {
        if (entry.inode == status.inode) places.push_back({entry.name, 0});
    }
    for (const platform::DirectoryEntry& number : platform::find_entries(home.away())) {
        for (const platform::DirectoryEntry& entry :
             platform::find_entries(home.away() + "/" + number.name)) {
            if (entry.inode != status.inode) continue;
            const auto place = Place::parse("away/" + number.name + "/" + entry.name);
            if (place) places.push_back(*place);
        }
    }
    return places;
}

/// The place of this home that a path leads to, by whatever name. Empty: none.
std::optional<Place> find_place(const store::Home& home, const std::string& path) {
    const auto status = platform::find_target_status(path);
    if (!status || status->kind != platform::FileKind::directory) return std::nullopt;
    for (const Place& place : list_candidates(home, path, *status)) {
        const std::string directory = home.directory(place);
        const auto own = platform::find_status(directory);
        if (own && own->kind == platform::FileKind::directory &&
            same_directory(directory, *status)) {
            return place;
        }
    }
    return std::nullopt;
}

Result pin_current(const store::Home& home, const std::string& toolchain,
                   const PinRequest& request);

/// What is not ours, but may lead to what is.
Result pin_path(const store::Home& home, const std::string& path, const PinRequest& request) {
    for (int tries = 1;; ++tries) {
        const auto place = find_place(home, path);
        if (!place) return Pinned{path, std::nullopt, std::nullopt};
        auto result = pin_place(home, *place, std::nullopt, request, false);
        if (result && is_refused(*result, Key::directory(place->name()))) {
            // It is being replaced or taken away, by what is current.
            const Current current = store::find_current(home, place->toolchain);
            if (current.kind == Current::Kind::ours && current.place != *place) {
                return pin_current(home, place->toolchain, request);
            }
            if (tries < kMostRefusals) continue;
        }
        if (!result) {
            // It was replaced between the two looks, or is being deleted in place.
            const Current current = store::find_current(home, place->toolchain);
            if (current.kind == Current::Kind::ours && current.place != *place) {
                return pin_current(home, place->toolchain, request);
            }
            if (tries < kMostRefusals) continue;
            return NotPinned{NotPinned::Why::absent, std::nullopt};
        }
        // The path is the user's own: he sees what he said.
        if (auto* pinned = std::get_if<Pinned>(&*result)) pinned->directory = path;
        return std::move(*result);
    }
}

/// A directory that no state describes, at home.
std::optional<Result> pin_plain(const store::Home& home, const std::string& toolchain) {
    const Place place{toolchain, 0};
    TriedRanges tried = try_keys(home, store::keys_of_all(place));
    if (!tried.ranges) return NotPinned{NotPinned::Why::refused, std::move(tried.refused)};
    const std::string mark = find_mark(home, place);
    if (mark.empty()) return std::nullopt;
    return Pinned{home.directory(place), Session{place, mark, false}, std::move(tried.ranges)};
}

std::optional<Result> pin_state(const store::Home& home, const std::string& toolchain,
                                const State& state, const PinRequest& request) {
    TriedRanges tried = try_keys(home, store::keys_of_tool(state, toolchain, request.tool));
    if (!tried.ranges) return NotPinned{NotPinned::Why::refused, std::move(tried.refused)};
    if (!request.verified && store::is_unverified(home, toolchain, state)) {
        return NotPinned{NotPinned::Why::unverified, std::nullopt};
    }
    const Place place = state.place(toolchain);
    return Pinned{home.directory(place), Session{place, state.word, false}, std::move(tried.ranges),
                  lists_component_of(state, request.tool)};
}

/// What a base home gave, as a place of this home.
Result seen_from_here(Result result, std::size_t base) {
    auto* pinned = std::get_if<Pinned>(&result);
    if (pinned != nullptr && pinned->session) pinned->session->place.base = base;
    return result;
}

Result pin_current(const store::Home& home, const std::string& toolchain,
                   const PinRequest& request) {
    for (int refusals = 0;;) {
        const Current current = store::find_in_reach(home, toolchain);
        if (current.kind == Current::Kind::based) {
            const std::size_t base = current.place.base;
            return seen_from_here(pin_current(home.base(base), toolchain, request), base);
        }
        if (current.kind == Current::Kind::linked) {
            const bool past_home = current.state && current.state->where == State::Where::link;
            return pin_path(home, past_home ? current.link : home.toolchain(toolchain), request);
        }
        if (!current.installed()) return NotPinned{NotPinned::Why::absent, std::nullopt};
        const bool ours = current.kind == Current::Kind::ours;
        auto result =
            ours ? pin_state(home, toolchain, *current.state, request) : pin_plain(home, toolchain);
        const Current now = store::find_current(home, toolchain);
        const bool same = now.kind == current.kind && (ours ? is_same(now.state, *current.state)
                                                            : now.version == current.version);
        if (!same) {
            refusals = 0;
            continue;
        }
        if (!result) return NotPinned{NotPinned::Why::absent, std::nullopt};
        const auto* not_pinned = std::get_if<NotPinned>(&*result);
        if (not_pinned != nullptr && not_pinned->why == NotPinned::Why::refused &&
            ++refusals < kMostRefusals) {
            continue;
        }
        if (not_pinned == nullptr) store::record_use(home, toolchain, now);
        return std::move(*result);
    }
}

/// Is the session one of the toolchain that is asked for?
bool is_member(const store::Home& home, const PinRequest& request) {
    if (!request.session || !obeys(request.tool, *request.session)) return false;
    if (request.session->place.base > home.count_bases()) return false;
    const auto* path = std::get_if<dist::PathName>(&request.toolchain);
    if (path == nullptr) {
        return request.session->place.toolchain == resolve::str(request.toolchain);
    }
    const auto status = platform::find_target_status(path->path);
    return status && same_directory(home.directory(request.session->place), *status);
}

/// Empty also where the directory is being taken away: nobody of this session is in it any more.
std::optional<Result> pin_member(const store::Home& home, const PinRequest& request) {
    const Session& session = *request.session;
    const std::size_t base = session.place.base;
    const Place place{session.place.toolchain, session.place.away};
    auto result =
        pin_place(home.owner_of(session.place), place, session.mark, request, session.whole);
    if (result && is_refused(*result, Key::directory(place.name()))) return std::nullopt;
    if (!result) return std::nullopt;
    return seen_from_here(*std::move(result), base);
}

}  // namespace

std::variant<Pinned, NotPinned> try_pin(const store::Home& home, const PinRequest& request) {
    if (is_member(home, request)) {
        if (auto result = pin_member(home, request)) return std::move(*result);
    }
    if (const auto* path = std::get_if<dist::PathName>(&request.toolchain)) {
        return pin_path(home, resolve::toolchain_path(home.layout(), *path), request);
    }
    return pin_current(home, resolve::str(request.toolchain), request);
}

std::optional<Pinned> try_pin_session(const store::Home& home, const PinRequest& request) {
    if (!is_member(home, request)) return std::nullopt;
    auto result = pin_member(home, request);
    if (!result || std::holds_alternative<NotPinned>(*result)) return std::nullopt;
    return std::move(std::get<Pinned>(*result));
}

}  // namespace latchkey::proxy

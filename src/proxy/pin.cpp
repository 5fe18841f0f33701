#include "latchkey/proxy/pin.hpp"

#include <algorithm>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/proxy_table.hpp"

namespace latchkey::proxy {
namespace {

using store::Current;

/// So often a range may be refused while nobody commits. Once is no collision yet: the name is read
/// after the try, and the try may have met the very end of a clean-up.
constexpr int kMostRefusals = 4;

/// What a tool loads. One that nobody listed may run whatever cargo may.
std::vector<std::string> trees_of(const store::ProxyTable& table, const std::string& tool) {
    for (const std::string_view name : {std::string_view(tool), std::string_view("cargo")}) {
        const auto found = std::find_if(table.tools.begin(), table.tools.end(),
                                        [name](const auto& each) { return each.first == name; });
        if (found != table.tools.end()) return found->second;
    }
    return {};
}

/// One attempt at one generation. With ranges, whatever it names stays as long as they do.
struct Attempt {
    std::optional<lock::LockSet> ranges;
    std::optional<lock::Key> refused;
    std::vector<std::string> trees;
    bool unverified = false;
    bool retired = false;  ///< It has no table any more.
};

Attempt try_generation(const store::Home& home, const std::string& toolchain, std::uint64_t number,
                       const std::string& tool) {
    Attempt attempt;
    const lock::Key key = lock::Key::generation(toolchain, number);
    auto ranges = lock::LockSet::try_acquire(home.lock_file(), key, lock::Mode::shared);
    if (!ranges) {
        attempt.refused = key;
        return attempt;
    }
    const std::string table_path = home.proxy_table(toolchain, number);
    const auto text = platform::find_file_text(table_path);
    if (!text) {
        attempt.retired = true;
        return attempt;
    }
    const store::ProxyTable table = store::parse_proxy_table(*text, table_path);
    attempt.trees = trees_of(table, tool);
    for (const std::string& tree : attempt.trees) {
        lock::Key use = lock::Key::use(tree);
        if (!ranges->try_add(use, lock::Mode::shared)) {
            attempt.refused = std::move(use);
            return attempt;
        }
    }
    attempt.unverified = !table.synced && table.boot_id != platform::load_boot_id();
    attempt.ranges = std::move(ranges);
    return attempt;
}

/// A directory that rustup made has no table and is deleted whole.
Attempt try_plain(const store::Home& home, const std::string& toolchain) {
    Attempt attempt;
    const lock::Key key = lock::Key::generation(toolchain, 0);
    attempt.ranges = lock::LockSet::try_acquire(home.lock_file(), key, lock::Mode::shared);
    if (!attempt.ranges) attempt.refused = key;
    return attempt;
}

/// A generation that was given may be old: it counts only while it is whole.
bool is_whole(const store::Home& home, const Session& session,
              const std::vector<std::string>& trees) {
    const auto status =
        platform::find_status(home.generation(session.toolchain, session.generation));
    if (!status || status->kind != platform::FileKind::directory) return false;
    return std::all_of(trees.begin(), trees.end(), [&home](const std::string& tree) {
        return platform::find_status(home.tree_index(tree)).has_value();
    });
}

/// A path has a name of its own kind, which no session has.
bool is_member(const PinRequest& request) {
    return request.session && !std::holds_alternative<dist::PathName>(request.toolchain) &&
           request.session->toolchain == resolve::str(request.toolchain);
}

std::optional<std::variant<Pinned, NotPinned>> pin_session(const store::Home& home,
                                                           const Session& session,
                                                           const PinRequest& request) {
    Attempt attempt = try_generation(home, session.toolchain, session.generation, request.tool);
    if (!attempt.ranges || !is_whole(home, session, attempt.trees)) return std::nullopt;
    if (attempt.unverified && !request.verified) {
        return NotPinned{NotPinned::Why::unverified, std::nullopt};
    }
    return Pinned{home.generation(session.toolchain, session.generation), session.generation,
                  std::move(attempt.ranges)};
}

std::variant<Pinned, NotPinned> pin_current(const store::Home& home, const std::string& toolchain,
                                            const PinRequest& request) {
    Current current = store::find_current(home, toolchain);
    for (int refusals = 0;;) {
        if (current.kind == Current::Kind::linked) {
            return Pinned{home.toolchain(toolchain), std::nullopt, std::nullopt};
        }
        const bool plain = current.kind == Current::Kind::plain;
        if (!plain && current.kind != Current::Kind::generation) {
            return NotPinned{NotPinned::Why::absent, std::nullopt};
        }
        Attempt attempt = plain ? try_plain(home, toolchain)
                                : try_generation(home, toolchain, current.number, request.tool);
        const Current now = store::find_current(home, toolchain);
        if (now != current) {
            current = now;
            refusals = 0;
            continue;
        }
        if (attempt.retired) {
            throw Error(Errc::corrupt, "'" + home.proxy_table(toolchain, current.number) +
                                           "' is missing; uninstall and install the toolchain "
                                           "again");
        }
        if (!attempt.ranges) {
            if (++refusals == kMostRefusals) {
                return NotPinned{NotPinned::Why::refused, std::move(attempt.refused)};
            }
            continue;
        }
        if (attempt.unverified && !request.verified) {
            return NotPinned{NotPinned::Why::unverified, std::nullopt};
        }
        return Pinned{
            plain ? home.toolchain(toolchain) : home.generation(toolchain, current.number),
            current.number, std::move(attempt.ranges)};
    }
}

}  // namespace

std::variant<Pinned, NotPinned> try_pin(const store::Home& home, const PinRequest& request) {
    if (const auto* path = std::get_if<dist::PathName>(&request.toolchain)) {
        return Pinned{resolve::toolchain_path(home.root(), *path), std::nullopt, std::nullopt};
    }
    if (is_member(request)) {
        if (auto result = pin_session(home, *request.session, request)) return std::move(*result);
    }
    auto result = pin_current(home, resolve::str(request.toolchain), request);
    if (is_member(request) && request.session->generation == 0) {
        // A directory that rustup made may have been adopted, and changed, since the session was
        // looked for: then it is generation 0 by now.
        if (auto again = pin_session(home, *request.session, request)) return std::move(*again);
    }
    return result;
}

std::optional<Pinned> try_pin_session(const store::Home& home, const PinRequest& request) {
    if (!is_member(request)) return std::nullopt;
    auto result = pin_session(home, *request.session, request);
    if (!result || std::holds_alternative<NotPinned>(*result)) return std::nullopt;
    return std::move(std::get<Pinned>(*result));
}

}  // namespace latchkey::proxy

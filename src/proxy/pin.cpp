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
    std::optional<lock::LockSet> without_table;  ///< It has none any more, or not yet again.
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
        attempt.without_table = std::move(ranges);
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

std::optional<std::uint64_t> find_directory_inode(const std::string& path) {
    const auto status = platform::find_status(path);
    if (!status || status->kind != platform::FileKind::directory) return std::nullopt;
    return status->inode;
}

/// A generation that was given may be old: it counts only while it is whole.
bool is_whole(const store::Home& home, const Session& session, std::uint64_t number,
              const std::vector<std::string>& trees) {
    if (find_directory_inode(home.generation(session.toolchain, number)) != session.inode) {
        return false;
    }
    return std::all_of(trees.begin(), trees.end(), [&home](const std::string& tree) {
        return platform::find_status(home.tree_index(tree)).has_value();
    });
}

/// A path has a name of its own kind, which no session has.
bool is_member(const PinRequest& request) {
    return request.session && !std::holds_alternative<dist::PathName>(request.toolchain) &&
           request.session->toolchain == resolve::str(request.toolchain);
}

using Result = std::variant<Pinned, NotPinned>;

std::optional<Result> pin_number(const store::Home& home, const Session& session,
                                 std::uint64_t number, const PinRequest& request) {
    Attempt attempt = try_generation(home, session.toolchain, number, request.tool);
    if (!attempt.ranges || !is_whole(home, session, number, attempt.trees)) return std::nullopt;
    if (attempt.unverified && !request.verified) {
        return NotPinned{NotPinned::Why::unverified, std::nullopt};
    }
    return Pinned{home.generation(session.toolchain, number), session, std::move(attempt.ranges)};
}

/// Adopted since, the directory has the number that was free then.
std::optional<Result> pin_renumbered(const store::Home& home, const Session& session,
                                     const PinRequest& request) {
    for (const std::uint64_t number : store::list_numbers(home, session.toolchain).directories) {
        if (find_directory_inode(home.generation(session.toolchain, number)) == session.inode) {
            return pin_number(home, session, number, request);
        }
    }
    return std::nullopt;
}

/// What the session began with, wherever it is by now: an adoption takes it from the name to a
/// generation.
std::optional<Result> pin_session(const store::Home& home, const Session& session,
                                  const PinRequest& request) {
    Current current = store::find_current(home, session.toolchain);
    for (;;) {
        if (auto result = pin_number(home, session, session.generation, request)) return result;
        std::optional<Result> result;
        if (current == Current{Current::Kind::plain, 0, session.inode}) {
            Attempt attempt = try_plain(home, session.toolchain);
            if (attempt.ranges) {
                result =
                    Pinned{home.toolchain(session.toolchain), session, std::move(attempt.ranges)};
            }
        } else {
            result = pin_renumbered(home, session, request);
            if (result) return result;
        }
        const Current now = store::find_current(home, session.toolchain);
        if (now == current) return result;
        current = now;
    }
}

Result pin_current(const store::Home& home, const std::string& toolchain,
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
        if (attempt.without_table) {
            // A hand-back takes the numbers back, too: since the name was read first, this one may
            // have been given again. From now on, as the range is held, it cannot go.
            if (platform::find_status(home.proxy_table(toolchain, current.number))) continue;
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
        const std::string directory =
            plain ? home.toolchain(toolchain) : home.generation(toolchain, current.number);
        const std::uint64_t inode =
            plain ? current.inode : find_directory_inode(directory).value_or(0);
        return Pinned{directory, Session{toolchain, current.number, inode},
                      std::move(attempt.ranges)};
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
    return pin_current(home, resolve::str(request.toolchain), request);
}

std::optional<Pinned> try_pin_session(const store::Home& home, const PinRequest& request) {
    if (!is_member(request)) return std::nullopt;
    auto result = pin_session(home, *request.session, request);
    if (!result || std::holds_alternative<NotPinned>(*result)) return std::nullopt;
    return std::move(std::get<Pinned>(*result));
}

}  // namespace latchkey::proxy

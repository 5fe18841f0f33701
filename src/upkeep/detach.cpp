#include "latchkey/upkeep/detach.hpp"

#include <fmt/format.h>

#include <optional>

#include "inspection.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/mend.hpp"

namespace latchkey::upkeep {
namespace {

/// Which toolchain's directory has a file.
std::optional<Detached> find_owner(const store::Home& home, const std::string& path) {
    const std::size_t slash = path.rfind('/');
    const auto folder = platform::find_canonical(path.substr(0, slash) + "/");
    if (!folder) return std::nullopt;
    const std::string real = *folder + path.substr(slash);
    for (const std::string& toolchain : store::list_toolchains(home)) {
        const store::Current current = store::find_current(home, toolchain);
        if (!current.installed()) continue;
        const auto directory = platform::find_canonical(home.directory(current.place));
        if (directory && real.starts_with(*directory + "/")) {
            return Detached{toolchain, real.substr(directory->size() + 1)};
        }
    }
    return std::nullopt;
}

Detached require_owner(const store::Home& home, const std::string& path) {
    store::refuse_old_format(home);
    if (!platform::find_status(path)) throw Error(Errc::not_found, "'" + path + "' does not exist");
    auto owner = find_owner(home, path);
    if (owner) return *std::move(owner);
    throw Error(Errc::usage,
                fmt::format("'{}' is not a file of a toolchain in '{}'", path, home.root()));
}

}  // namespace

task::awaitable<Detached> detach(Means& means, std::string path) {
    auto look = [&](const OnWorker&) { return require_owner(means.home, path); };
    Detached owner = co_await task::offload(means.workers, look);
    const lock::LockSet range = co_await means.engine.lock_toolchain(owner.toolchain);
    auto job = [&](const OnWorker& on) {
        // Again: it may have moved since.
        Detached now = require_owner(means.home, path);
        if (now.toolchain != owner.toolchain) {
            throw Error(Errc::busy, "'" + path + "' was moved meanwhile; try again");
        }
        const std::string directory = store::current_directory(means.home, now.toolchain);
        now.sharers = find_sharers(means.home, now.toolchain, directory, now.path);
        now.changed = store::detach_file(on, means.home, now.toolchain, directory,
                                         directory + "/" + now.path, range);
        store::end_mending(on, means.home, now.toolchain, range);
        return now;
    };
    Detached detached = co_await task::offload(means.workers, job);
    co_return detached;
}

}  // namespace latchkey::upkeep

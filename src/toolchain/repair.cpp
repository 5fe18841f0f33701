#include "repair.hpp"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "change.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/commit.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/proxy_table.hpp"
#include "latchkey/store/tree.hpp"
#include "latchkey/task/group.hpp"
#include "snapshot.hpp"

namespace latchkey::toolchain {
namespace {

using store::Current;
using Trees = std::set<std::string>;

/// Is everything of a generation on the disk, or at least written since this boot?
bool is_sure(const store::Home& home, const std::string& toolchain, std::uint64_t number) {
    const std::string path = home.proxy_table(toolchain, number);
    const auto text = platform::find_file_text(path);
    if (!text) return false;
    try {
        const store::ProxyTable table = store::parse_proxy_table(*text, path);
        return table.synced || table.boot_id == platform::load_boot_id();
    } catch (const Error&) {
        return false;  // It did not reach the disk either.
    }
}

bool may_change(const store::Home& home) {
    try {
        return home.lock_file().open_exclusive().open();
    } catch (const Error&) {
        return false;
    }
}

task::awaitable<void> check(Services& services, std::string tree, Trees& damaged) {
    const store::Home home = services.home;
    task::Waiting waiting = services.waiting_for("the clean-up of '" + tree + "'");
    const lock::LockSet pin =
        co_await task::acquire(services.loop.workers(), home.lock_file(), lock::Key::pin(tree),
                               lock::Mode::shared, std::move(waiting));
    auto check_now = [&home, &tree](const OnWorker& on) {
        return store::check_tree(on, home, tree);
    };
    const store::Condition condition = co_await on_worker(services, check_now);
    if (condition != store::Condition::whole) damaged.insert(tree);
}

/// All of its trees at once.
task::awaitable<Trees> find_damaged(Services& services, const store::Record& record) {
    Trees damaged;
    std::vector<task::awaitable<void>> checks;
    for (const store::RecordComponent& each : record.components) {
        checks.push_back(check(services, each.tree, damaged));
    }
    co_await task::all(std::move(checks));
    co_return damaged;
}

/// Files that no component owns cannot be fetched from anywhere: the user is told, once.
task::awaitable<void> check_carried(Services& services, std::string toolchain, std::string tree) {
    const store::Home home = services.home;
    auto read = [&home, &tree](const OnWorker& on) { return store::find_damage(on, home, tree); };
    const std::vector<std::string> damaged = co_await on_worker(services, read);
    if (damaged.empty()) co_return;
    services.reporter.warn(
        fmt::format("toolchain '{}' holds files of your own that are damaged: {}", toolchain,
                    join(damaged, ", ")));
}

Goal plan_repair(const Snapshot& snapshot, const std::string& toolchain, const Trees& damaged) {
    Goal goal;
    goal.final_list = snapshot.component_list();
    for (const store::RecordComponent& each : snapshot.components) {
        if (!damaged.contains(each.tree)) continue;
        if (!snapshot.manifest()) {
            throw Error(Errc::corrupt, "Missing manifest in toolchain '" + toolchain + "'");
        }
        goal.install.push_back(each.component);
        goal.lines.push_back(
            {true, fmt::format("component {} of toolchain '{}' is damaged and will be replaced",
                               snapshot.manifest()->display_name(each.component), toolchain)});
    }
    goal.unchanged = goal.install.empty();
    return goal;
}

/// One toolchain. Somebody else may have repaired it by the time that we come to it.
task::awaitable<void> repair(Services& services, std::string toolchain, Trees damaged) {
    Planner planner = [&](const Snapshot& snapshot) {
        return plan_repair(snapshot, toolchain, damaged);
    };
    ManifestOf manifest_of = installed_manifest_of;
    try {
        co_await make_change(services, toolchain, std::move(manifest_of), std::move(planner));
    } catch (const Error& e) {
        throw e.in(fmt::format(
            "could not repair toolchain '{0}'\nhelp: try again when the release server can be "
            "reached, or run `rustup toolchain uninstall {0}` and install it anew",
            toolchain));
    }
}

/// Without reading the tree.
bool is_marked(const store::Home& home, const std::string& tree) {
    try {
        const auto header = store::find_tree(home, tree);
        return header && header->damaged;
    } catch (const Error& e) {
        if (e.code() != Errc::corrupt) throw;
        return true;
    }
}

/// The toolchains that name trees that are marked as damaged.
std::vector<std::string> find_patients(const OnWorker& on, const store::Home& home) {
    std::vector<std::string> patients;
    for (const std::string& toolchain : store::generation_folders(home)) {
        on.check();
        const Current current = store::find_current(home, toolchain);
        if (current.kind != Current::Kind::generation) continue;
        try {
            const store::Record record = load_record(home, toolchain, current.number);
            for (const store::RecordComponent& each : record.components) {
                if (!is_marked(home, each.tree)) continue;
                patients.push_back(toolchain);
                break;
            }
        } catch (const Error&) {
            // Its own next change says what is wrong with it.
        }
    }
    return patients;
}

/// The damaged trees of a toolchain's current generation. None: if it was not known to be on the
/// disk, it is now.
task::awaitable<Trees> examine(Services& services, std::string toolchain) {
    const store::Home home = services.home;
    const Reading reading = co_await read_current(services, toolchain);
    if (reading.current.kind != Current::Kind::generation) co_return Trees();
    const std::uint64_t number = reading.current.number;
    bool sure = true;
    bool able = true;
    auto look = [&](const OnWorker&) {
        sure = is_sure(home, toolchain, number);
        able = may_change(home);
        return load_record(home, toolchain, number);
    };
    const store::Record record = co_await on_worker(services, look);
    if (!able) co_return Trees();
    if (!sure) {
        services.reporter.info("verifying toolchain '" + toolchain +
                               "', as the machine was restarted soon after it was changed");
    }
    Trees damaged = co_await find_damaged(services, record);
    if (!sure && record.carried) co_await check_carried(services, toolchain, *record.carried);
    if (!sure && damaged.empty()) {
        // A tree of this boot counts as whole without a look, and may not be on the disk yet.
        auto sync = [&](const OnWorker&) {
            const store::SyncMark mark(home, toolchain, number);
            if (platform::sync_file_system(home.latchkey())) mark.set();
        };
        co_await on_worker(services, sync);
    }
    co_return damaged;
}

}  // namespace

task::awaitable<void> make_whole(Services& services, std::string toolchain) {
    Trees damaged = co_await examine(services, toolchain);
    if (damaged.empty()) co_return;
    services.damage_met = true;
    co_await repair(services, toolchain, std::move(damaged));
    co_await repair_others(services);
    co_await clean_up(services, toolchain);
}

task::awaitable<void> repair_others(Services& services) {
    const store::Home home = services.home;
    auto find = [&home](const OnWorker& on) { return find_patients(on, home); };
    const std::vector<std::string> patients = co_await on_worker(services, find);
    services.damage_met = false;
    for (const std::string& patient : patients) {
        try {
            // Its new generation counts as written in this boot: so all of it has to be read.
            Trees damaged = co_await examine(services, patient);
            co_await repair(services, patient, std::move(damaged));
        } catch (const Error& e) {
            services.reporter.warn(e.what());
        }
    }
}

}  // namespace latchkey::toolchain

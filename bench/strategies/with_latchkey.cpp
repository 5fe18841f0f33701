#include "with_latchkey.hpp"

#include <algorithm>

#include "latchkey/base/error.hpp"
#include "latchkey/base/hash.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/collect.hpp"
#include "latchkey/store/commit.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/tree.hpp"

namespace latchkey::strategies {
namespace {

const std::string kToolchain = "demo";

std::string tree_of(const std::string& component, std::uint64_t version) {
    return component + "." + std::to_string(version);
}

/// What is kept of a tree, from the files that were unpacked.
store::TreeIndex index_of(const std::string& folder, const std::string& component,
                          std::uint64_t version) {
    store::TreeIndex index;
    index.header.component.pkg = component;
    index.header.version = std::to_string(version);
    index.header.encoding = "xz";
    index.header.hash = std::string(64, 'a');  // There is no archive.
    index.header.parts.push_back({component, {}});
    for (int number = 0; number < kFilesOfComponent; ++number) {
        const std::string path = file_path(component, number);
        const std::string text = platform::load_file(folder + "/" + path);
        Xxh3 hash;
        hash.update(as_bytes(text));
        const auto status = platform::find_status(folder + "/" + path);
        index.files.push_back({path, status->permissions, text.size(), hash.finish(),
                               status->mtime_seconds, status->mtime_nanoseconds});
        const std::string parent = path.substr(0, path.rfind('/'));
        if (std::ranges::find(index.directories, parent) == index.directories.end()) {
            index.directories.push_back(parent);
        }
        index.header.parts.front().payload.push_back({dist::PayloadLine::Kind::file, path});
    }
    return index;
}

/// How many changes there were: the last one's record says so in place of a command line. The history
/// may have it a moment later than the state.
std::uint64_t count_changes(const store::Current& current) {
    if (!current.state || !current.state->record) return 0;
    return parse_number(current.state->record->command).value_or(0);
}

/// Holds what the tool runs on. Each of these tools reads every component, so each asks for as much
/// as cargo does.
proxy::Pinned pin(const store::Home& home, std::optional<proxy::Session> session) {
    const proxy::PinRequest request{dist::parse_custom_name(kToolchain), "cargo",
                                    std::move(session), false};
    auto pinned = proxy::try_pin(home, request);
    if (auto* held = std::get_if<proxy::Pinned>(&pinned)) return std::move(*held);
    throw Error(Errc::not_found, "the toolchain cannot be held");
}

}  // namespace

std::string WithLatchkey::begin_read(const std::string& tool, platform::Environment& environment) {
    std::optional<proxy::Session> session = proxy::find_session(environment);
    if (session && !proxy::obeys(tool, *session)) session.reset();
    if (session) session->whole = true;  // Each of these asks for as much as cargo does.
    proxy::Pinned pinned = pin(home_, std::move(session));
    if (pinned.session) pinned.session->whole = false;
    if (pinned.session) proxy::set_session(environment, *pinned.session);
    if (pinned.ranges && pinned.ranges->descriptor() >= 0) {
        (void)platform::copy_over_exec(pinned.ranges->descriptor()).release();
    }
    return pinned.directory;
}

void WithLatchkey::change(const Change& change) {
    store::Junk junk(home_, kToolchain);
    {
        Supplies supplies;  // Over all plans, and gone before the clean-up.
        while (!try_change(change, supplies, junk)) {
        }
    }
    const OnWorker on = PermitMint::worker();
    junk.remove(on);
    store::clean_up(on, home_, {});
}

lock::LockSet WithLatchkey::acquire(const lock::Key& key, lock::Mode mode) const {
    if (auto free = lock::LockSet::try_acquire(home_.lock_file(), key, mode)) {
        return std::move(*free);
    }
    const Wait wait(scene_.journal, Role::writer);
    return lock::LockSet::acquire(PermitMint::wait_thread(), home_.lock_file(), key, mode);
}

/// Makes a component to be had, and keeps it so for as long as `supplies` lives.
store::Supply WithLatchkey::materialise(const std::string& component, std::uint64_t version,
                                        Supplies& supplies) const {
    const OnWorker on = PermitMint::worker();
    const std::string tree = tree_of(component, version);
    supplies.ranges.push_back(acquire(lock::Key::pin(tree), lock::Mode::shared));
    const auto look = [&]() -> std::optional<store::Supply> {
        if (!store::find_tree(home_, tree)) return std::nullopt;
        if (auto held = store::find_supply(home_, tree, supplies.spoiled)) {
            supplies.ranges.push_back(std::move(held->ranges));
            return held->supply;
        }
        if (!store::has_arrived(home_, tree)) return std::nullopt;
        return store::Supply{tree, std::nullopt};
    };
    if (auto found = look()) return *found;
    const lock::LockSet range = acquire(lock::Key::unpack(tree), lock::Mode::exclusive);
    if (auto found = look()) return *found;
    const dist::Component named{component, std::nullopt};
    const std::string folder = store::prepare_unpacking(on, home_, tree, named, range) + "/tree";
    unpack(*scene_.pace, folder, component, version);
    store::publish_tree(on, home_, tree, index_of(folder, component, version), range);
    return {tree, std::nullopt};
}

/// Returns: false where somebody else has committed since it was planned.
bool WithLatchkey::try_change(const Change& change, Supplies& supplies, store::Junk& junk) const {
    const store::Current current = store::examine_current(home_, kToolchain);
    std::optional<Listed> installed;
    if (current.installed()) {
        installed = find_listed(home_.directory(current.place));
        if (installed) installed->generation = count_changes(current);
        if (store::examine_current(home_, kToolchain).version != current.version) return false;
    }
    const Plan plan = make_plan(change, installed);
    store::Wanted wanted;
    for (const std::string& component : plan.result.components) {
        store::WantedComponent each{{component, std::nullopt, false}, std::nullopt};
        if (std::ranges::find(plan.unpack, component) != plan.unpack.end()) {
            each.supply = materialise(component, plan.result.version, supplies);
        }
        wanted.components.push_back(std::move(each));
    }
    // What only adds is done in place, and the manifest stays.
    if (!installed || installed->version != plan.result.version) {
        wanted.manifest = std::make_shared<std::string>(version_text(plan.result));
    }
    wanted.command = std::to_string(plan.result.generation);
    const lock::LockSet range = acquire(lock::Key::toolchain(kToolchain), lock::Mode::exclusive);
    const store::Committed committed = store::commit(PermitMint::worker(), home_, kToolchain,
                                                     current.version, wanted, junk, range);
    if (committed.spoiled) supplies.spoiled.insert(committed.spoiled->name());
    return committed.end == store::Committed::End::done;
}

}  // namespace latchkey::strategies

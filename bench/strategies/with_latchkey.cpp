#include "with_latchkey.hpp"

#include "latchkey/base/error.hpp"
#include "latchkey/base/hash.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/collect.hpp"
#include "latchkey/store/commit.hpp"
#include "latchkey/store/tree.hpp"

namespace latchkey::strategies {
namespace {

const std::string kToolchain = "demo";

std::string tree_of(const std::string& component, std::uint64_t version) {
    return component + "." + std::to_string(version);
}

/// What the store keeps of a tree, from the files that were unpacked.
store::TreeIndex index_of(const std::string& folder, const std::string& component,
                          std::uint64_t version) {
    store::TreeIndex index;
    index.header.component.pkg = component;
    index.header.version = std::to_string(version);
    index.header.encoding = "xz";
    index.header.hash = std::string(64, 'a');  // There is no archive.
    for (int number = 0; number < kFilesOfComponent; ++number) {
        const std::string path = file_path(component, number);
        const std::string text = platform::load_file(folder + "/" + path);
        Xxh3 hash;
        hash.update(as_bytes(text));
        index.files.push_back({path, 0644, text.size(), hash.finish()});
        index.header.payload.push_back({dist::PayloadLine::Kind::file, path});
    }
    return index;
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
    std::optional<proxy::Session> session;
    if (proxy::obeys_session(tool)) session = proxy::find_session(environment);
    proxy::Pinned pinned = pin(home_, std::move(session));
    if (pinned.session) proxy::set_session(environment, *pinned.session);
    if (pinned.ranges && pinned.ranges->descriptor() >= 0) {
        (void)platform::copy_over_exec(pinned.ranges->descriptor()).release();
    }
    return pinned.directory;
}

void WithLatchkey::change(const Change& change) {
    {
        std::vector<lock::LockSet> pins;  // Over all plans, and gone before the clean-up.
        while (!try_change(change, pins)) {
        }
    }
    clean_up();
}

lock::LockSet WithLatchkey::acquire(const lock::Key& key, lock::Mode mode) const {
    if (auto free = lock::LockSet::try_acquire(home_.lock_file(), key, mode)) {
        return std::move(*free);
    }
    const Wait wait(scene_.journal, Role::writer);
    return lock::LockSet::acquire(PermitMint::wait_thread(), home_.lock_file(), key, mode);
}

/// Returns: the pin. The component is in the store for as long as that is held.
lock::LockSet WithLatchkey::materialise(const std::string& component, std::uint64_t version) const {
    const OnWorker on = PermitMint::worker();
    const std::string tree = tree_of(component, version);
    lock::LockSet pinned = acquire(lock::Key::pin(tree), lock::Mode::shared);
    if (store::find_tree(home_, tree)) return pinned;
    const lock::LockSet range = acquire(lock::Key::unpack(tree), lock::Mode::exclusive);
    if (store::find_tree(home_, tree)) return pinned;
    const dist::Component named{component, std::nullopt};
    const std::string folder = store::prepare_unpacking(on, home_, tree, named, range) + "/tree";
    unpack(*scene_.pace, folder, component, version);
    store::publish_tree(on, home_, tree, index_of(folder, component, version), range);
    return pinned;
}

/// Returns: false where somebody else has committed since it was planned.
bool WithLatchkey::try_change(const Change& change, std::vector<lock::LockSet>& pins) const {
    const store::Current current = store::find_current(home_, kToolchain);
    std::optional<Listed> installed;
    if (current.kind == store::Current::Kind::generation) {
        // A reader like any other, so that what it reads is one generation.
        const proxy::Pinned held = pin(home_, std::nullopt);
        if (!held.session || held.session->generation != current.number) return false;
        installed = find_listed(held.directory);
    }
    const Plan plan = make_plan(change, installed);
    for (const std::string& component : plan.unpack) {
        pins.push_back(materialise(component, plan.result.version));
    }
    store::NewGeneration generation;
    for (const std::string& component : plan.result.components) {
        generation.components.push_back(
            {{component, std::nullopt, false}, tree_of(component, plan.result.version)});
    }
    generation.channel_manifest = std::make_shared<std::string>(version_text(plan.result));
    generation.command = "bench";
    const lock::LockSet range = acquire(lock::Key::toolchain(kToolchain), lock::Mode::exclusive);
    return store::commit(PermitMint::worker(), home_, kToolchain, current, generation, range)
        .has_value();
}

void WithLatchkey::clean_up() const {
    const OnWorker on = PermitMint::worker();
    store::retire(on, home_, kToolchain);
    store::sweep(on, home_);
    store::collect(on, home_);
}

}  // namespace latchkey::strategies

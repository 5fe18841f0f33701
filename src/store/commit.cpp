#include "latchkey/store/commit.hpp"

#include <cassert>

#include "latchkey/base/text.hpp"
#include "latchkey/dist/installed_config.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/compose.hpp"
#include "latchkey/store/proxy_table.hpp"
#include "latchkey/store/tree.hpp"
#include "staged_file.hpp"

namespace latchkey::store {
namespace {

#ifndef LATCHKEY_FORGETFUL
constexpr bool kLooksAgain = true;
#else
// For programs that tests compare with: they must notice what is lost without another look.
constexpr bool kLooksAgain = false;
#endif

constexpr const char* kRustlib = "/lib/rustlib/";

/// The folder in which a commit works, emptied of what a killed one left.
std::string fresh_staging(const OnWorker& on, const Home& home, const std::string& toolchain) {
    const std::string staging = home.staging(lock::Key::toolchain(toolchain));
    platform::remove_tree(on, staging);
    platform::make_directories(staging);
    return staging;
}

Record new_record(const Home& home, const std::string& toolchain, Record::State state,
                  const Current& parent, const std::string& command) {
    Record record;
    record.number = next_number(home, toolchain);
    record.state = state;
    if (parent.kind == Current::Kind::generation) record.parent = parent.number;
    record.when = platform::format_now();
    record.command = command;
    record.boot_id = platform::load_boot_id();
    return record;
}

/// rustup's files, so that rustup itself can read the toolchain. Those that `last`, a generation's
/// directory, has already are linked; gives the others' names in `lib/rustlib`.
std::vector<std::string> write_metadata(const Home& home, const NewGeneration& generation,
                                        const std::string& folder,
                                        const std::optional<std::string>& last) {
    const std::string rustlib = folder + kRustlib;
    platform::make_directories(rustlib);
    std::vector<std::string> written;
    const auto save = [&](const std::string& name, std::string_view text) {
        const std::string known = last ? *last + kRustlib + name : std::string();
        if (last && platform::has_content(known, text) && platform::add_name(known, rustlib + name))
            return;
        platform::save_file(rustlib + name, text);
        written.push_back(name);
    };
    std::vector<std::string> names;
    dist::InstalledConfig config;
    for (const RecordComponent& component : generation.components) {
        const std::string name = component.component.full_name();
        const auto header = find_tree(home, component.tree);
        if (!header) throw Error(Errc::bug, "tree '" + component.tree + "' is not in the store");
        save("manifest-" + name, dist::serialise_payload_manifest(header->payload));
        names.push_back(name);
        config.components.push_back(component.component);
    }
    save("components", dist::serialise_installed_components(names));
    save("rust-installer-version", std::string(dist::kInstallerVersion));
    if (generation.channel_manifest) {
        save("multirust-channel-manifest.toml", *generation.channel_manifest);
        save("multirust-config.toml", dist::serialise(config));
    }
    return written;
}

/// Before the name leads there: trees can be fetched again, but what a generation is made of is
/// written nowhere else.
void sync_generation(const Home& home, const std::string& toolchain, std::uint64_t number,
                     const std::vector<std::string>& metadata) {
    std::vector<std::string> paths{home.record(toolchain, number),
                                   home.proxy_table(toolchain, number)};
    for (const std::string& name : metadata) {
        paths.push_back(home.generation(toolchain, number) + kRustlib + name);
    }
    platform::sync_files(paths);
}

void switch_name(const Home& home, const std::string& toolchain, std::uint64_t number,
                 const std::string& staging) {
    platform::make_directories(home.toolchains());
    platform::replace_link(Home::name_target(toolchain, number), home.toolchain(toolchain),
                           staging + "/name");
}

/// And no link to one.
bool is_real_directory(const std::string& path) {
    const auto status = platform::find_status(path);
    return status && status->kind == platform::FileKind::directory;
}

/// A directory that rustup made, on which a build may run: then it is adopted first, and goes on as
/// a generation of which the name knows no more.
bool remove_plain(const OnWorker& on, const Home& home, const std::string& toolchain,
                  const std::string& command, const lock::LockSet& toolchain_lock) {
    auto unused = lock::LockSet::try_acquire(home.lock_file(), lock::Key::generation(toolchain, 0),
                                             lock::Mode::exclusive);
    if (!unused) {
        adopt(on, home, toolchain, {}, std::nullopt, command, toolchain_lock);
        return commit_removal(on, home, toolchain, find_current(home, toolchain), command,
                              toolchain_lock);
    }
    const std::string staging = fresh_staging(on, home, toolchain);
    platform::rename_path(home.toolchain(toolchain), staging + "/plain");
    unused.reset();  // Whoever comes now finds no name.
    platform::remove_tree(on, staging);
    return true;
}

}  // namespace

std::optional<std::uint64_t> commit(const OnWorker& on, const Home& home,
                                    const std::string& toolchain, const Current& expected,
                                    const NewGeneration& generation,
                                    [[maybe_unused]] const lock::LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(lock::Key::toolchain(toolchain), lock::Mode::exclusive));
    if (kLooksAgain && find_current(home, toolchain) != expected) return std::nullopt;
    const std::string staging = fresh_staging(on, home, toolchain);
    platform::make_directories(home.generations(toolchain));

    Record record =
        new_record(home, toolchain, Record::State::installed, expected, generation.command);
    record.manifest_hash = generation.manifest_hash;
    record.components = generation.components;
    record.carried = generation.carried;
    const std::uint64_t number = record.number;
    save_staged(staging, home.record(toolchain, number), serialise(record));

    const std::string draft = staging + "/generation";
    platform::make_directory(draft);
    compose(on, home, generation.components, generation.carried, draft);
    std::optional<std::string> last;
    if (generation.resembles_last) last = home.generation(toolchain, expected.number);
    const std::vector<std::string> metadata = write_metadata(home, generation, draft, last);
    save_staged(staging, home.proxy_table(toolchain, number), serialise(make_proxy_table(record)));
    platform::rename_path(draft, home.generation(toolchain, number));
    sync_generation(home, toolchain, number, metadata);

    switch_name(home, toolchain, number, staging);
    if (generation.update_hash) {
        platform::make_directories(home.root() + "/update-hashes");
        save_staged(staging, home.update_hash(toolchain), *generation.update_hash);
    }
    platform::remove_tree(on, staging);
    return number;
}

bool commit_removal(const OnWorker& on, const Home& home, const std::string& toolchain,
                    const Current& expected, const std::string& command,
                    [[maybe_unused]] const lock::LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(lock::Key::toolchain(toolchain), lock::Mode::exclusive));
    if (find_current(home, toolchain) != expected) return false;
    platform::remove_file(home.update_hash(toolchain));
    if (expected.kind == Current::Kind::linked) {
        platform::remove_file(home.toolchain(toolchain));
        return true;
    }
    if (expected.kind == Current::Kind::plain)
        return remove_plain(on, home, toolchain, command, toolchain_lock);
    const std::string staging = fresh_staging(on, home, toolchain);
    if (expected.kind == Current::Kind::generation) {
        platform::make_directories(home.generations(toolchain));
        const Record record =
            new_record(home, toolchain, Record::State::removed, expected, command);
        save_staged_durably(staging, home.record(toolchain, record.number), serialise(record));
        platform::remove_file(home.toolchain(toolchain));
    }
    platform::remove_tree(on, staging);
    return true;
}

SyncMark::SyncMark(Home home, std::string toolchain, std::uint64_t number)
    : home_(std::move(home)),
      toolchain_(std::move(toolchain)),
      number_(number),
      record_(find_record(home_, toolchain_, number)) {
    if (!record_) return;
    ProxyTable table = make_proxy_table(*record_);
    table.synced = true;
    table_ = serialise(table);
    file_ = platform::make_nameless_file(home_.latchkey(), 0666);
    if (file_) platform::write_all(*file_, as_bytes(table_), home_.proxy_table(toolchain_, number));
}

/// False: a tree is busy, or the name has moved.
bool SyncMark::mark_trees() const {
    const Current synced{Current::Kind::generation, number_};
    for (const std::string& tree : record_->trees()) {
        auto header = find_tree(home_, tree);
        if (header && header->synced) continue;
        const auto unpack = lock::LockSet::try_acquire(home_.lock_file(), lock::Key::unpack(tree),
                                                       lock::Mode::exclusive);
        if (!unpack) return false;
        // While the name stands, what it names is not deleted: so this is the tree that was synced,
        // and not a later one of its name.
        if (find_current(home_, toolchain_) != synced) return false;
        header = find_tree(home_, tree);
        if (!header) return false;
        if (!header->synced) mark_tree(home_, tree, true, header->damaged, *unpack);
    }
    return true;
}

void SyncMark::set() const {
    if (!record_ || !mark_trees()) return;
    const Current synced{Current::Kind::generation, number_};
    const auto range = lock::LockSet::try_acquire(
        home_.lock_file(), lock::Key::toolchain(toolchain_), lock::Mode::exclusive);
    if (!range || find_current(home_, toolchain_) != synced) return;
    const std::string staging = home_.staging(lock::Key::toolchain(toolchain_));
    const std::string path = home_.proxy_table(toolchain_, number_);
    if (!file_ || !name_staged(staging, path, *file_)) save_staged_durably(staging, path, table_);
    platform::remove_empty_directory(staging);
}

bool adopt(const OnWorker& on, const Home& home, const std::string& toolchain,
           const std::vector<RecordComponent>& components,
           const std::optional<std::string>& carried, const std::string& command,
           [[maybe_unused]] const lock::LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(lock::Key::toolchain(toolchain), lock::Mode::exclusive));
    const Current current = find_current(home, toolchain);
    if (current.kind != Current::Kind::plain) return false;
    const std::string staging = fresh_staging(on, home, toolchain);
    platform::make_directories(home.generations(toolchain));

    Record record = new_record(home, toolchain, Record::State::adopted, current, command);
    // Generation 0, unless the name has a past: numbers never come again.
    if (record.number == 1 && !is_real_directory(home.generation(toolchain, 0))) record.number = 0;
    record.components = components;
    record.carried = carried;
    save_staged(staging, home.record(toolchain, record.number), serialise(record));
    save_staged(staging, home.proxy_table(toolchain, record.number),
                serialise(make_proxy_table(record)));
    sync_generation(home, toolchain, record.number, {});

    const std::string place = home.generation(toolchain, record.number);
    platform::remove_file(place);  // The link of an adoption that was killed.
    platform::make_link(Home::name_target(toolchain, record.number), place);
    if (!platform::exchange_paths(place, home.toolchain(toolchain))) {
        // This file system cannot exchange two names: for a moment there is none.
        platform::remove_file(place);
        platform::rename_path(home.toolchain(toolchain), place);
        switch_name(home, toolchain, record.number, staging);
    }
    platform::remove_tree(on, staging);
    return true;
}

}  // namespace latchkey::store

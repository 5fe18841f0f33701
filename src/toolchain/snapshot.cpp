#include "snapshot.hpp"

#include <algorithm>
#include <cassert>
#include <set>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/installed_config.hpp"
#include "latchkey/dist/server.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/tree.hpp"

namespace latchkey::toolchain {
namespace {

using store::Current;

void check_installer_version(const std::string& rustlib) {
    const auto text = platform::find_file_text(rustlib + "/rust-installer-version");
    if (text && trim(*text) != dist::kInstallerVersion) {
        throw Error(Errc::unsupported, "unsupported metadata version in existing installation: " +
                                           std::string(trim(*text)));
    }
}

/// Empty also where the index is damaged: that is for make_whole() to find and mend.
std::optional<store::TreeHeader> find_readable_tree(const store::Home& home,
                                                    const std::string& tree) {
    try {
        return store::find_tree(home, tree);
    } catch (const Error& e) {
        if (e.code() != Errc::corrupt) throw;
        return std::nullopt;
    }
}

/// Whether a tree is what the directory's own manifest lists. Another program that updates a
/// component in place leaves its name and changes the manifest.
bool is_of_manifest(const store::Home& home, const dist::Manifest* manifest,
                    const store::RecordComponent& known) {
    const dist::PackageTarget* const package = manifest ? manifest->find(known.component) : nullptr;
    const auto header = find_readable_tree(home, known.tree);
    if (package == nullptr || package->sources.empty() || !header) return true;
    if (!header->hash.empty()) return store::vouches(package->sources, *header);
    // Adopted, so there is no hash.
    return header->version.empty() ||
           header->version == manifest->packages.at(known.component.pkg).version;
}

/// The components that the directory says it has, each with the tree that the record knows for it.
void match_components(Snapshot& snapshot, const store::Home& home, const store::Record* record,
                      const std::vector<dist::Component>& configured) {
    for (const dist::Component& component : configured) {
        std::string tree;
        if (record != nullptr) {
            const auto known = std::find_if(record->components.begin(), record->components.end(),
                                            [&component](const store::RecordComponent& each) {
                                                return each.component == component;
                                            });
            if (known != record->components.end() &&
                is_of_manifest(home, snapshot.manifest(), *known)) {
                tree = known->tree;
            }
        }
        if (tree.empty()) snapshot.changed_by_others = true;
        snapshot.components.push_back({component, tree});
    }
    if (record != nullptr && record->components.size() != configured.size()) {
        snapshot.changed_by_others = true;
    }
}

/// `known` where the text is the same: most commands read a toolchain twice, and the parser takes
/// longer than the rest.
std::shared_ptr<const InstalledManifest> find_manifest(
    const std::string& path, std::shared_ptr<const InstalledManifest> known) {
    auto text = platform::find_file_text(path);
    if (!text) return nullptr;
    if (known && known->text == *text) return known;
    auto manifest = std::make_shared<InstalledManifest>();
    manifest->text = *std::move(text);
    try {
        manifest->parsed = dist::parse_manifest(manifest->text, path);
    } catch (const Error&) {
        // As rustup: a manifest that cannot be read counts as none; an update writes it anew.
    }
    return manifest;
}

void read_directory(Snapshot& snapshot, const store::Home& home, const std::string& toolchain,
                    std::shared_ptr<const InstalledManifest> known) {
    const std::string rustlib = snapshot.directory + "/lib/rustlib";
    check_installer_version(rustlib);
    const auto names = platform::find_file_text(rustlib + "/components");
    snapshot.anything_installed = names && !dist::parse_installed_components(*names).empty();

    const std::string config_path = rustlib + "/multirust-config.toml";
    std::vector<dist::Component> configured;
    if (const auto config = platform::find_file_text(config_path)) {
        snapshot.has_config = true;
        configured = dist::parse_installed_config(*config, config_path).components;
    }
    std::optional<store::Record> record;
    if (snapshot.current.kind == Current::Kind::generation) {
        record = load_record(home, toolchain, snapshot.current.number);
        snapshot.carried = record->carried;
        snapshot.manifest_hash = record->manifest_hash;
    }
    snapshot.installed_manifest =
        find_manifest(rustlib + "/multirust-channel-manifest.toml", std::move(known));
    match_components(snapshot, home, record ? &*record : nullptr, configured);
    if (snapshot.changed_by_others) snapshot.manifest_hash.clear();  // It may have another by now.
    snapshot.is_ours =
        record && record->state == store::Record::State::installed && !snapshot.changed_by_others;
}

}  // namespace

store::Record load_record(const store::Home& home, const std::string& toolchain,
                          std::uint64_t number) {
    try {
        const auto record = store::find_record(home, toolchain, number);
        if (record) return *record;
    } catch (const Error& e) {
        if (e.code() != Errc::corrupt) throw;
        throw e.in("could not read toolchain '" + toolchain +
                   "'; uninstall and install the toolchain again");
    }
    throw Error(Errc::corrupt, "'" + home.record(toolchain, number) +
                                   "' is missing; uninstall and install the toolchain again");
}

std::vector<dist::Component> Snapshot::component_list() const {
    std::vector<dist::Component> list;
    for (const store::RecordComponent& each : components) list.push_back(each.component);
    return list;
}

std::optional<std::string> find_update_hash(const store::Home& home, const std::string& toolchain,
                                            const Snapshot& snapshot) {
    std::optional<std::string> hash = platform::find_file_text(home.update_hash(toolchain));
    // What rustup made has no manifest hash of ours, and its update hash is its own.
    const std::string& manifest_hash = snapshot.manifest_hash;
    if (!manifest_hash.empty() && hash != dist::update_hash(manifest_hash)) return std::nullopt;
    return hash;
}

task::awaitable<Reading> read_current(Services& services, std::string toolchain) {
    const store::Home home = services.home;
    auto look = [home, toolchain](const OnWorker&) { return store::find_current(home, toolchain); };
    for (;;) {
        Reading reading;
        reading.current = co_await on_worker(services, look);
        const Current::Kind kind = reading.current.kind;
        if (kind == Current::Kind::linked) reading.directory = home.toolchain(toolchain);
        if (kind != Current::Kind::generation && kind != Current::Kind::plain) co_return reading;
        const std::uint64_t number = reading.current.number;
        task::Waiting waiting = services.waiting_for("the clean-up of " + toolchain);
        reading.reader = co_await task::acquire(services.loop.workers(), home.lock_file(),
                                                lock::Key::generation(toolchain, number),
                                                lock::Mode::shared, std::move(waiting));
        const Current now = co_await on_worker(services, look);
        if (now != reading.current) continue;  // Somebody has committed: that one is newer.
        reading.directory = kind == Current::Kind::plain ? home.toolchain(toolchain)
                                                         : home.generation(toolchain, number);
        co_return reading;
    }
}

task::awaitable<Snapshot> load_snapshot(Services& services, std::string toolchain) {
    Reading reading = co_await read_current(services, toolchain);
    Snapshot snapshot;
    snapshot.current = reading.current;
    snapshot.reader = std::move(reading.reader);
    snapshot.directory = std::move(reading.directory);
    if (snapshot.installed()) {
        const store::Home home = services.home;
        auto read = [home, toolchain, &snapshot, known = services.last_manifest](const OnWorker&) {
            read_directory(snapshot, home, toolchain, known);
        };
        co_await on_worker(services, read);
        services.last_manifest = snapshot.installed_manifest;
    }
    co_return snapshot;
}

std::optional<Snapshot> load_snapshot_again(const store::Home& home, const std::string& toolchain,
                                            std::shared_ptr<const InstalledManifest> known,
                                            [[maybe_unused]] const lock::LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(lock::Key::toolchain(toolchain), lock::Mode::exclusive));
    Snapshot snapshot;
    snapshot.current = store::find_current(home, toolchain);
    if (snapshot.current.kind != Current::Kind::generation) return std::nullopt;
    const std::uint64_t number = snapshot.current.number;
    snapshot.reader = lock::LockSet::try_acquire(
        home.lock_file(), lock::Key::generation(toolchain, number), lock::Mode::shared);
    if (!snapshot.reader) return std::nullopt;
    snapshot.directory = home.generation(toolchain, number);
    read_directory(snapshot, home, toolchain, std::move(known));
    return snapshot;
}

}  // namespace latchkey::toolchain

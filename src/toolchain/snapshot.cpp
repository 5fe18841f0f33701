#include "snapshot.hpp"

#include <algorithm>
#include <functional>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/installed_config.hpp"
#include "latchkey/dist/manifest_list.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/loaded.hpp"

namespace latchkey::toolchain {
namespace {

using store::Current;

void check_installer_version(const std::string& directory) {
    const auto text = platform::find_file_text(dist::note_path(directory, dist::kVersionNote));
    if (text && trim(*text) != dist::kInstallerVersion) {
        throw Error(Errc::unsupported, "unsupported metadata version in existing installation: " +
                                           std::string(trim(*text)));
    }
}

/// What a manifest's text and path are given to.
using Parse = std::function<dist::Manifest(std::string_view, const std::string&)>;

/// `known` where the text is the same: most commands read a toolchain twice, and the parser takes
/// longer than the rest.
KnownManifest find_manifest(const std::string& path, KnownManifest known, const Parse& parse) {
    std::optional<std::string> text;
    try {
        text = platform::find_file_text(path);
    } catch (const Error&) {
        return nullptr;  // As rustup: what cannot be read counts as none.
    }
    if (!text) return nullptr;
    if (known && known->text == *text) return known;
    auto manifest = std::make_shared<InstalledManifest>();
    manifest->text = *std::move(text);
    try {
        manifest->parsed = parse(manifest->text, path);
    } catch (const Error&) {
        // As rustup: a manifest that cannot be read counts as none; an update writes it anew.
    }
    return manifest;
}

bool has_compiler(const Snapshot& snapshot) {
    const bool listed = std::ranges::any_of(
        snapshot.components, [](const auto& each) { return each.component.pkg == "rustc"; });
    if (!listed && !snapshot.combined) return true;
    const auto status = platform::find_target_status(snapshot.directory + "/bin/rustc");
    return status && status->kind == platform::FileKind::regular && status->size_bytes > 0 &&
           (status->permissions & 0111) != 0;
}

/// The state knows the manifest by its size and time, so one of ours has been parsed before.
Parse parse_for(const Snapshot& snapshot, const std::string& toolchain, Question question) {
    const auto name = dist::ToolchainName::parse(toolchain);
    if (snapshot.current.kind != Current::Kind::ours || !name) return dist::parse_manifest;
    const std::string target = name->target();
    if (question == Question::components) {
        return std::bind_front(dist::parse_manifest_for, target);
    }
    if (question == Question::list) return std::bind_front(dist::parse_manifest_to_list, target);
    return dist::parse_manifest;
}

void read_directory(Snapshot& snapshot, KnownManifest known, const Parse& parse) {
    snapshot.has_files = !platform::find_entries(snapshot.directory).empty();
    check_installer_version(snapshot.directory);
    const auto names =
        platform::find_file_text(dist::note_path(snapshot.directory, dist::kComponentsNote));
    snapshot.anything_installed = names && !dist::parse_installed_components(*names).empty();
    const std::string config_path = dist::note_path(snapshot.directory, dist::kConfigNote);
    std::vector<dist::Component> configured;
    if (const auto config = platform::find_file_text(config_path)) {
        snapshot.has_config = true;
        configured = dist::parse_installed_config(*config, config_path).components;
    }
    if (const store::State* const state = snapshot.current.description()) {
        snapshot.components = state->installed();
        snapshot.manifest_hash = state->manifest_hash;
    } else {
        for (const dist::Component& component : configured) {
            snapshot.components.push_back({component, "", store::Standing::listed});
        }
        snapshot.changed_by_others =
            snapshot.current.kind == Current::Kind::plain && snapshot.current.state.has_value();
    }
    snapshot.installed_manifest = find_manifest(
        dist::note_path(snapshot.directory, dist::kManifestNote), std::move(known), parse);
    snapshot.combined = !snapshot.installed_manifest && store::is_combined(snapshot.directory);
    const bool described =
        snapshot.combined || (snapshot.has_config && snapshot.manifest() != nullptr);
    snapshot.usable = described && snapshot.anything_installed && has_compiler(snapshot);
}

/// What a list of components that cannot be read would say is asked by those who change it.
void read_release(Snapshot& snapshot, KnownManifest known) {
    try {
        read_directory(snapshot, known, dist::parse_manifest);
    } catch (const Error&) {
        snapshot.usable = false;
        snapshot.installed_manifest =
            find_manifest(dist::note_path(snapshot.directory, dist::kManifestNote),
                          std::move(known), dist::parse_manifest);
    }
}

}  // namespace

std::vector<dist::Component> Snapshot::component_list() const {
    std::vector<dist::Component> list;
    for (const store::StateComponent& each : components) list.push_back(each.component);
    return list;
}

std::optional<std::string> find_update_hash(const store::Home& home, const std::string& toolchain,
                                            const Snapshot& snapshot) {
    if (!snapshot.usable || snapshot.changed_by_others) return std::nullopt;
    const Current& current = snapshot.current;
    const store::State* const state = current.description();
    // At home, rustup may have had a hand in it: then its file says so.
    const bool at_home = current.kind == Current::Kind::ours && current.place.is_home();
    if (state != nullptr && !at_home) {
        if (state->update_hash.empty()) return std::nullopt;
        return state->update_hash;
    }
    std::optional<std::string> hash;
    try {
        hash = platform::find_file_text(home.owner_of(current.place).update_hash(toolchain));
    } catch (const Error&) {
        return std::nullopt;  // What cannot be read tells no release.
    }
    if (current.kind == Current::Kind::ours && hash != current.state->update_hash) {
        return std::nullopt;
    }
    return hash;
}

std::string oldest_date_of(const dist::ToolchainName& name, const Snapshot& snapshot) {
    const bool any = name.date() || !snapshot.usable || snapshot.manifest() == nullptr;
    return any ? "" : snapshot.manifest()->date;
}

bool has_wishes(const Snapshot& snapshot, const std::string& toolchain,
                const dist::ComponentWishes& wishes) {
    const auto name = dist::ToolchainName::parse(toolchain);
    if (wishes.empty() || !name || snapshot.manifest() == nullptr) return true;
    const std::vector<dist::Component> installed = snapshot.component_list();
    dist::WishedChange change;
    try {
        change = dist::wished_change(wishes, *snapshot.manifest(), name->target(), {}, installed);
    } catch (const Error&) {
        return true;  // A manifest of something else: whoever changes the toolchain says so.
    }
    const auto there = [&](const dist::Component& component) {
        return std::ranges::find(installed, component) != installed.end();
    };
    return std::ranges::all_of(change.add, there) && std::ranges::none_of(change.remove, there);
}

std::optional<std::string> find_known_hash(Services& services, const std::string& toolchain,
                                           const Snapshot& snapshot) {
    if (!has_wishes(snapshot, toolchain, services.options.wishes)) return std::nullopt;
    try {
        return find_update_hash(services.home, toolchain, snapshot);
    } catch (const Error&) {
        services.reporter.warn("can't read update hash " + services.home.update_hash(toolchain) +
                               ", can't skip update");
        return std::nullopt;
    }
}

task::awaitable<Reading> read_current(Services& services, std::string toolchain) {
    const store::Home home = services.home;
    auto read = [home, toolchain](const OnWorker&) {
        for (;;) {
            Reading reading;
            reading.current = store::find_in_reach(home, toolchain);
            const Current::Kind kind = reading.current.kind;
            if (kind == Current::Kind::linked) reading.directory = home.toolchain(toolchain);
            if (!reading.current.installed()) return reading;
            reading.directory = home.directory(reading.current.place);
            const store::State* const state = reading.current.description();
            const std::vector<lock::Key> keys =
                state != nullptr ? store::keys_of_tool(*state, toolchain, "rustc")
                                 : store::keys_of_all(reading.current.place);
            const lock::LockFile file = home.owner_of(reading.current.place).lock_file();
            reading.reader = lock::LockSet::try_acquire(file, keys, lock::Mode::shared);
            // Somebody has committed: that one is newer.
            if (store::find_in_reach(home, toolchain).version == reading.current.version) {
                return reading;
            }
        }
    };
    Reading reading = co_await on_worker(services, read);
    co_return reading;
}

Snapshot load_snapshot_now(const store::Home& home, const std::string& toolchain,
                           KnownManifest known, Question question) {
    for (;;) {
        Snapshot snapshot;
        snapshot.current = store::examine_in_reach(home, toolchain);
        if (!snapshot.installed()) return snapshot;
        snapshot.directory = home.directory(snapshot.current.place);
        std::optional<Error> failure;
        try {
            if (question == Question::release) {
                read_release(snapshot, known);
            } else {
                read_directory(snapshot, known, parse_for(snapshot, toolchain, question));
            }
        } catch (const Error& e) {
            failure = e;
        }
        // What was read between two commits is of neither.
        if (store::examine_in_reach(home, toolchain).version != snapshot.current.version) continue;
        if (failure) throw *failure;
        return snapshot;
    }
}

task::awaitable<Snapshot> load_snapshot(Services& services, std::string toolchain,
                                        KnownManifest known, Question question) {
    const store::Home home = services.home;
    auto read = [home, toolchain, question, known](const OnWorker&) {
        store::refuse_old_format(home);
        return load_snapshot_now(home, toolchain, known, question);
    };
    Snapshot snapshot = co_await on_worker(services, read);
    co_return snapshot;
}

}  // namespace latchkey::toolchain

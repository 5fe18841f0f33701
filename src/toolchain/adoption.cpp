#include "adoption.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/installed_config.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/tree.hpp"

namespace latchkey::toolchain {
namespace {

using dist::PayloadLine;
using platform::FileKind;

/// The name of an adopted tree. A number keeps it apart from those of an earlier adoption under
/// this name. Whatever the toolchain is called, the tree's name is one line of a proxy table.
std::string adopted_name(const std::string& toolchain, const std::string& what,
                         std::uint64_t next_number) {
    const std::string line = replace_all(replace_all(toolchain, "%", "%25"), "\n", "%0A");
    const std::string name = "adopted-" + line + "-" + what;
    return next_number <= 1 ? name : name + "-" + std::to_string(next_number);
}

/// Builds one tree by linking files of a directory into staging.
class Linker {
public:
    Linker(const OnWorker& on, std::string from, std::string to)
        : on_(on), from_(std::move(from)), to_(std::move(to)) {
        platform::make_directories(to_);
    }

    /// A file, or a directory with all that is in it. What is not there is left out.
    void add(const std::string& path) {
        on_.check();
        const auto status = platform::find_status(from_ + "/" + path);
        if (!status) return;
        if (status->kind == FileKind::directory) {
            platform::make_directories(to_ + "/" + path);
            platform::walk_tree(on_, from_ + "/" + path,
                                [this, &path](const std::string& relative, FileKind kind) {
                                    add_entry(path + "/" + relative, kind);
                                });
        } else {
            platform::make_directories(to_ + "/" + path.substr(0, path.rfind('/')));
            add_entry(path, status->kind);
        }
    }

    std::vector<store::IndexedFile> files;

private:
    void add_entry(const std::string& path, FileKind kind) {
        const std::string from = from_ + "/" + path;
        const std::string to = to_ + "/" + path;
        if (kind == FileKind::directory) {
            platform::make_directories(to);
        } else if (kind == FileKind::symlink) {
            if (const auto target = platform::find_link(from)) platform::make_link(*target, to);
        } else if (kind == FileKind::regular) {
            platform::link_file(from, to);
            const auto status = platform::find_status(to);
            if (status) files.push_back({path, status->permissions, status->size_bytes, ""});
        }
    }

    const OnWorker& on_;
    std::string from_;
    std::string to_;
};

/// An index that cannot be read is of an adoption during which the power failed: it is on the disk
/// before any generation names its tree. So both are made anew.
bool is_linked(const store::Home& home, const std::string& tree) {
    try {
        return store::find_tree(home, tree).has_value();
    } catch (const Error& e) {
        if (e.code() != Errc::corrupt) throw;
    }
    platform::remove_file(home.tree_index(tree));
    return false;
}

/// Links `paths` of `directory` into the store as `tree`, unless it is there already.
void link_tree(const OnWorker& on, const store::Home& home, const std::string& directory,
               const std::string& tree, store::TreeHeader header,
               const std::vector<std::string>& paths, const lock::LockSet& unpack) {
    if (is_linked(home, tree)) return;
    const std::string staging = store::prepare_unpacking(on, home, tree, header.component, unpack);
    Linker linker(on, directory, staging + "/tree");
    for (const std::string& path : paths) linker.add(path);
    header.boot_id = platform::load_boot_id();
    store::TreeIndex index{std::move(header), std::move(linker.files)};
    store::publish_tree(on, home, tree, index, unpack);
    // The files are old, and on the disk; what is known of them is nowhere else, and cannot be
    // fetched.
    platform::sync_files({home.tree_index(tree)});
}

std::vector<PayloadLine> load_payload(const std::string& directory, const std::string& full_name) {
    const std::string path = directory + "/lib/rustlib/manifest-" + full_name;
    const auto text = platform::find_file_text(path);
    if (!text) throw Error(Errc::corrupt, "component manifest for '" + full_name + "' is corrupt");
    return dist::parse_payload_manifest(*text, full_name);
}

bool is_metadata(const std::string& path) {
    const std::string rustlib = "lib/rustlib/";
    if (!path.starts_with(rustlib)) return false;
    const std::string name = path.substr(rustlib.size());
    return name == "components" || name == "rust-installer-version" ||
           name == "multirust-channel-manifest.toml" || name == "multirust-config.toml" ||
           (name.starts_with("manifest-") && name.find('/') == std::string::npos);
}

/// Files that no component's manifest names. Links into the store are a component's directories.
std::vector<std::string> find_unowned(const OnWorker& on, const std::string& directory) {
    std::set<std::string> owned;
    const auto names = platform::find_file_text(directory + "/lib/rustlib/components");
    for (const std::string& name : dist::parse_installed_components(names.value_or(""))) {
        for (const PayloadLine& line : load_payload(directory, name)) owned.insert(line.path);
    }
    std::vector<std::string> unowned;
    const std::function<void(const std::string&)> walk = [&](const std::string& folder) {
        for (const platform::DirectoryEntry& entry :
             platform::list_directory(directory + "/" + folder)) {
            on.check();
            const std::string path = folder.empty() ? entry.name : folder + "/" + entry.name;
            if (owned.contains(path) || is_metadata(path)) continue;
            if (entry.kind == FileKind::directory) {
                walk(path);
            } else if (entry.kind == FileKind::regular) {
                unowned.push_back(path);
            } else if (const auto target = platform::find_link(directory + "/" + path);
                       target && target->find("../store/") == std::string::npos) {
                unowned.push_back(path);
            }
        }
    };
    walk("");
    return unowned;
}

/// Takes `pin` and `unpack` as any materialising does, and links. `shown` is for who has to wait.
task::awaitable<void> adopt_tree(Services& services, std::string directory, std::string tree,
                                 std::string shown, store::TreeHeader header,
                                 std::vector<std::string> paths, Pins& pins) {
    const store::Home home = services.home;
    const dist::Component component = header.component;
    task::Waiting pin_waiting = services.waiting_for("the clean-up of " + shown);
    lock::LockSet pin =
        co_await task::acquire(services.loop.workers(), home.lock_file(), lock::Key::pin(tree),
                               lock::Mode::shared, std::move(pin_waiting));
    task::Waiting waiting = services.waiting_for(shown);
    const lock::LockSet unpack =
        co_await task::acquire(services.loop.workers(), home.lock_file(), lock::Key::unpack(tree),
                               lock::Mode::exclusive, std::move(waiting));
    auto link = [&](const OnWorker& on) {
        link_tree(on, home, directory, tree, header, paths, unpack);
    };
    co_await on_worker(services, link);
    const std::vector<dist::Source> no_sources;
    pins.add(component, no_sources, tree, std::move(pin));
}

}  // namespace

bool mark_damage(const OnWorker& on, const store::Home& home, const std::string& toolchain,
                 std::uint64_t number) {
    const auto record = store::find_record(home, toolchain, number);
    bool damaged = false;
    if (!record) return damaged;
    for (const std::string& tree : record->trees()) {
        const auto unpack = lock::LockSet::try_acquire(home.lock_file(), lock::Key::unpack(tree),
                                                       lock::Mode::exclusive);
        const auto header = unpack ? store::find_tree(home, tree) : std::nullopt;
        if (!header || header->damaged || store::find_damage(on, home, tree).empty()) continue;
        store::mark_tree(home, tree, header->synced, true, *unpack);
        damaged = true;
    }
    return damaged;
}

task::awaitable<void> adopt_components(Services& services, std::string toolchain,
                                       Snapshot& snapshot, Pins& pins) {
    const store::Home home = services.home;
    const std::string directory = snapshot.directory;
    const auto shown = [&toolchain](const std::string& pkg) {
        return "'" + pkg + "' of " + toolchain;
    };
    auto number = [home, toolchain](const OnWorker&) {
        return store::next_number(home, toolchain);
    };
    const std::uint64_t next = co_await on_worker(services, number);
    for (store::RecordComponent& each : snapshot.components) {
        if (!each.tree.empty()) continue;
        const std::string full_name = each.component.full_name();
        auto read = [directory, full_name](const OnWorker&) {
            return load_payload(directory, full_name);
        };
        store::TreeHeader header;
        header.component = each.component;
        if (snapshot.manifest()) {
            const auto package = snapshot.manifest()->packages.find(each.component.pkg);
            if (package != snapshot.manifest()->packages.end()) {
                header.version = package->second.version;
            }
        }
        header.payload = co_await on_worker(services, read);
        std::vector<std::string> paths;
        for (const PayloadLine& line : header.payload) paths.push_back(line.path);
        each.tree = adopted_name(toolchain, full_name, next);
        co_await adopt_tree(services, directory, each.tree, shown(each.component.pkg), header,
                            paths, pins);
    }
    auto find = [directory](const OnWorker& on) { return find_unowned(on, directory); };
    const std::vector<std::string> unowned = co_await on_worker(services, find);
    snapshot.carried.reset();
    if (unowned.empty()) co_return;
    store::TreeHeader header;
    header.component.pkg = "carried";
    snapshot.carried = adopted_name(toolchain, "carried", next);
    co_await adopt_tree(services, directory, *snapshot.carried, shown("carried"), header, unowned,
                        pins);
}

}  // namespace latchkey::toolchain

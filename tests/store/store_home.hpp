#pragma once

#include <sys/stat.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "latchkey/base/hash.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/process.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/commit.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/retire.hpp"
#include "latchkey/store/save_state.hpp"
#include "latchkey/store/settle.hpp"
#include "latchkey/store/supply.hpp"
#include "latchkey/store/take_out.hpp"
#include "latchkey/store/tree.hpp"
#include "support/temp_dir.hpp"

namespace latchkey::test {

/// Paths and texts.
using Files = std::map<std::string, std::string>;

/// A copy with other inodes and the same times: what another machine gets of a toolchain.
inline void copy_folder(const std::string& from, const std::string& to) {
    const auto copy = platform::run_and_capture(
        PermitMint::worker(), "/bin/cp", {"cp", "-a", "--no-preserve=links", from, to},
        platform::load_environment(), std::chrono::minutes(1));
    if (copy.exit_code != 0) throw std::runtime_error("cannot copy " + from);
}

/// A component without a target: its full name is its package's.
inline dist::Component component(const std::string& pkg) {
    return {pkg, std::nullopt};
}

/// A home in a temporary directory, with trees made from a map of paths to texts.
class StoreHome {
public:
    TempDir dir;
    const OnWorker on = PermitMint::worker();
    store::Home home{dir.path()};
    std::string manifest = "release 1";  ///< What commits want; null characters are welcome.

    [[nodiscard]] static lock::LockSet exclusive(const store::Home& home, const lock::Key& key) {
        auto set = lock::LockSet::try_acquire(home.lock_file(), key, lock::Mode::exclusive);
        if (!set) throw std::runtime_error("a range is busy: " + key.file_name());
        return std::move(*set);
    }
    [[nodiscard]] lock::LockSet exclusive(const lock::Key& key) const {
        return exclusive(home, key);
    }
    [[nodiscard]] lock::LockSet lock_toolchain(const std::string& toolchain) const {
        return exclusive(lock::Key::toolchain(toolchain));
    }

    /// A reader, as a proxy is one.
    [[nodiscard]] lock::LockSet share(const lock::Key& key) const {
        auto set = lock::LockSet::try_acquire(home.lock_file(), key, lock::Mode::shared);
        if (!set) throw std::runtime_error("a range is busy: " + key.file_name());
        return std::move(*set);
    }

    [[nodiscard]] bool is_free(const lock::Key& key) const {
        return lock::LockSet::try_acquire(home.lock_file(), key, lock::Mode::exclusive).has_value();
    }

    /// A file as an unpacked package has it: a program in `bin`, otherwise none.
    static store::IndexedFile add_file(const std::string& folder, const std::string& path,
                                       const std::string& text) {
        const std::string place = folder + "/" + path;
        platform::make_directories(place.substr(0, place.rfind('/')));
        platform::save_file(place, text);
        ::chmod(place.c_str(), path.starts_with("bin/") ? 0755 : 0644);
        const auto status = platform::find_status(place);
        Xxh3 hash;
        hash.update(as_bytes(text));
        return {path,          status->permissions,   text.size(),
                hash.finish(), status->mtime_seconds, status->mtime_nanoseconds};
    }

    /// Those that a file lies in.
    static void add_folders(const std::string& path, std::set<std::string>& folders) {
        for (std::size_t slash = path.find('/'); slash != std::string::npos;
             slash = path.find('/', slash + 1)) {
            folders.insert(path.substr(0, slash));
        }
    }

    /// Unpacks a tree and publishes it in `arrived/`.
    store::TreeIndex publish(const std::string& pkg, const std::string& tree,
                             const Files& files) const {
        return publish_parts(pkg, tree, {{pkg, files}});
    }

    /// The same with several parts, as packages of before 2016 have them.
    store::TreeIndex publish_parts(const std::string& pkg, const std::string& tree,
                                   const std::map<std::string, Files>& parts) const {
        const lock::LockSet unpack = exclusive(lock::Key::unpack(tree));
        const std::string staging =
            store::prepare_unpacking(on, home, tree, component(pkg), unpack) + "/tree";
        platform::make_directories(staging);
        store::TreeIndex index;
        index.header.component = component(pkg);
        index.header.version = "1";
        index.header.encoding = "xz";
        index.header.hash = std::string(64, 'a');
        index.header.boot_id = platform::load_boot_id();
        std::set<std::string> folders;
        for (const auto& [part, files] : parts) {
            index.header.parts.push_back({part, {}});
            for (const auto& [path, text] : files) {
                index.files.push_back(add_file(staging, path, text));
                index.header.parts.back().payload.push_back({dist::PayloadLine::Kind::file, path});
                add_folders(path, folders);
            }
        }
        index.directories.assign(folders.begin(), folders.end());
        store::publish_tree(on, home, tree, index, unpack);
        return index;
    }

    /// The same, as a commit wants it.
    store::WantedComponent arrived(const std::string& pkg, const std::string& tree,
                                   const Files& files) const {
        publish(pkg, tree, files);
        return {component(pkg), store::Supply{tree, std::nullopt}};
    }

    /// A component that is there and stays.
    static store::WantedComponent kept(const std::string& pkg) {
        return {component(pkg), std::nullopt};
    }

    [[nodiscard]] store::Wanted wanted(std::vector<store::WantedComponent> components) const {
        store::Wanted wanted;
        wanted.components = std::move(components);
        wanted.manifest = std::make_shared<std::string>(manifest);
        wanted.manifest_hash = "hash of " + manifest;
        wanted.update_hash = "update hash of " + manifest;
        wanted.command = "test";
        return wanted;
    }

    store::Committed try_commit(const std::string& toolchain, const store::Wanted& wanted,
                                const std::optional<std::string>& version = {}) const {
        std::vector<lock::LockSet> pins;
        for (const store::WantedComponent& each : wanted.components) {
            if (each.supply && !each.supply->from) {
                pins.push_back(share(lock::Key::pin(each.supply->tree)));
            }
        }
        store::Junk junk(home, toolchain);
        store::Committed committed;
        {
            const lock::LockSet range = lock_toolchain(toolchain);
            committed =
                store::commit(on, home, toolchain,
                              version.value_or(store::examine_current(home, toolchain).version),
                              wanted, junk, range);
        }
        junk.remove(on);
        return committed;
    }

    /// Changes what is current now to exactly these components.
    void commit(const std::string& toolchain,
                std::vector<store::WantedComponent> components) const {
        commit_wanted(toolchain, wanted(std::move(components)));
    }

    void commit_wanted(const std::string& toolchain, const store::Wanted& wanted) const {
        if (try_commit(toolchain, wanted).end != store::Committed::End::done) {
            throw std::runtime_error("the commit was not done");
        }
    }

    void uninstall(const std::string& toolchain) const {
        store::Junk junk(home, toolchain);
        {
            const lock::LockSet range = lock_toolchain(toolchain);
            store::commit_uninstall(on, home, toolchain, "test", junk, range);
        }
        junk.remove(on);
    }

    void link(const std::string& toolchain, const std::string& target) const {
        store::Junk junk(home, toolchain);
        {
            const lock::LockSet range = lock_toolchain(toolchain);
            store::commit_link(on, home, toolchain, target, "test", junk, range);
        }
        junk.remove(on);
    }

    bool settle(const std::string& toolchain, bool may_copy = false) const {
        store::Junk junk(home, toolchain);
        bool settled = false;
        {
            const lock::LockSet range = lock_toolchain(toolchain);
            settled = store::settle(on, home, toolchain, may_copy, junk, range);
        }
        junk.remove(on);
        return settled;
    }

    bool retire(const std::string& toolchain) const {
        store::Junk junk(home, toolchain);
        bool retired = false;
        {
            const lock::LockSet range = lock_toolchain(toolchain);
            retired = store::retire(on, home, toolchain, store::Records::count, junk, range);
        }
        junk.remove(on);
        return retired;
    }

    bool take_out(const std::string& toolchain) const {
        store::Junk junk(home, toolchain);
        bool all = false;
        {
            const lock::LockSet range = lock_toolchain(toolchain);
            store::State state = load_state(toolchain);
            all = store::take_out(on, home, toolchain, state, junk, range);
        }
        junk.remove(on);
        return all;
    }

    [[nodiscard]] store::State load_state(const std::string& toolchain) const {
        auto state = store::find_state(home, toolchain);
        if (!state) throw std::runtime_error("there is no state of " + toolchain);
        return std::move(*state);
    }

    void save_state(const std::string& toolchain, const store::State& state) const {
        const lock::LockSet range = lock_toolchain(toolchain);
        store::save_state(home, toolchain, state, range);
        platform::remove_empty_directory(home.staging(lock::Key::toolchain(toolchain)));
    }

    [[nodiscard]] store::Current current(const std::string& toolchain) const {
        return store::examine_current(home, toolchain);
    }

    /// "a=listed b=leaving"; "none" where there is no state.
    [[nodiscard]] std::string standings(const std::string& toolchain) const {
        const auto state = store::find_state(home, toolchain);
        if (!state) return "none";
        std::vector<std::string> texts;
        for (const store::StateComponent& each : state->components) {
            static constexpr const char* kNames[] = {"listed", "pending", "arriving", "leaving"};
            texts.push_back(each.component.full_name() + "=" +
                            kNames[static_cast<std::size_t>(each.standing)]);
        }
        return join(texts, " ");
    }

    /// Of what is current.
    [[nodiscard]] std::string path(const std::string& toolchain, const std::string& file) const {
        return store::current_directory(home, toolchain) + "/" + file;
    }
    [[nodiscard]] std::string read(const std::string& toolchain, const std::string& file) const {
        return platform::find_file_text(path(toolchain, file)).value_or("(none)");
    }

    /// What is at home, whatever is current.
    [[nodiscard]] std::string read_home(const std::string& toolchain,
                                        const std::string& file) const {
        return platform::find_file_text(home.toolchain(toolchain) + "/" + file).value_or("(none)");
    }

    /// A toolchain as rustup makes it: with its notes, and no tag.
    void add_plain(const std::string& toolchain, const std::string& pkg, const Files& files) const {
        const std::string directory = home.toolchain(toolchain);
        const std::string rustlib = directory + "/lib/rustlib/";
        std::vector<dist::PayloadLine> payload;
        for (const auto& [path, text] : files) {
            add_file(directory, path, text);
            payload.push_back({dist::PayloadLine::Kind::file, path});
        }
        platform::make_directories(rustlib);
        const std::vector<dist::Component> components{component(pkg)};
        const store::ListTexts texts = store::list_texts(components);
        platform::save_file(rustlib + "components", texts.components);
        platform::save_file(rustlib + "multirust-config.toml", texts.config);
        platform::save_file(rustlib + "multirust-channel-manifest.toml", manifest);
        platform::save_file(rustlib + "rust-installer-version", dist::kInstallerVersion);
        platform::save_file(rustlib + "manifest-" + pkg, dist::serialise_payload_manifest(payload));
    }

    /// Every file and link below a directory, sorted.
    [[nodiscard]] std::vector<std::string> list(const std::string& directory) const {
        std::vector<std::string> paths;
        platform::walk_tree(on, directory, [&](const std::string& path, platform::FileKind kind) {
            if (kind != platform::FileKind::directory) paths.push_back(path);
        });
        std::ranges::sort(paths);
        return paths;
    }

    [[nodiscard]] bool is_staging_empty() const {
        return platform::find_entries(home.staging()).empty();
    }
};

}  // namespace latchkey::test

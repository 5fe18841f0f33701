#pragma once

#include <map>
#include <string>
#include <vector>

#include "latchkey/base/hash.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/store/commit.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/tree.hpp"
#include "support/temp_dir.hpp"

namespace latchkey::test {

/// A home in a temporary directory, with trees made from a map of paths to texts.
class StoreHome {
public:
    TempDir dir;
    const OnWorker on = PermitMint::worker();
    store::Home home{dir.path()};

    static lock::LockSet exclusive(const store::Home& home, const lock::Key& key) {
        auto set = lock::LockSet::try_acquire(home.lock_file(), key, lock::Mode::exclusive);
        if (!set) throw std::runtime_error("a range is busy: " + key.file_name());
        return std::move(*set);
    }

    /// Publishes a tree of component `pkg` that lists each file.
    store::RecordComponent add_tree(const std::string& pkg, const std::string& tree,
                                    const std::map<std::string, std::string>& files) {
        const lock::LockSet unpack = exclusive(home, lock::Key::unpack(tree));
        const dist::Component component{pkg, std::nullopt};
        const std::string staging =
            store::prepare_unpacking(on, home, tree, component, unpack) + "/tree";
        platform::make_directories(staging);
        store::TreeIndex index;
        index.header.component.pkg = pkg;
        index.header.encoding = "xz";
        index.header.hash = std::string(64, 'a');
        for (const auto& [path, text] : files) {
            const std::size_t slash = path.rfind('/');
            if (slash != std::string::npos) {
                platform::make_directories(staging + "/" + path.substr(0, slash));
            }
            platform::save_file(staging + "/" + path, text);
            Xxh3 hash;
            hash.update(as_bytes(text));
            index.files.push_back({path, 0644, text.size(), hash.finish()});
            index.header.payload.push_back({dist::PayloadLine::Kind::file, path});
        }
        store::publish_tree(on, home, tree, index, unpack);
        return {index.header.component, tree};
    }

    store::NewGeneration generation(std::vector<store::RecordComponent> components) const {
        store::NewGeneration result;
        result.components = std::move(components);
        result.channel_manifest = std::make_shared<std::string>("manifest-version = \"2\"\n");
        result.update_hash = "0123456789abcdef0123";
        result.command = "test";
        return result;
    }

    /// Commits to what is current now.
    std::uint64_t commit(const std::string& toolchain,
                         std::vector<store::RecordComponent> components) {
        const lock::LockSet range = exclusive(home, lock::Key::toolchain(toolchain));
        const auto number = store::commit(on, home, toolchain, store::find_current(home, toolchain),
                                          generation(std::move(components)), range);
        if (!number) throw std::runtime_error("the name moved");
        return *number;
    }

    void remove(const std::string& toolchain) {
        const lock::LockSet range = exclusive(home, lock::Key::toolchain(toolchain));
        store::commit_removal(on, home, toolchain, store::find_current(home, toolchain), "test",
                              range);
    }

    /// A reader, as a proxy is one.
    lock::LockSet share(const lock::Key& key) const {
        auto set = lock::LockSet::try_acquire(home.lock_file(), key, lock::Mode::shared);
        if (!set) throw std::runtime_error("a range is busy: " + key.file_name());
        return std::move(*set);
    }

    [[nodiscard]] std::string read(const std::string& toolchain, const std::string& path) const {
        return platform::find_file_text(home.toolchain(toolchain) + "/" + path).value_or("(none)");
    }
};

}  // namespace latchkey::test

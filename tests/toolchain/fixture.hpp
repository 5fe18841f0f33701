#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "change.hpp"
#include "latchkey/base/sha256.hpp"
#include "latchkey/net/client.hpp"
#include "latchkey/transfer/transfer.hpp"
#include "services.hpp"
#include "store/store_home.hpp"
#include "task/run.hpp"
#include "toolchain/said.hpp"

namespace latchkey::test {

/// Artifacts that are there at once, without a server.
class FakeTransfer final : public transfer::Transfer {
public:
    explicit FakeTransfer(const StoreHome& home) : home_(home) {}

    std::map<std::string, Files> contents;             ///< By package.
    std::map<std::string, Error> failures;             ///< By package.
    std::vector<std::string> warnings;                 ///< Of each archive.
    std::vector<std::string> brought;                  ///< Packages, as they came.
    std::function<void(const std::string&)> on_bring;  ///< May be empty.
    bool parts = true;

    task::awaitable<task::Permits::Permit> acquire(std::uint64_t weight) override {
        return permits_.acquire(weight);
    }

    task::awaitable<void> bring_file(transfer::Progress&, transfer::WholeFile) override {
        throw Error(Errc::bug, "no change of a toolchain wants a whole file");
    }

    task::awaitable<transfer::Delivery> bring(transfer::Progress&,
                                              const transfer::Artifact& artifact, std::string tree,
                                              lock::LockSet& unpack) override {
        const std::string pkg = artifact.component.pkg;
        brought.push_back(pkg);
        const std::string staging =
            store::prepare_unpacking(home_.on, home_.home, tree, artifact.component, unpack) +
            "/tree";
        platform::make_directories(staging);
        if (on_bring) on_bring(pkg);
        if (const auto failure = failures.find(pkg); failure != failures.end()) {
            throw failure->second;
        }
        transfer::Delivery delivery;
        delivery.source = artifact.sources.front();
        delivery.download = home_.home.downloads() + "/none";
        archive::UnpackedComponent part{pkg, {}};
        std::set<std::string> folders;
        for (const auto& [path, text] : contents[pkg]) {
            const store::IndexedFile file = StoreHome::add_file(staging, path, text);
            delivery.unpacked.files.push_back({file.path, file.mode, file.size_bytes, file.xxh3_128,
                                               file.mtime_seconds, file.mtime_nanoseconds});
            part.payload.push_back({archive::PayloadLine::Kind::file, path});
            StoreHome::add_folders(path, folders);
        }
        delivery.unpacked.directories.assign(folders.begin(), folders.end());
        delivery.unpacked.components.push_back(std::move(part));
        delivery.unpacked.warnings = warnings;
        co_return delivery;
    }

    [[nodiscard]] bool keeps_parts() const override { return parts; }
    void keep_no_parts() override { parts = false; }
    void delete_parts(const OnWorker&) override {}

private:
    const StoreHome& home_;
    task::Permits permits_{1};
};

/// A home, and all that a change of its toolchains needs.
class ToolchainFixture {
public:
    StoreHome store;
    task::Loop loop{1};
    net::Client client{loop, {}};
    Said said;
    std::shared_ptr<FakeTransfer> transfer = std::make_shared<FakeTransfer>(store);
    toolchain::Services services{loop,
                                 client,
                                 store.home,
                                 {},
                                 said,
                                 transfer,
                                 std::make_shared<mirrors::Mirrors>(config::ChangeVariables{})};

    /// A channel's manifest, version 2, with these packages for every target.
    [[nodiscard]] static dist::Manifest manifest(const std::vector<std::string>& pkgs,
                                                 const std::string& release = "1") {
        dist::Manifest result;
        result.date = "2026-04-16";
        for (const std::string& pkg : pkgs) {
            dist::PackageTarget target;
            target.available = true;
            target.sources.push_back({dist::Encoding::xz, "http://example.invalid/" + pkg,
                                      Sha256::of(pkg + release).hex()});
            result.packages[pkg] = dist::Package{release, {{"*", target}}};
        }
        return result;
    }

    /// An artifact of such a manifest.
    [[nodiscard]] static transfer::Artifact artifact(const std::string& pkg) {
        transfer::Artifact result;
        result.component = component(pkg);
        result.short_name = result.bar_name = result.display_name = pkg;
        result.sources = manifest({pkg}).packages[pkg].targets["*"].sources;
        return result;
    }

    /// A plan that has these components, of which some are to come.
    [[nodiscard]] static toolchain::Plan plan(const std::vector<std::string>& all,
                                              const std::vector<std::string>& fresh) {
        toolchain::Plan result;
        for (const std::string& pkg : all) result.final_list.push_back(component(pkg));
        for (const std::string& pkg : fresh) result.install.push_back(component(pkg));
        return result;
    }

    /// Steps of a change to `plan`, from a manifest that outlives them.
    [[nodiscard]] static toolchain::ChangeSteps steps(const dist::Manifest& from,
                                                      const toolchain::Plan& plan) {
        toolchain::ChangeSteps result;
        result.plan = [plan](const toolchain::Snapshot&) { return plan; };
        result.manifest_of = [&from](const toolchain::Snapshot&) {
            return toolchain::ChangeManifest{
                from, std::make_shared<const std::string>(dist::serialise(from)), "hash"};
        };
        return result;
    }

    toolchain::Change change(const std::string& name, const toolchain::ChangeSteps& steps) {
        return run(loop, toolchain::make_change(services, name, steps));
    }
};

}  // namespace latchkey::test

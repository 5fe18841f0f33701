#include "latchkey/fleet/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "import_reader.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/toolchain/engine.hpp"
#include "latchkey/toolchain/given_release.hpp"

namespace latchkey::fleet {
namespace {

/// An import says what it has done by itself; of an install it passes on what is out of the usual.
class QuietReporter final : public toolchain::Reporter {
public:
    explicit QuietReporter(toolchain::Reporter& to) : to_(to) {}

    void warn(const std::string& text) override { to_.warn(text); }
    void debug(const std::string& text) override { to_.debug(text); }
    void wait(const std::string& what, const lock::Blocker& blocker) override {
        to_.wait(what, blocker);
    }
    void info(const std::string&) override {}
    void plan(const std::string&, const std::vector<std::string>&) override {}
    void reach(const std::string&, Milestone) override {}
    void begin(const std::string&, const std::string&) override {}
    void total(const std::string&, std::uint64_t) override {}
    void resume(const std::string&, std::uint64_t) override {}
    void advance(const std::string&, std::uint64_t) override {}
    void phase(const std::string&, transfer::Phase, const std::string&) override {}
    void end(const std::string&) override {}

private:
    toolchain::Reporter& to_;
};

/// How a toolchain of this name is here.
enum class Here { absent, equal, different };

Here find_here(const store::Home& home, const ExportHead& head) {
    const store::Current current = store::examine_current(home, head.toolchain);
    if (current.kind == store::Current::Kind::absent) return Here::absent;
    if (current.kind != store::Current::Kind::ours) return Here::different;
    std::set<std::pair<std::string, std::string>> have;
    std::set<std::pair<std::string, std::string>> want;
    for (const store::StateComponent& each : current.state->installed()) {
        have.emplace(each.component.full_name(), each.tree);
    }
    for (const ExportedComponent& each : head.components) {
        want.emplace(each.component.full_name(), each.tree);
    }
    const bool equal = have == want && current.state->manifest_hash == head.manifest_hash;
    return equal ? Here::equal : Here::different;
}

toolchain::InstallRequest request_of(const Arrived& arrived, const std::string& shown_path) {
    toolchain::InstallRequest request;
    request.exactly.emplace();
    for (const ExportedComponent& each : arrived.head.components) {
        request.exactly->push_back(each.component);
    }
    request.news =
        toolchain::given_release(arrived.manifest, arrived.head.manifest_hash, shown_path);
    return request;
}

class Importing {
public:
    Importing(Means& means, const ImportRequest& request)
        : means_(means),
          request_(request),
          reporter_(means.reporter),
          engine_(means.loop, means.client, means.home, request.options, reporter_) {}

    task::awaitable<std::vector<ImportedToolchain>> run() {
        if (means_.signature == config::SignaturePolicy::require) throw unsigned_error();
        std::vector<Arrived> all;
        auto bring = [&](const OnWorker& on) {
            all = bring_trees(on, means_.home, request_.file,
                              [this](const ExportHead& head) { return wish_for(head); });
        };
        std::optional<Error> failure;
        try {
            co_await task::offload(means_.loop.workers(), bring);
        } catch (const Error& e) {
            failure = e;
        }
        if (failure) {
            co_await engine_.clean_up_if_needed();  // What has come is in no toolchain.
            throw *failure;
        }
        std::vector<ImportedToolchain> told;
        for (Arrived& each : all) {
            ImportedToolchain imported = co_await commit(each);
            told.push_back(std::move(imported));
        }
        co_return told;
    }

private:
    [[nodiscard]] Error unsigned_error() const {
        return {Errc::unsupported,
                fmt::format("an exported toolchain such as '{}' has no signature, and one is "
                            "required; install from a mirror or bundle, or use `rustup set "
                            "signature warn`",
                            request_.file)};
    }

    [[nodiscard]] Wish wish_for(const ExportHead& head) const {
        const Here here = find_here(means_.home, head);
        if (here == Here::different && !request_.force) {
            throw Error(
                Errc::unsupported,
                fmt::format("toolchain '{}' is installed, and differs from the one in '{}'; "
                            "`--force` replaces it",
                            head.toolchain, request_.file));
        }
        Wish wish;
        wish.brings = here != Here::equal;
        return wish;
    }

    task::awaitable<ImportedToolchain> commit(Arrived& arrived) {
        ImportedToolchain imported;
        imported.name = arrived.head.toolchain;
        imported.components = arrived.head.components.size();
        imported.files = arrived.files;
        Here here = Here::absent;
        auto look = [&](const OnWorker&) { here = find_here(means_.home, arrived.head); };
        co_await task::offload(means_.loop.workers(), look);
        imported.changed = here != Here::equal;
        if (imported.changed) {
            const auto name = dist::ToolchainName::parse(imported.name);
            if (here == Here::different) co_await engine_.release_hold(*name);
            toolchain::InstallRequest request = request_of(arrived, request_.file);
            co_await engine_.install(*name, std::move(request));
        }
        arrived.pins.clear();
        if (!arrived.has_own_files) co_return imported;
        const lock::LockSet held = co_await engine_.lock_toolchain(imported.name);
        auto bring = [&](const OnWorker& on) {
            bring_own_files(on, means_.home, request_.file, held, imported);
        };
        co_await task::offload(means_.loop.workers(), bring);
        co_return imported;
    }

    Means& means_;
    const ImportRequest& request_;
    QuietReporter reporter_;
    toolchain::Engine engine_;
};

}  // namespace

task::awaitable<std::vector<ImportedToolchain>> import_toolchains(Means& means,
                                                                  ImportRequest request) {
    Importing importing(means, request);
    std::vector<ImportedToolchain> told = co_await importing.run();
    co_return told;
}

}  // namespace latchkey::fleet

#include "change.hpp"
#include "channel.hpp"
#include "latchkey/dist/component_errors.hpp"
#include "latchkey/toolchain/engine.hpp"
#include "materialise.hpp"
#include "services.hpp"
#include "snapshot.hpp"

namespace latchkey::toolchain {
namespace {

/// The text of what this channel has now, if it is the manifest with this hash.
task::awaitable<std::optional<std::string>> find_text(Services& services, dist::ToolchainName name,
                                                      std::string hash) {
    const ChannelAnswer answer = co_await fetch_channel(services, name, std::nullopt, "");
    if (answer.kind != ChannelAnswer::Kind::manifest || answer.hash != hash) co_return std::nullopt;
    if (answer.signature_warning) services.reporter.warn(*answer.signature_warning);
    co_return *answer.text;
}

}  // namespace

task::awaitable<std::vector<TreeCopy>> Engine::bring_copies(std::string toolchain,
                                                            std::vector<dist::Component> components,
                                                            std::set<std::string> avoided) {
    Services& services = *services_;
    const Snapshot snapshot = co_await load_snapshot(services, toolchain, nullptr);
    if (snapshot.manifest() == nullptr) throw dist::missing_manifest_error(toolchain);
    Supplies supplies;
    supplies.avoid(snapshot.current.place);
    for (const std::string& each : avoided) {
        if (const auto place = store::Place::parse(each)) supplies.avoid(*place);
    }
    std::vector<transfer::Artifact> artifacts =
        artifacts_of(toolchain, *snapshot.manifest(), components);
    co_await materialise(services, toolchain, std::move(artifacts), supplies);
    std::vector<TreeCopy> copies = supplies.release(services.home);
    co_return copies;
}

task::awaitable<Engine::Release> Engine::find_release(dist::ToolchainName name) {
    ChannelAnswer answer = co_await fetch_channel(*services_, name, std::nullopt, "");
    if (answer.kind == ChannelAnswer::Kind::inconsistent) {
        explain_mismatch(*services_, *answer.mismatch);
        throw *answer.mismatch;
    }
    if (answer.kind != ChannelAnswer::Kind::manifest) {
        throw Error(Errc::not_found, "no release found for '" + name.manifest_name() + "'");
    }
    if (answer.signature_warning) services_->reporter.warn(*answer.signature_warning);
    Release release;
    release.manifest_hash = std::move(answer.hash);
    release.manifest = std::move(answer.manifest);
    co_return release;
}

task::awaitable<std::optional<std::string>> Engine::find_manifest(dist::ToolchainName name,
                                                                  std::string hash,
                                                                  std::optional<std::string> date) {
    std::optional<std::string> text = co_await find_text(*services_, name, hash);
    if (text || !date || name.date()) co_return text;
    text = co_await find_text(*services_, name.at(*date), hash);
    co_return text;
}

task::awaitable<lock::LockSet> Engine::lock_toolchain(std::string toolchain) {
    lock::LockSet range = co_await toolchain::lock_toolchain(*services_, std::move(toolchain));
    co_return range;
}

task::awaitable<void> Engine::clean_up_after(std::string toolchain) {
    co_await toolchain::clean_up(*services_, std::move(toolchain));
}

}  // namespace latchkey::toolchain

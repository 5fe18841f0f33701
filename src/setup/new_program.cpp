#include "latchkey/setup/new_program.hpp"

#include <fmt/format.h>

#include <chrono>

#include "latchkey/base/sha256.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/dist/server.hpp"
#include "latchkey/net/attempts.hpp"
#include "latchkey/net/download_errors.hpp"
#include "latchkey/platform/attached_child.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/process.hpp"
#include "latchkey/platform/program_file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/resolve/host.hpp"
#include "latchkey/setup/signature.hpp"
#include "program_sink.hpp"

namespace latchkey::setup {
namespace {

constexpr std::size_t kMostReleaseBytes = 64UL << 10U;
constexpr std::chrono::seconds kVersionPatience{60};

Error download_error(const Error& e, const std::string& url, const std::string& path) {
    return net::download_error(e, without_credentials(url), path);
}

task::awaitable<std::string> fetch_small(net::Client& client, std::string url, std::string path) {
    std::optional<std::string> text;
    try {
        text = co_await client.fetch_text(net::Url::parse(url), kMostReleaseBytes);
    } catch (const Error& e) {
        throw download_error(e, url, path);
    }
    if (!text) throw download_error(net::absent_file_error(), url, path);
    co_return *text;
}

/// The text of something that a signed release has.
task::awaitable<std::string> fetch_signed(net::Client& client, std::string url) {
    const auto text = co_await client.fetch_text(net::Url::parse(url), kMostReleaseBytes);
    if (!text) {
        throw Error(Errc::corrupt, fmt::format("the release is not signed: there is no '{}'",
                                               without_credentials(url)));
    }
    co_return *text;
}

/// The hash that those vouch for whose key was built in.
task::awaitable<Digest> fetch_vouched(net::Client& client, std::string root, std::string version) {
    const std::string url = sums_url(root, version);
    const std::string sums = co_await fetch_signed(client, url);
    const std::string signature = co_await fetch_signed(client, url + ".sig");
    if (!is_signed(sums, signature, release_key())) {
        throw Error(Errc::corrupt, fmt::format("the signature of '{}' is not one of Latchkey's",
                                               without_credentials(url)));
    }
    const std::string program = program_url("", version, resolve::build_tuple());
    const std::optional<Digest> vouched = find_sum(sums, program.substr(1));
    if (!vouched) {
        throw Error(Errc::corrupt, fmt::format("'{}' does not name '{}'", without_credentials(url),
                                               program.substr(1)));
    }
    co_return *vouched;
}

/// Which hash the program must have: the one that is signed, if a key was built in; otherwise the
/// one beside it. Empty: there is none.
task::awaitable<std::optional<Digest>> fetch_hash(net::Client& client, std::string root,
                                                  std::string version) {
    if (!release_key().empty()) {
        const Digest vouched = co_await fetch_vouched(client, root, version);
        co_return vouched;
    }
    const std::string url = program_url(root, version, resolve::build_tuple()) + ".sha256";
    const auto text = co_await client.fetch_text(net::Url::parse(url), kMostReleaseBytes);
    if (!text) co_return std::nullopt;
    co_return parse_hash_file(*text, url);
}

void check_hash(const std::string& url, const std::string& bytes,
                const std::optional<Digest>& expected) {
    const Digest found = Sha256::of(bytes);
    if (!expected || found == *expected) return;
    throw dist::checksum_error(url, expected->hex(), found.hex());
}

/// The child is told apart by its argv[0] alone.
platform::Environment child_environment(platform::Environment environment) {
    environment.unset("RUSTUP_FORCE_ARG0");
    return environment;
}

}  // namespace

task::awaitable<Release> fetch_latest(net::Client& client, std::string root,
                                      std::string temporary) {
    const std::string path = temporary + "/rustup-update/release-stable.toml";
    const std::string text = co_await fetch_small(client, release_url(root), path);
    co_return parse_release(text);
}

task::awaitable<std::optional<platform::Fd>> fetch_program(net::Client& client, std::string root,
                                                           std::string version,
                                                           std::string folder) {
    const std::string url = program_url(root, version, resolve::build_tuple());
    const std::string shown = folder + "/rustup-init";
    ProgramSink sink;
    const net::Fetched fetched = co_await client.fetch(net::Url::parse(url), 0, sink);
    if (sink.is_foreign()) co_return std::nullopt;
    if (fetched.refusal == net::Refusal::absent) {
        throw download_error(net::absent_file_error(), url, shown);
    }
    if (!fetched.complete) throw download_error(net::failure_of(fetched), url, shown);
    const std::optional<Digest> expected = co_await fetch_hash(client, root, version);
    check_hash(url, sink.bytes(), expected);
    if (!sink.is_program()) co_return std::nullopt;
    co_return platform::make_nameless_program(folder, sink.bytes());
}

task::awaitable<std::string> load_version(task::Workers& workers, const platform::Fd& program,
                                          platform::Environment environment) {
    const platform::Environment own = child_environment(std::move(environment));
    const std::string path = platform::execution_path(program);
    auto job = [&](const OnWorker& on) {
        return platform::run_and_capture(on, path, {"rustup-init", "--version"}, own,
                                         kVersionPatience);
    };
    platform::ChildOutput output;
    try {
        output = co_await task::offload(workers, std::move(job));
    } catch (const Error&) {
        throw Error(Errc::corrupt, "failed to get rustup version");
    }
    co_return printed_version(output.text);
}

task::awaitable<bool> let_replace(task::Workers& workers, const platform::Fd& program,
                                  platform::Environment environment, std::string folder) {
    const platform::Environment own = child_environment(std::move(environment));
    const std::string path = platform::execution_path(program);
    auto job = [&](const OnWorker& on) {
        return platform::run_attached(on, path, {"rustup-init", "--self-replace"}, own);
    };
    std::optional<int> status;
    try {
        status = co_await task::offload_stream(workers, std::move(job));
    } catch (const Error& e) {
        // It has no name, but for those who read messages of rustup's.
        throw e.cause().in(fmt::format("unable to run updater ({}/rustup-init)", folder));
    }
    co_return status == 0;
}

bool may_write_beside_own_program() {
    const std::string own = platform::load_own_path();
    try {
        (void)platform::make_nameless_program(platform::folder_of(own), "");
        return true;
    } catch (const Error&) {
        return false;
    }
}

}  // namespace latchkey::setup

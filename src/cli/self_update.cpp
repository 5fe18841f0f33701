#include "self_update.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "latchkey/args/help.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/base/sha256.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/config/change_variables.hpp"
#include "latchkey/dist/server.hpp"
#include "latchkey/net/attempts.hpp"
#include "latchkey/platform/attached_child.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/own_program.hpp"
#include "latchkey/platform/process.hpp"
#include "latchkey/platform/program_file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/resolve/host.hpp"
#include "latchkey/setup/release.hpp"
#include "latchkey/setup/signature.hpp"
#include "own_programs.hpp"
#include "program_sink.hpp"

namespace latchkey::cli {
namespace {

constexpr std::string_view kVersion = LATCHKEY_VERSION;
constexpr std::size_t kMostReleaseBytes = 64UL << 10U;
constexpr std::chrono::seconds kVersionPatience{60};

/// The releases of rustup whose place this program takes: who wants one of them has it.
constexpr std::array<std::string_view, 2> kStoodFor{"1.29.0", args::kEmulatedVersion};

/// A new version of this program, ready to be run.
struct NewProgram {
    platform::Fd file;
    std::string url;
};

Error download_error(const Error& e, const std::string& url, const std::string& path) {
    return e.in(
        fmt::format("could not download file from '{}' to '{}'", without_credentials(url), path));
}

task::awaitable<std::string> fetch_small(Context& context, std::string url, std::string path) {
    std::optional<std::string> text;
    try {
        text = co_await context.client().fetch_text(net::Url::parse(url), kMostReleaseBytes);
    } catch (const Error& e) {
        throw download_error(e, url, path);
    }
    if (!text) throw download_error(Error(Errc::not_found, "file not found"), url, path);
    co_return *text;
}

task::awaitable<setup::Release> fetch_latest(Context& context, std::string root) {
    const std::string temporary = context.environment().find("TMPDIR").value_or("/tmp");
    const std::string path = temporary + "/rustup-update/release-stable.toml";
    const std::string text = co_await fetch_small(context, setup::release_url(root), path);
    co_return setup::parse_release(text);
}

bool is_known(const std::string& version) {
    return version == kVersion || std::ranges::find(kStoodFor, version) != kStoodFor.end();
}

/// What is newer of another program is no news, rustup's own above all.
bool is_current(const setup::Release& release) {
    return !release.ours || is_known(release.version);
}

bool may_write_beside_own_program() {
    const std::string own = platform::load_own_path();
    try {
        (void)platform::make_nameless_program(own.substr(0, own.rfind('/')), "");
        return true;
    } catch (const Error&) {
        return false;
    }
}

void require_installed(const Context& context) {
    const auto& variables = context.place().variables;
    if (platform::find_target_status(variables.cargo_home + "/bin/rustup")) return;
    throw Error(Errc::not_found,
                fmt::format("rustup is not installed at '{}'", variables.cargo_home));
}

/// The text of something that a signed release has.
task::awaitable<std::string> fetch_signed(Context& context, std::string url) {
    const auto text = co_await context.client().fetch_text(net::Url::parse(url), kMostReleaseBytes);
    if (!text) {
        throw Error(Errc::corrupt, fmt::format("the release is not signed: there is no '{}'",
                                               without_credentials(url)));
    }
    co_return *text;
}

/// The hash that those vouch for whose key was built in.
task::awaitable<Digest> fetch_vouched(Context& context, std::string root, std::string version) {
    const std::string url = setup::sums_url(root, version);
    const std::string sums = co_await fetch_signed(context, url);
    const std::string signature = co_await fetch_signed(context, url + ".sig");
    if (!setup::is_signed(sums, signature, setup::release_key())) {
        throw Error(Errc::corrupt, fmt::format("the signature of '{}' is not one of Latchkey's",
                                               without_credentials(url)));
    }
    const std::string program = setup::program_url("", version, resolve::build_tuple());
    const std::optional<Digest> vouched = setup::find_sum(sums, program.substr(1));
    if (!vouched) {
        throw Error(Errc::corrupt, fmt::format("'{}' does not name '{}'", without_credentials(url),
                                               program.substr(1)));
    }
    co_return *vouched;
}

/// Which hash the program must have: the one that is signed, if a key was built in; otherwise the
/// one beside it. Empty: there is none.
task::awaitable<std::optional<Digest>> fetch_hash(Context& context, std::string root,
                                                  std::string version) {
    if (!setup::release_key().empty()) {
        const Digest vouched = co_await fetch_vouched(context, root, version);
        co_return vouched;
    }
    const std::string url = setup::program_url(root, version, resolve::build_tuple()) + ".sha256";
    const auto text = co_await context.client().fetch_text(net::Url::parse(url), kMostReleaseBytes);
    if (!text) co_return std::nullopt;
    co_return setup::parse_hash_file(*text, url);
}

void check_hash(const std::string& url, const std::string& bytes,
                const std::optional<Digest>& expected) {
    const Digest found = Sha256::of(bytes);
    if (!expected || found == *expected) return;
    throw dist::checksum_error(url, expected->hex(), found.hex());
}

/// Empty: what lies there is not ours.
task::awaitable<std::optional<platform::Fd>> fetch_program(Context& context, std::string root,
                                                           std::string version) {
    const std::string url = setup::program_url(root, version, resolve::build_tuple());
    const std::string folder = bin_folder(context);
    const std::string shown = folder + "/rustup-init";
    ProgramSink sink;
    const net::Fetched fetched = co_await context.client().fetch(net::Url::parse(url), 0, sink);
    if (sink.is_foreign()) co_return std::nullopt;
    if (fetched.refusal == net::Refusal::absent) {
        throw download_error(Error(Errc::not_found, "file not found"), url, shown);
    }
    if (!fetched.complete) throw download_error(net::failure_of(fetched), url, shown);
    const std::optional<Digest> expected = co_await fetch_hash(context, root, version);
    check_hash(url, sink.bytes(), expected);
    if (!sink.is_program()) co_return std::nullopt;
    co_return platform::make_nameless_program(folder, sink.bytes());
}

/// The child is told apart by its argv[0] alone.
platform::Environment child_environment(const Context& context) {
    platform::Environment environment = context.environment();
    environment.unset("RUSTUP_FORCE_ARG0");
    return environment;
}

task::awaitable<std::string> load_version(Context& context, const platform::Fd& program) {
    const platform::Environment environment = child_environment(context);
    const std::string path = platform::execution_path(program);
    auto job = [&](const OnWorker& on) {
        return platform::run_and_capture(on, path, {"rustup-init", "--version"}, environment,
                                         kVersionPatience);
    };
    platform::ChildOutput output;
    try {
        output = co_await task::offload(context.loop().workers(), std::move(job));
    } catch (const Error&) {
        throw Error(Errc::corrupt, "failed to get rustup version");
    }
    co_return setup::printed_version(output.text);
}

task::awaitable<int> run_new_program(Context& context, const platform::Fd& program) {
    const platform::Environment environment = child_environment(context);
    const std::string path = platform::execution_path(program);
    auto job = [&](const OnWorker& on) {
        return platform::run_attached(on, path, {"rustup-init", "--self-replace"}, environment);
    };
    std::optional<int> status;
    try {
        status = co_await task::offload_stream(context.loop().workers(), std::move(job));
    } catch (const Error& e) {
        // It has no name, but for those who read messages of rustup's.
        throw e.cause().in(
            fmt::format("unable to run updater ({}/rustup-init)", bin_folder(context)));
    }
    if (status == 0) co_return 0;
    context.log().error("self-updated failed to replace rustup executable");
    co_return 1;
}

std::string self_summary(const Context& context, std::string_view what, std::string_view rest) {
    const screen::Paint paint = what == "updated" ? screen::Paint::good : screen::Paint::bold;
    return fmt::format("  {} - {}\n\n", context.paint(paint, fmt::format("rustup {}", what)), rest);
}

task::awaitable<setup::Release> find_wanted(Context& context, std::string root) {
    if (const auto version = context.change_variables().self_update_version) {
        context.log().info(fmt::format("`RUSTUP_VERSION` has been set to `{}`", *version));
        setup::Release wanted;
        wanted.version = *version;
        wanted.ours = true;  // As far as is known before it comes.
        co_return wanted;
    }
    setup::Release latest = co_await fetch_latest(context, root);
    co_return latest;
}

Error foreign_error(const std::string& url) {
    return Error(Errc::unsupported,
                 fmt::format("the program at '{}' is not Latchkey, which would be lost with it",
                             without_credentials(url)));
}

task::awaitable<int> update_from(Context& context, std::string root, SelfUpdateCause cause) {
    const bool asked = cause == SelfUpdateCause::asked_for;
    context.log().info(fmt::format("checking for self-update (current version: {})", kVersion));
    const setup::Release release = co_await find_wanted(context, root);
    const std::string& version = release.version;
    if (asked && !release.ours && !is_known(version)) {
        context.log().info(fmt::format("the release {} at '{}' is not one of Latchkey", version,
                                       without_credentials(root)));
    }
    if (is_current(release)) {
        if (asked) context.print(self_summary(context, "unchanged", kVersion));
        co_await refresh_proxies(context);
        co_return 0;
    }
    context.log().info(fmt::format("downloading self-update (new version: {})", version));
    const std::optional<platform::Fd> program = co_await fetch_program(context, root, version);
    if (!program) {
        const Error foreign =
            foreign_error(setup::program_url(root, version, resolve::build_tuple()));
        if (asked) throw foreign;
        context.log().warn(foreign.what());
        co_return 0;
    }
    if (asked) {
        const std::string said = co_await load_version(context, *program);
        context.print(self_summary(context, "updated",
                                   fmt::format("{} (from {})", printable_line(said), kVersion)));
    }
    co_return co_await run_new_program(context, *program);
}

}  // namespace

config::SelfUpdateMode self_update_mode(const Context& context) {
    const platform::Environment& environment = context.environment();
    if (environment.find("CI") && !environment.find("RUSTUP_CI")) {
        return config::SelfUpdateMode::disable;
    }
    return context.place().settings.auto_self_update.value_or(config::SelfUpdateMode::enable);
}

task::awaitable<int> update_self(Context& context, SelfUpdateCause cause) {
    const bool asked = cause == SelfUpdateCause::asked_for;
    const std::optional<std::string> root = context.change_variables().update_root;
    if (!root && !asked) co_return 0;
    if (is_packaged() || !may_write_beside_own_program()) {
        if (!asked) co_return 0;
        context.log().error("self-update is disabled for this build of rustup");
        context.log().error("you should probably use your system package manager to update rustup");
        co_return 1;
    }
    require_installed(context);
    if (!root) {
        throw Error(Errc::unsupported,
                    "no update server is configured: set RUSTUP_UPDATE_ROOT to one that has "
                    "releases of Latchkey");
    }
    co_return co_await update_from(context, *root, cause);
}

task::awaitable<bool> print_self_check(Context& context) {
    const std::optional<std::string> root = context.change_variables().update_root;
    if (!root || is_packaged()) co_return false;
    const setup::Release latest = co_await fetch_latest(context, *root);
    const bool newer = !is_current(latest);
    const std::string name = context.paint(screen::Paint::bold, "rustup - ");
    if (newer) {
        context.print(fmt::format("{}{} : {} -> {}\n", name,
                                  context.paint(screen::Paint::caution, "update available"),
                                  kVersion, latest.version));
    } else {
        context.print(fmt::format("{}{} : {}\n", name,
                                  context.paint(screen::Paint::good, "up to date"), kVersion));
    }
    co_return newer;
}

task::awaitable<int> update_self_if_wanted(Context& context, bool wanted) {
    if (is_packaged()) {
        context.log().info("self-update is disabled for this build of rustup");
        context.log().info(
            "any updates to rustup will need to be fetched with your system package manager");
        co_return 0;
    }
    if (!wanted || self_update_mode(context) != config::SelfUpdateMode::enable) co_return 0;
    co_return co_await update_self(context, SelfUpdateCause::by_the_way);
}

task::awaitable<void> check_self_if_wanted(Context& context) {
    if (self_update_mode(context) != config::SelfUpdateMode::check_only) co_return;
    (void)co_await print_self_check(context);
}

}  // namespace latchkey::cli

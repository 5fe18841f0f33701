#include "channel.hpp"

#include <fmt/format.h>

#include "latchkey/base/digest.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/sha256.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/dist/combined.hpp"
#include "latchkey/dist/server.hpp"
#include "latchkey/dist/signed_release.hpp"
#include "latchkey/net/download_errors.hpp"
#include "server_text.hpp"
#include "server_turns.hpp"
#include "signature.hpp"

namespace latchkey::toolchain {
namespace {

constexpr std::size_t kMaxChecksumBytes = 64 * 1024;
constexpr std::size_t kMaxManifestBytes = 64 * 1024 * 1024;

/// What signatures at a place decide: what the list says of that server, else what the user says.
config::SignaturePolicy policy_at(const Services& services, std::size_t place) {
    return services.mirrors->signature(place).value_or(services.options.signature);
}

/// Fetches a channel from the server at a place.
task::awaitable<ChannelAnswer> fetch_channel_from(Services& services, dist::ToolchainName name,
                                                  std::optional<std::string> known_hash,
                                                  std::size_t place, unsigned max_retries) {
    const std::string url = services.mirrors->server(place).manifest_url(name);
    const std::string checksum_url = url + ".sha256";
    ChannelAnswer answer;
    answer.absent_url = checksum_url;
    const auto checksum =
        co_await fetch_text(services, checksum_url, kMaxChecksumBytes, max_retries);
    if (!checksum) co_return answer;
    answer.absent_url = url;
    answer.hash = dist::parse_checksum_file(*checksum, checksum_url);
    if (known_hash && *known_hash == dist::update_hash(answer.hash)) {
        answer.kind = ChannelAnswer::Kind::unchanged;
        co_return answer;
    }
    const config::SignaturePolicy policy = policy_at(services, place);
    const SignedText file =
        co_await fetch_signed(services, url, kMaxManifestBytes, policy, max_retries);
    if (!file.text) co_return answer;
    answer.signature_warning = file.warning;
    const std::string path = services.home.temporary_file_of(url);
    auto read = [&](const OnWorker&) {
        const std::string calculated = Sha256::of(*file.text).hex();
        if (calculated != answer.hash) {
            answer.kind = ChannelAnswer::Kind::inconsistent;
            answer.mismatch = dist::checksum_error(url, answer.hash, calculated);
            return;
        }
        answer.manifest = dist::parse_manifest(*file.text, path);
        if (const auto other = dist::find_other_release(answer.manifest, name);
            other && file.good) {
            const Error cause(Errc::corrupt, *other);
            answer.signature_warning = warn_or_throw(signature_error(url, cause, policy), policy);
        }
        answer.text = std::make_shared<const std::string>(dist::serialise(answer.manifest));
        answer.kind = ChannelAnswer::Kind::manifest;
    };
    co_await on_worker(services, read);
    co_return answer;
}

task::awaitable<ChannelAnswer> fetch_dated_from(Services& services, std::string url,
                                                std::string hash, config::SignaturePolicy policy,
                                                unsigned max_retries) {
    const SignedText file =
        co_await fetch_signed(services, url, kMaxManifestBytes, policy, max_retries);
    if (!file.text) {
        throw Error(Errc::not_found, "the server has no '" + without_credentials(url) + "'");
    }
    ChannelAnswer answer;
    answer.signature_warning = file.warning;
    const std::string path = services.home.temporary_file_of(url);
    auto read = [&answer, &file, &url, &hash, &path](const OnWorker&) {
        const std::string calculated = Sha256::of(*file.text).hex();
        if (calculated != hash) throw dist::checksum_error(url, hash, calculated);
        answer.hash = hash;
        answer.manifest = dist::parse_manifest(*file.text, path);
        answer.text = std::make_shared<const std::string>(dist::serialise(answer.manifest));
        answer.kind = ChannelAnswer::Kind::manifest;
    };
    co_await on_worker(services, read);
    co_return answer;
}

}  // namespace

task::awaitable<ChannelAnswer> fetch_channel(Services& services, dist::ToolchainName name,
                                             std::optional<std::string> known_hash,
                                             std::string oldest_date) {
    const AskServer ask = [&](std::size_t place, unsigned max_retries) {
        return fetch_channel_from(services, name, known_hash, place, max_retries);
    };
    ChannelAnswer answer = co_await ask_in_turn(services, name, ask, std::move(oldest_date));
    co_return answer;
}

task::awaitable<ChannelAnswer> fetch_dated(Services& services, dist::ToolchainName name,
                                           std::string url, std::string hash,
                                           std::optional<config::SignaturePolicy> policy) {
    const AskServer ask = [&](std::size_t place, unsigned max_retries) {
        return fetch_dated_from(services, services.mirrors->component_url(place, url), hash,
                                policy.value_or(policy_at(services, place)), max_retries);
    };
    ChannelAnswer answer = co_await ask_in_turn(services, name, ask, "");
    co_return answer;
}

Error absent_file_error(const Services& services, const std::string& url) {
    return download_error(services, net::absent_file_error(), url);
}

Error nonexistent_version_error(const dist::ToolchainName& name, const Error& cause) {
    return cause.in(fmt::format("could not download nonexistent rust version `{}`", name.str()));
}

Error obsolete_manifest_error() {
    return Error(Errc::unsupported,
                 "the server unexpectedly provided an obsolete version of the distribution "
                 "manifest");
}

namespace {

/// The list of a channel's archives. Empty: there is none.
task::awaitable<std::optional<std::string>> fetch_list(Services& services, dist::ToolchainName name,
                                                       std::size_t place, unsigned max_retries) {
    const std::string url = services.mirrors->server(place).legacy_manifest_url(name);
    const std::string checksum_url = url + ".sha256";
    std::optional<std::string> list;
    try {
        const auto checksum =
            co_await fetch_text(services, checksum_url, kMaxChecksumBytes, max_retries);
        if (!checksum) co_return std::nullopt;
        SignedText file = co_await fetch_signed(services, url, kMaxManifestBytes,
                                                policy_at(services, place), max_retries);
        if (file.warning) services.reporter.warn(*file.warning);
        list = std::move(file.text);
        if (!list) co_return std::nullopt;
        const std::string expected = dist::parse_checksum_file(*checksum, checksum_url);
        const std::string calculated = Sha256::of(*list).hex();
        if (calculated == expected) co_return list;
        throw dist::checksum_error(url, expected, calculated);
    } catch (const Error& e) {
        if (e.code() == Errc::corrupt) throw;
        throw e.in(fmt::format("failed to download manifest for '{}'", name.manifest_name()));
    }
}

/// Of the archive, beside the channel's list or known by its version.
task::awaitable<std::optional<std::string>> find_archive_url(Services& services,
                                                             dist::ToolchainName name,
                                                             bool is_configured, std::size_t place,
                                                             unsigned max_retries) {
    const dist::Server& server = services.mirrors->server(place);
    const bool is_version = name.channel().kind() == dist::Channel::Kind::version;
    std::optional<std::string> list;
    if (!is_version) {
        list = co_await fetch_list(services, name, place, max_retries);
        if (!list) co_return std::nullopt;
    }
    if (is_configured) throw obsolete_manifest_error();
    if (is_version) co_return server.legacy_version_url(name);
    const auto file = dist::find_legacy_file(*list, name.target());
    if (file) co_return server.legacy_file_url(name, *file);
    throw Error(Errc::not_found,
                fmt::format("binary package was not provided for '{}'", name.target()));
}

Error unsigned_archive_error(const dist::ToolchainName& name) {
    return {
        Errc::unsupported,
        fmt::format("'{}' is a release of before 2016, of whose archive no signature is checked, "
                    "and one is required; `rustup set signature warn` does without",
                    name.manifest_name())};
}

task::awaitable<ChannelAnswer> fetch_combined_from(Services& services, dist::ToolchainName name,
                                                   std::optional<std::string> known_hash,
                                                   bool is_configured, std::size_t place,
                                                   unsigned max_retries) {
    ChannelAnswer answer;
    const auto url = co_await find_archive_url(services, name, is_configured, place, max_retries);
    if (!url) {
        answer.absence =
            Error(Errc::not_found, fmt::format("no release found for '{}'", name.manifest_name()));
        co_return answer;
    }
    const std::string checksum_url = *url + ".sha256";
    const auto checksum =
        co_await fetch_text(services, checksum_url, kMaxChecksumBytes, max_retries);
    if (!checksum) {
        throw nonexistent_version_error(name, absent_file_error(services, checksum_url));
    }
    answer.hash = dist::parse_checksum_file(*checksum, checksum_url);
    if (!Digest::parse(answer.hash)) {
        throw dist::malformed_checksum_file_error(checksum_url);
    }
    if (known_hash && *known_hash == dist::update_hash(answer.hash)) {
        answer.kind = ChannelAnswer::Kind::unchanged;
        co_return answer;
    }
    if (policy_at(services, place) == config::SignaturePolicy::require) {
        throw unsigned_archive_error(name);
    }
    answer.kind = ChannelAnswer::Kind::combined;
    answer.manifest = dist::combined_manifest(name.manifest_name(), *url, answer.hash);
    co_return answer;
}

}  // namespace

task::awaitable<ChannelAnswer> fetch_combined(Services& services, dist::ToolchainName name,
                                              std::optional<std::string> known_hash,
                                              bool is_configured) {
    const AskServer ask = [&](std::size_t place, unsigned max_retries) {
        return fetch_combined_from(services, name, known_hash, is_configured, place, max_retries);
    };
    ChannelAnswer answer = co_await ask_in_turn(services, name, ask, "");
    co_return answer;
}

void explain_mismatch(Services& services, const Error& mismatch) {
    const dist::Server& server = services.options.variables.server;
    services.reporter.warn(mismatch.what());
    if (server.is_official()) {
        services.reporter.info(
            "this is likely due to an ongoing update of the official release server, please try "
            "again "
            "later");
        services.reporter.info(
            "see <https://github.com/rust-lang/rustup/issues/3390> for more details");
    } else {
        services.reporter.info(
            fmt::format("this might indicate an issue with the third-party release server '{}'",
                        server.dist_root));
        services.reporter.info(
            "see <https://github.com/rust-lang/rustup/issues/3885> for more details");
    }
}

}  // namespace latchkey::toolchain

#include "channel_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string_view>

#include "latchkey/base/digest.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/base/sha256.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/dist/nightly.hpp"
#include "latchkey/dist/server.hpp"
#include "latchkey/net/url.hpp"
#include "latchkey/toolchain/release_signature.hpp"
#include "server_turns.hpp"

namespace latchkey::fleet {
namespace {

constexpr std::size_t kMaxNoteBytes = 256 * 1024;
constexpr std::size_t kMaxManifestBytes = 64 * 1024 * 1024;

task::awaitable<std::optional<std::string>> fetch_text(Means& means, std::string url,
                                                       std::size_t limit_bytes) {
    try {
        std::optional<std::string> text =
            co_await means.client.fetch_text(net::Url::parse(url), limit_bytes);
        co_return text;
    } catch (const Error& e) {
        throw e.in("could not download '" + without_credentials(url) + "'");
    }
}

/// What the servers have answered that do not have what is wanted.
struct Refused {
    std::string oldest;         ///< The oldest date that counts. Empty: any.
    std::string newest_behind;  ///< Of the manifests that are older. Empty: none is.
    std::string absent_url;     ///< The first file that is not there.
};

Error no_release_error(const Means& means, const dist::ToolchainName& name,
                       const Refused& refused) {
    return Error(Errc::not_found,
                 fmt::format("the server has no release '{}': '{}' does not exist{}",
                             name.manifest_name(), without_credentials(refused.absent_url),
                             means.mirrors.listed() ? ", nor does another mirror have it" : ""));
}

Error behind_error(const dist::ToolchainName& name, const Refused& refused) {
    return Error(Errc::not_found,
                 fmt::format("the newest {} of the mirrors is of {}, and older than the one of {} "
                             "that is here, which stays; try again when a mirror has it",
                             name.manifest_name(), refused.newest_behind, refused.oldest));
}

Error bad_date_error(const std::string& url, const std::string& date) {
    return Error(Errc::corrupt, fmt::format("the manifest '{}' has a date that is none: '{}'",
                                            without_credentials(url), printable_line(date)));
}

/// From the server at a place. Empty: it has no such release, or is behind.
task::awaitable<std::optional<ChannelFiles>> fetch_from(Means& means, dist::ToolchainName name,
                                                        std::optional<std::string> known,
                                                        std::size_t place, Refused& refused) {
    const std::string url = means.mirrors.server(place).manifest_url(name);
    const std::string checksum_url = url + ".sha256";
    ChannelFiles files;
    auto checksum = co_await fetch_text(means, checksum_url, kMaxNoteBytes);
    if (!checksum) {
        if (refused.absent_url.empty()) refused.absent_url = checksum_url;
        co_return std::nullopt;
    }
    files.checksum = *std::move(checksum);
    files.hash = dist::parse_checksum_file(files.checksum, checksum_url);
    if (!Digest::parse(files.hash)) throw dist::malformed_checksum_file_error(checksum_url);
    auto is_known = [&](const OnWorker&) {
        return known && Sha256::of(*known).hex() == files.hash;
    };
    const bool at_hand = co_await task::offload(means.loop.workers(), is_known);
    if (!at_hand) {
        known = co_await fetch_text(means, url, kMaxManifestBytes);
        if (!known) {
            if (refused.absent_url.empty()) refused.absent_url = url;
            co_return std::nullopt;
        }
    }
    files.text = *std::move(known);
    files.signature = co_await fetch_text(means, url + ".asc", kMaxNoteBytes);
    auto read = [&](const OnWorker&) {
        const std::string calculated = Sha256::of(files.text).hex();
        if (calculated != files.hash) throw dist::checksum_error(url, files.hash, calculated);
        files.manifest = dist::parse_manifest(files.text, without_credentials(url));
        if (!dist::parse_day(files.manifest.date)) throw bad_date_error(url, files.manifest.date);
        const auto policy = means.mirrors.signature(place).value_or(means.signature);
        const toolchain::TakenManifest taken{url, files.text, files.manifest, files.signature};
        files.signature_warning = toolchain::check_release_signature(
            means.home, means.variables.pgp_key, policy, name, taken);
    };
    co_await task::offload(means.loop.workers(), read);
    if (files.manifest.date < refused.oldest) {
        refused.newest_behind = std::max(refused.newest_behind, files.manifest.date);
        co_return std::nullopt;
    }
    std::optional<ChannelFiles> found = std::move(files);
    co_return found;
}

/// Of a manifest that is at hand. Empty: it says nothing of use.
std::string date_of(const std::optional<std::string>& text) {
    if (!text) return "";
    try {
        return dist::parse_manifest(*text, "").date;
    } catch (const Error&) {
        return "";  // It is damaged, and comes anew.
    }
}

}  // namespace

task::awaitable<std::optional<std::string>> fetch_note(Means& means, std::string url) {
    const std::function ask = [&](std::size_t place) {
        return fetch_text(means, means.mirrors.component_url(place, url), kMaxNoteBytes);
    };
    std::optional<std::string> text = co_await ask_servers<std::string>(means, ask);
    co_return text;
}

task::awaitable<ChannelFiles> fetch_channel_files(Means& means, dist::ToolchainName name,
                                                  std::optional<std::string> known) {
    Refused refused;
    if (means.mirrors.listed()) {
        auto read = [&](const OnWorker&) { return date_of(known); };
        refused.oldest = co_await task::offload(means.loop.workers(), read);
    }
    const std::function ask = [&](std::size_t place) {
        return fetch_from(means, name, known, place, refused);
    };
    std::optional<ChannelFiles> files = co_await ask_servers<ChannelFiles>(means, ask);
    if (!files && !refused.newest_behind.empty()) throw behind_error(name, refused);
    if (!files) throw no_release_error(means, name, refused);
    if (files->signature_warning) means.reporter.warn(*files->signature_warning);
    co_return std::move(*files);
}

}  // namespace latchkey::fleet

#include "latchkey/config/change_variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "environment_text.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/printable.hpp"
#include "number.hpp"

namespace latchkey::config {
namespace {

using platform::Environment;

constexpr std::uint64_t kDownloadTimeout = 180;
constexpr std::uint64_t kUnsignedMax = std::numeric_limits<unsigned>::max();

/// A number of seconds that no clock overflows by.
constexpr std::uint64_t kMaxSeconds = std::numeric_limits<std::int32_t>::max();

std::optional<std::uint64_t> find_number(const Environment& environment, const std::string& name) {
    const auto text = environment.find(name);
    return text ? parse_env_number(*text).value : std::nullopt;
}

std::optional<unsigned> find_positive(const Environment& environment, const std::string& name) {
    const auto number = find_number(environment, name);
    if (!number || *number == 0) return std::nullopt;
    return static_cast<unsigned>(std::min(*number, kUnsignedMax));
}

unsigned parse_backtrack_limit(const Environment& environment) {
    constexpr unsigned kDefault = 21;
    const auto text = environment.find("RUSTUP_BACKTRACK_LIMIT");
    if (!text) return kDefault;
    const bool negative = text->starts_with('-') && !text->starts_with("-+");
    const auto number = parse_env_number(negative ? text->substr(1) : *text).value;
    if (!number || *number > std::numeric_limits<std::int32_t>::max()) return kDefault;
    return negative || *number == 0 ? 1 : static_cast<unsigned>(*number);
}

std::chrono::seconds parse_lock_timeout(const Environment& environment) {
    const auto text = environment.find("LATCHKEY_LOCK_TIMEOUT");
    if (!text) return std::chrono::seconds(0);
    const Number number = parse_env_number(*text);
    if (!number.value) {
        throw Error(Errc::usage, std::string(number.cause))
            .in("invalid value in LATCHKEY_LOCK_TIMEOUT -- must be a number of seconds");
    }
    return std::chrono::seconds(std::min(*number.value, kMaxSeconds));
}

Compression parse_compression(const Environment& environment) {
    constexpr std::array<std::string_view, 4> kWords{"auto", "xz", "gz", "zst"};
    const auto text = environment.find("LATCHKEY_COMPRESSION");
    if (!text) return Compression::automatic;
    const auto word = std::ranges::find(kWords, *text);
    if (word == kWords.end()) {
        throw Error(Errc::usage,
                    fmt::format("invalid value in LATCHKEY_COMPRESSION -- must be one of {}",
                                fmt::join(kWords, ", ")));
    }
    return static_cast<Compression>(word - kWords.begin());
}

std::optional<SignaturePolicy> parse_signature(const Environment& environment) {
    const auto text = environment.find("RUSTUP_SIGNATURE");
    if (!text || text->empty()) return std::nullopt;
    const auto policy = parse_signature_policy(*text);
    if (policy) return policy;
    throw Error(Errc::usage, fmt::format("invalid value '{}' in RUSTUP_SIGNATURE -- must be one of "
                                         "require, warn, off",
                                         printable_line(*text)));
}

}  // namespace

ChangeVariables parse_change_variables(const Environment& environment) {
    ChangeVariables variables;
    const auto dist_server = find_strict_url(environment, "RUSTUP_DIST_SERVER");
    const auto dist_root = find_strict_url(environment, "RUSTUP_DIST_ROOT");
    variables.names_server = dist_server || dist_root;
    variables.server = dist::Server::from(dist_server, dist_root,
                                          environment.find("RUSTUP_STAGED_MANIFEST").has_value());
    variables.update_root = find_lenient_url(environment, "RUSTUP_UPDATE_ROOT");
    variables.self_update_version = find_strict_text(environment, "RUSTUP_VERSION");
    if (const auto retries = find_number(environment, "RUSTUP_MAX_RETRIES")) {
        variables.max_retries = static_cast<unsigned>(std::min(*retries, kUnsignedMax));
    }
    variables.concurrent_downloads = find_positive(environment, "RUSTUP_CONCURRENT_DOWNLOADS");
    variables.unpack_ram_bytes = find_number(environment, "RUSTUP_UNPACK_RAM");
    variables.backtrack_limit = parse_backtrack_limit(environment);
    variables.permit_copy_rename = environment.contains("RUSTUP_PERMIT_COPY_RENAME");
    variables.signature = parse_signature(environment);
    variables.pgp_key = environment.find("RUSTUP_PGP_KEY");
    if (variables.pgp_key && variables.pgp_key->empty()) variables.pgp_key.reset();
    variables.lock_timeout = parse_lock_timeout(environment);
    variables.compression = parse_compression(environment);
    return variables;
}

std::chrono::seconds parse_download_timeout(const Environment& environment) {
    const auto text = find_lenient_text(environment, "RUSTUP_DOWNLOAD_TIMEOUT");
    if (!text) return std::chrono::seconds(kDownloadTimeout);
    const Number number = parse_env_number(*text);
    if (number.value && *number.value > 0) {
        return std::chrono::seconds(std::min(*number.value, kMaxSeconds));
    }
    const std::string_view cause =
        number.value ? "number would be zero for non-zero type" : number.cause;
    throw Error(Errc::usage, std::string(cause))
        .in("invalid value in RUSTUP_DOWNLOAD_TIMEOUT -- must be a natural number greater than "
            "zero");
}

std::optional<unsigned> parse_io_threads(const Environment& environment) {
    const auto text = find_lenient_text(environment, "RUSTUP_IO_THREADS");
    if (!text) return std::nullopt;
    const Number number = parse_env_number(*text);
    if (!number.value) {
        throw Error(Errc::usage,
                    fmt::format("invalid value in RUSTUP_IO_THREADS -- must be a natural number "
                                "greater than zero\n\nCaused by:\n    {}",
                                number.cause));
    }
    if (*number.value == 0) {
        throw Error(Errc::usage, "RUSTUP_IO_THREADS must be a natural number greater than zero");
    }
    return static_cast<unsigned>(std::min(*number.value, kUnsignedMax));
}

}  // namespace latchkey::config

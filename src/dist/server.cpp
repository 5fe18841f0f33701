#include "latchkey/dist/server.hpp"

#include <fmt/format.h>

#include "latchkey/base/error.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/base/text.hpp"

namespace latchkey::dist {
namespace {

constexpr std::size_t kHexDigits = 64;
constexpr std::size_t kUpdateHashDigits = 20;

/// Where a channel's files are: the root, or the archive of a day.
std::string folder(const Server& server, const ToolchainName& name) {
    if (name.date()) return fmt::format("{}/{}", server.dist_root, *name.date());
    return server.dist_root;
}

}  // namespace

Server Server::from(const std::optional<std::string>& dist_server,
                    const std::optional<std::string>& dist_root, bool staged) {
    Server server;
    if (dist_server && !dist_server->empty()) {
        server.dist_server = *dist_server;
    } else if (dist_root && !dist_root->empty()) {
        server.dist_server = *dist_root;
        if (constexpr std::string_view kTail = "/dist"; server.dist_server.ends_with(kTail)) {
            server.dist_server.resize(server.dist_server.size() - kTail.size());
        }
    }
    server.dist_root = server.dist_server + "/dist";
    server.staged = staged;
    return server;
}

std::string Server::manifest_url(const ToolchainName& name) const {
    return legacy_manifest_url(name) + ".toml";
}

std::string Server::legacy_manifest_url(const ToolchainName& name) const {
    if (staged && name.date()) {
        throw Error(Errc::unsupported,
                    fmt::format("'{}' is dated, and RUSTUP_STAGED_MANIFEST has no dated manifests",
                                name.manifest_name()));
    }
    return fmt::format("{}{}/channel-rust-{}", folder(*this, name), staged ? "/staging" : "",
                       name.channel().str());
}

std::string Server::legacy_file_url(const ToolchainName& name, std::string_view file) const {
    return fmt::format("{}/{}", folder(*this, name), file);
}

std::string Server::legacy_version_url(const ToolchainName& name) const {
    return legacy_file_url(name,
                           fmt::format("rust-{}-{}.tar.gz", name.channel().str(), name.target()));
}

std::string Server::component_url(std::string_view url) const {
    if (dist_server == kDefaultServer) return std::string(url);
    return replace_all(url, kDefaultServer, dist_server);
}

Error checksum_error(std::string_view url, std::string_view expected, std::string_view calculated) {
    return {Errc::corrupt, fmt::format("checksum failed for '{}', expected: '{}', calculated: '{}'",
                                       without_credentials(url), expected, calculated)};
}

Error malformed_checksum_file_error(std::string_view url) {
    return {Errc::corrupt,
            fmt::format("checksum file of '{}' is malformed", without_credentials(url))};
}

std::string parse_checksum_file(std::string_view text, std::string_view url) {
    if (text.size() < kHexDigits) throw malformed_checksum_file_error(url);
    return printable_line(text.substr(0, kHexDigits));
}

std::string update_hash(std::string_view hex) {
    return std::string(hex.substr(0, kUpdateHashDigits));
}

std::optional<std::string> find_legacy_file(std::string_view manifest, std::string_view target) {
    const std::string wanted = fmt::format("{}.tar.gz", target);
    for (const auto line : lines(manifest)) {
        if (line.find(wanted) != std::string_view::npos) return std::string(line);
    }
    return std::nullopt;
}

}  // namespace latchkey::dist

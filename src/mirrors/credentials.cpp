#include "latchkey/mirrors/credentials.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "latchkey/base/error.hpp"
#include "latchkey/config/netrc.hpp"
#include "latchkey/net/authorization.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::mirrors {
namespace {

bool is_control(char letter) {
    return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F;
}

/// Source: RFC 9110, 5.6.2 (token).
constexpr std::string_view kTokenSigns = "!#$%&'*+-.^_`|~";

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char letter) {
        return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
               (letter >= 'A' && letter <= 'Z') ||
               kTokenSigns.find(letter) != std::string_view::npos;
    });
}

bool is_this_machine(const std::string& host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

std::string path_of(const net::Url& url) {
    std::string path = url.target();
    path.resize(std::min(path.size(), path.find('?')));
    while (path.ends_with('/')) path.pop_back();
    return path;
}

/// Others who may read a password have it.
bool others_may_read(const std::string& path) {
    const auto status = platform::find_target_status(path);
    return status && (status->permissions & (S_IRGRP | S_IROTH)) != 0;
}

}  // namespace

std::optional<std::string> authorization_of(std::string_view text) {
    if (text.empty() || std::ranges::any_of(text, is_control)) return std::nullopt;
    const std::size_t blank = text.find(' ');
    if (blank != std::string_view::npos && is_token(text.substr(0, blank))) {
        return std::string(text);
    }
    if (text.find(':') != std::string_view::npos) return net::basic_authorization(text);
    return "Bearer " + std::string(text);
}

bool is_below(const net::Url& url, const net::Url& mirror) {
    if (url.scheme() != mirror.scheme() || url.host() != mirror.host() ||
        url.port() != mirror.port()) {
        return false;
    }
    const std::string folder = path_of(mirror);
    const std::string path = path_of(url);
    return path == folder || path.starts_with(folder + "/");
}

Credentials::Credentials(const std::vector<config::Mirror>& mirrors,
                         platform::Environment environment, std::optional<std::string> home,
                         Warn warn)
    : environment_(std::move(environment)), home_(std::move(home)), warn_(std::move(warn)) {
    for (const config::Mirror& mirror : mirrors) {
        mirrors_.push_back({mirror, net::Url::parse(mirror.url), false, std::nullopt});
    }
    std::ranges::stable_sort(mirrors_, std::ranges::greater(),
                             [](const Known& known) { return path_of(known.url).size(); });
}

std::optional<std::string> Credentials::find(const net::Url& url) {
    const auto found = std::ranges::find_if(
        mirrors_, [&url](const Known& known) { return is_below(url, known.url); });
    if (found == mirrors_.end()) return std::nullopt;
    if (!std::exchange(found->was_read, true)) found->authorization = read(*found);
    return found->authorization;
}

std::optional<std::string> Credentials::read(const Known& known) const {
    const config::Mirror& mirror = known.mirror;
    if (!mirror.netrc && !mirror.auth_variable) return std::nullopt;
    std::optional<std::string> authorization;
    if (mirror.netrc) {
        authorization = read_netrc(known);
    } else if (const auto value = environment_.find(*mirror.auth_variable)) {
        authorization = authorization_of(*value);
        if (!authorization) {
            warn_(
                fmt::format("the variable {} has control characters; the mirror '{}' is asked "
                            "without credentials",
                            *mirror.auth_variable, mirror.url));
        }
    } else {
        warn_(
            fmt::format("the variable {} is not set; the mirror '{}' is asked without "
                        "credentials",
                        *mirror.auth_variable, mirror.url));
    }
    if (authorization && known.url.scheme() == "http" && !is_this_machine(known.url.host())) {
        warn_(fmt::format("the credentials for the mirror '{}' are sent unencrypted; use https",
                          mirror.url));
    }
    return authorization;
}

std::optional<std::string> Credentials::read_netrc(const Known& known) const {
    const auto named = environment_.find("NETRC");
    if (!named && !home_) {
        warn_(
            fmt::format("there is no home directory with a .netrc; the mirror '{}' is asked "
                        "without credentials",
                        known.mirror.url));
        return std::nullopt;
    }
    const std::string path = named ? *named : *home_ + "/.netrc";
    std::optional<std::string> text;
    try {
        text = platform::find_file_text(path);
    } catch (const Error& e) {
        warn_(e.in("the credentials for the mirror '" + known.mirror.url + "' cannot be read")
                  .what());
        return std::nullopt;
    }
    const auto found =
        text ? config::find_netrc_credentials(*text, known.url.host()) : std::nullopt;
    const bool usable = found && std::ranges::none_of(*found, is_control);
    if (!usable) {
        warn_(
            fmt::format("'{}' has no login for '{}'; the mirror '{}' is asked without "
                        "credentials",
                        path, known.url.host(), known.mirror.url));
        return std::nullopt;
    }
    if (others_may_read(path)) {
        warn_(
            fmt::format("others may read the passwords in '{}'; run `chmod go= '{}'`", path, path));
    }
    return net::basic_authorization(*found);
}

}  // namespace latchkey::mirrors

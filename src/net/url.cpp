#include "latchkey/net/url.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/base/text.hpp"

namespace latchkey::net {
namespace {

namespace urls = boost::urls;

Error unparsable(const std::string& shown) {
    return Error(Errc::usage, "failed to parse url: " + shown);
}

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Where the authority ends, in which brackets have a meaning; 0 where there is none.
std::size_t authority_end(std::string_view text) {
    const std::size_t slashes = text.find("//");
    if (slashes == std::string_view::npos) return 0;
    if (slashes > 0 && text.find_first_of(":/?#") + 1 != slashes) return 0;
    return std::min(text.find_first_of("/?#", slashes + 2), text.size());
}

/// Percent-encodes what RFC 3986 allows nowhere.
std::string encoded(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    constexpr std::string_view kNowhere = "\"<>\\^`{|}";
    const std::size_t path_start = authority_end(text);
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const auto byte = static_cast<unsigned char>(c);
        bool bad = byte <= 0x20 || byte >= 0x7f || kNowhere.find(c) != std::string_view::npos;
        if (c == '%') {
            bad = at + 2 >= text.size() || !is_hex(text[at + 1]) || !is_hex(text[at + 2]);
        }
        if ((c == '[' || c == ']') && at >= path_start) bad = true;
        if (bad) {
            result += '%';
            result += kDigits[byte >> 4];
            result += kDigits[byte & 15];
        } else {
            result += c;
        }
    }
    return result;
}

std::string lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

std::uint16_t default_port(std::string_view scheme) {
    if (scheme == "http") return 80;
    if (scheme == "https") return 443;
    if (scheme == "socks5" || scheme == "socks5h") return 1080;
    return 0;
}

/// Whether a part of a path is this many dots, some of which may be encoded.
bool is_dots(std::string_view part, std::size_t count) {
    std::size_t dots = 0;
    for (part.remove_prefix(1); !part.empty(); ++dots) {
        const bool encoded = part.starts_with("%2e") || part.starts_with("%2E");
        if (!encoded && part[0] != '.') return false;
        part.remove_prefix(encoded ? 3 : 1);
    }
    return dots == count;
}

/// An absolute path without "." and ".." parts.
///
/// Source: RFC 3986, 5.2.4; WHATWG, "URL", for those that are encoded.
std::string without_dots(std::string_view path) {
    std::string result;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/', 1), path.size());
        const std::string_view part = path.substr(0, end);  // "/name"
        path.remove_prefix(end);
        const bool up = is_dots(part, 2);
        if (up) result.resize(result.empty() ? 0 : result.rfind('/'));
        if (!up && !is_dots(part, 1)) {
            result += part;
        } else if (path.empty()) {
            result += '/';
        }
    }
    return result;
}

/// What a name or an address that can be looked up is made of. Anything else would be for a proxy,
/// and means something else to it: a line end begins a field of the request.
bool is_of_host(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view(".-_~:").find(c) != std::string_view::npos;
}

std::string bracketed(const std::string& host) {
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

}  // namespace

Url Url::parse(std::string_view text) {
    std::optional<Url> url = find(text);
    if (!url) throw unparsable(without_credentials(text));
    return *std::move(url);
}

std::optional<Url> Url::find(std::string_view text) {
    std::string whole = encoded(tidy_url(text));
    const auto parsed = urls::parse_uri(whole);
    if (!parsed) return std::nullopt;
    const urls::url_view& view = *parsed;
    const std::string_view raw_path(view.encoded_path().data(), view.encoded_path().size());
    // Boost 1.81 takes the letters of a port like "8x" for the beginning of a path.
    const bool rooted = raw_path.starts_with('/');
    if (view.has_authority() && !raw_path.empty() && !rooted) return std::nullopt;

    Url url;
    url.scheme_ = lower(std::string(view.scheme()));
    url.host_ = lower(view.host_address());
    url.port_ = default_port(url.scheme_);
    if (url.port_ != 0 && url.host_.empty()) return std::nullopt;
    if (!std::ranges::all_of(url.host_, is_of_host)) return std::nullopt;
    if (view.has_port() && !view.port().empty()) {
        const auto number = parse_number(std::string(view.port()));
        if (!number || *number > 65535) return std::nullopt;
        url.port_ = static_cast<std::uint16_t>(*number);
        url.port_named_ = true;
    }
    if (view.has_userinfo()) url.credentials_ = view.userinfo();
    url.path_ = rooted ? without_dots(raw_path) : std::string(raw_path);
    if (view.has_query()) url.query_ = "?" + std::string(view.encoded_query());
    const auto path_start = static_cast<std::size_t>(raw_path.data() - whole.data());
    whole.replace(path_start, raw_path.size(), url.path_);
    url.text_ = std::move(whole);
    return url;
}

std::string Url::target() const {
    return (path_.starts_with('/') ? "" : "/") + path_ + query_;
}

std::string Url::authority() const {
    if (port_ == default_port(scheme_)) return bracketed(host_);
    return host_and_port();
}

std::string Url::host_and_port() const {
    return bracketed(host_) + ":" + std::to_string(port_);
}

std::string Url::shown() const {
    const bool local = scheme_ == "file" && host_.empty();
    // What has no host may be a user and a password with something else behind them.
    if (host_.empty() && !local) return without_secrets(text_);
    // A port, and an '@' behind it: it may be the beginning of a password that is not encoded.
    const bool torn = port_named_ && !credentials_ && text_.find('@') != std::string::npos;
    if (torn) return scheme_ + "://" + bracketed(host_);
    return scheme_ + "://" + authority() + (path_.starts_with('/') ? "" : "/") + path_;
}

std::string file_url(std::string_view path) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/+=,@";
    std::string url = "file://";
    for (const char c : path) {
        if (kPlain.find(c) != std::string_view::npos) {
            url += c;
        } else {
            url += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return url;
}

std::string Url::file_path() const {
    const auto parsed = urls::parse_uri(text_);
    std::string path = parsed ? parsed->path() : std::string();
    const bool local = host_.empty() || host_ == "localhost";
    if (scheme_ != "file" || !local || port_ != 0 || path.empty() || path[0] != '/' ||
        path.find('\0') != std::string::npos) {
        throw Error(Errc::usage, "bogus file url: '" + without_credentials(text_) + "'");
    }
    return path;
}

Url Url::parse_sent(const std::string& text) {
    std::optional<Url> url = find(text);
    if (!url) throw unparsable(without_secrets(text));
    return *std::move(url);
}

// By hand: Boost 1.81's own keeps ".." above the root.
Url Url::resolve(std::string_view location) const {
    std::string relative = tidy_url(location);
    // It has this URL's scheme, or one of its own that is not followed.
    const std::size_t path_end = std::min(relative.find_first_of("?#"), relative.size());
    std::replace(relative.begin(), relative.begin() + static_cast<std::ptrdiff_t>(path_end), '\\',
                 '/');
    relative = encoded(relative);
    const auto base = urls::parse_uri(text_);
    const auto reference = urls::parse_uri_reference(relative);
    if (!base || !reference) throw unparsable(without_secrets(location));
    std::string path(reference->encoded_path());
    const bool queried = reference->has_query();
    std::string query(queried ? reference->encoded_query() : "");

    if (reference->has_scheme() && !reference->has_authority()) return parse_sent(relative);
    const urls::url_view& authority = reference->has_authority() ? *reference : *base;
    if (!reference->has_authority() && path.empty()) {
        path = std::string(base->encoded_path());
        if (!queried && base->has_query()) query = std::string(base->encoded_query());
    } else if (!reference->has_authority() && path[0] != '/') {
        const std::string base_path(base->encoded_path());
        path.insert(0, base_path.empty() ? "/" : base_path.substr(0, base_path.rfind('/') + 1));
    }
    std::string target(reference->has_scheme() ? reference->scheme() : base->scheme());
    target += "://" + std::string(authority.encoded_authority()) + path;
    if (queried || !query.empty()) target += "?" + query;
    return parse_sent(target);
}

}  // namespace latchkey::net

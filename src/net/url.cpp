#include "latchkey/net/url.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <boost/url/url_view.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"

namespace latchkey::net {
namespace {

namespace urls = boost::urls;

[[noreturn]] void throw_unparsable(std::string_view text) {
    throw Error(Errc::usage, "failed to parse url: " + std::string(text));
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
    return 0;
}

std::string bracketed(const std::string& host) {
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

}  // namespace

Url Url::parse(std::string_view text) {
    const std::string whole = encoded(trim(text));
    const auto parsed = urls::parse_uri(whole);
    if (!parsed) throw_unparsable(text);
    const urls::url_view& view = *parsed;

    Url url;
    url.text_ = whole;
    url.scheme_ = lower(std::string(view.scheme()));
    url.host_ = lower(view.host_address());
    url.port_ = default_port(url.scheme_);
    if (url.port_ != 0 && url.host_.empty()) throw_unparsable(text);
    if (view.has_port() && !view.port().empty()) {
        const auto number = parse_number(std::string(view.port()));
        if (!number || *number > 65535) throw_unparsable(text);
        url.port_ = static_cast<std::uint16_t>(*number);
    }
    if (view.has_userinfo()) url.credentials_ = view.userinfo();
    url.target_ = std::string(view.encoded_path());
    if (url.target_.empty() || url.target_[0] != '/') url.target_.insert(0, "/");
    if (view.has_query()) url.target_ += "?" + std::string(view.encoded_query());
    return url;
}

std::string Url::authority() const {
    if (port_ == default_port(scheme_)) return bracketed(host_);
    return host_and_port();
}

std::string Url::host_and_port() const {
    return bracketed(host_) + ":" + std::to_string(port_);
}

std::string Url::shown() const {
    return scheme_ + "://" + authority() + target_;
}

std::string Url::file_path() const {
    const auto parsed = urls::parse_uri(text_);
    std::string path = parsed ? parsed->path() : std::string();
    const bool local = host_.empty() || host_ == "localhost";
    if (scheme_ != "file" || !local || port_ != 0 || path.empty() || path[0] != '/' ||
        path.find('\0') != std::string::npos) {
        throw Error(Errc::usage, "bogus file url: '" + text_ + "'");
    }
    return path;
}

Url Url::resolve(std::string_view location) const {
    const std::string relative = encoded(trim(location));
    const auto base = urls::parse_uri(text_);
    const auto reference = urls::parse_uri_reference(relative);
    urls::url target;
    if (!base || !reference || !urls::resolve(*base, *reference, target)) {
        throw_unparsable(location);
    }
    target.remove_fragment();
    return parse(std::string_view(target.buffer().data(), target.buffer().size()));
}

}  // namespace latchkey::net

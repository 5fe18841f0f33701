#include "latchkey/base/shown_url.hpp"

#include <algorithm>

#include "latchkey/base/text.hpp"

namespace latchkey {
namespace {

constexpr std::string_view kEndsAuthority = "/?#\\";

/// "https" of "https://h"; empty where there is none.
std::string_view scheme_of(std::string_view text) {
    const std::size_t colon = text.find("://");
    if (colon == std::string_view::npos) return {};
    const std::string_view scheme = text.substr(0, colon);
    const bool fits = std::ranges::all_of(scheme, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '+' || c == '-' || c == '.';
    });
    return fits ? scheme : std::string_view{};
}

struct Place {
    bool fits;
    bool has_port;
};

/// Whether it is "host", "host:port" or an address in brackets.
Place judge(std::string_view host) {
    const std::size_t behind_bracket = host.starts_with('[') ? host.find(']') : 0;
    if (behind_bracket == std::string_view::npos) return {false, false};
    const std::size_t colon = host.find(':', behind_bracket);
    const bool named =
        colon != 0 && !host.empty() && host.find_first_of(" \"<>^`{|}%") == std::string_view::npos;
    if (colon == std::string_view::npos) return {named, false};
    const std::string_view port = host.substr(colon + 1);
    const auto number = parse_number(port);
    return {named && (port.empty() || (number && *number <= 65535)), !port.empty()};
}

/// What of a text is in front of the host.
struct Front {
    bool is_url;
    std::size_t scheme_end;  ///< Behind "//".
    std::size_t host_begin;
    std::size_t authority_end;
};

Front find_front(std::string_view text) {
    const std::string_view scheme = scheme_of(text);
    const std::size_t begin = scheme.empty() ? 0 : scheme.size() + 3;
    const std::size_t end = std::min(text.find_first_of(kEndsAuthority, begin), text.size());
    const std::string_view authority = text.substr(begin, end - begin);
    const std::size_t at = authority.rfind('@');
    const bool has_user = at != std::string_view::npos;
    const Place place = judge(has_user ? authority.substr(at + 1) : authority);
    const bool is_file = scheme == "file" && !place.has_port && (place.fits || authority.empty());
    const bool torn = place.has_port && !has_user && text.find('@', end) != std::string_view::npos;
    const bool is_url = !scheme.empty() && !torn && (scheme == "file" ? is_file : place.fits);
    return {is_url, begin, has_user ? begin + at + 1 : begin, end};
}

}  // namespace

std::string without_credentials(std::string_view url) {
    const Front front = find_front(url);
    const std::size_t last = url.rfind('@');
    if (!front.is_url)
        return std::string(url.substr(last == std::string_view::npos ? 0 : last + 1));
    return std::string(url.substr(0, front.scheme_end)).append(url.substr(front.host_begin));
}

std::string without_secrets(std::string_view url) {
    const Front front = find_front(url);
    const std::size_t end = std::min(url.find_first_of("?#"), url.size());
    // Behind it may be the rest of a password that ought to be encoded.
    const bool torn = !front.is_url && url.find('@', end) != std::string_view::npos;
    return torn ? "" : without_credentials(url.substr(0, end));
}

}  // namespace latchkey

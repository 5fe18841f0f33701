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

}  // namespace

std::string without_credentials(std::string_view url) {
    const std::string_view scheme = scheme_of(url);
    const std::size_t begin = scheme.empty() ? 0 : scheme.size() + 3;
    const std::size_t end = std::min(url.find_first_of(kEndsAuthority, begin), url.size());
    const std::string_view authority = url.substr(begin, end - begin);
    const std::size_t at = authority.rfind('@');
    const bool has_user = at != std::string_view::npos;
    const Place place = judge(has_user ? authority.substr(at + 1) : authority);
    const std::size_t last = url.rfind('@');
    const std::size_t path_end = url.find_first_of("?#", end);
    const bool torn = place.has_port && !has_user && path_end != std::string_view::npos &&
                      last != std::string_view::npos && last > path_end;
    const bool is_url = !scheme.empty() && !torn && (place.fits || scheme == "file");
    if (!is_url) return std::string(url.substr(last == std::string_view::npos ? 0 : last + 1));
    std::string text(url.substr(0, begin));
    text += url.substr(has_user ? begin + at + 1 : begin);
    return text;
}

std::string without_secrets(std::string_view url) {
    const std::size_t end = url.find_first_of("?#");
    const std::size_t last = url.rfind('@');
    // It may be in a password that ought to be encoded.
    if (end != std::string_view::npos && last != std::string_view::npos && last > end) return "";
    return without_credentials(url.substr(0, end));
}

}  // namespace latchkey

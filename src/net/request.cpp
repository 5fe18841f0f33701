#include "request.hpp"

#include <string_view>

#include "latchkey/base/text.hpp"
#include "latchkey/net/authorization.hpp"

namespace latchkey::net {
namespace {

/// Source: RFC 4648, 4.
std::string base64(std::string_view text) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string result;
    for (std::size_t at = 0; at < text.size(); at += 3) {
        const std::string_view part = text.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = bits << 8 | (i < part.size() ? static_cast<unsigned char>(part[i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            result += i <= part.size() ? kDigits[bits >> (18 - 6 * i) & 63] : '=';
        }
    }
    return result;
}

void add_credentials(std::string& request, std::string_view field, const Url& url) {
    if (!url.credentials()) return;
    request.append(field).append(": ").append(basic_authorization(*url.credentials()));
    request.append("\r\n");
}

void add_agent(std::string& request, const std::string& user_agent) {
    if (!user_agent.empty()) request.append("User-Agent: ").append(user_agent).append("\r\n");
}

}  // namespace

std::string basic_authorization(std::string_view user_and_password) {
    std::string both(user_and_password);
    if (both.find(':') == std::string::npos) both += ':';
    return "Basic " + base64(both);
}

std::string get_request(const Url& url, const ByteRange& range, const std::optional<Url>& proxy,
                        const std::string& user_agent,
                        const std::optional<std::string>& authorization) {
    std::string request = "GET ";
    if (proxy) request += url.scheme() + "://" + url.authority();
    request += url.target() + " HTTP/1.1\r\nHost: " + url.authority() + "\r\nAccept: */*\r\n";
    add_agent(request, user_agent);
    if (url.credentials()) {
        add_credentials(request, "Authorization", url);
    } else if (authorization) {
        request.append("Authorization: ").append(*authorization).append("\r\n");
    }
    if (proxy) add_credentials(request, "Proxy-Authorization", *proxy);
    if (!range.whole()) {
        request += "Range: bytes=" + std::to_string(range.first) + "-";
        if (range.end) request += std::to_string(*range.end - 1);
        request += "\r\n";
    }
    return request + "\r\n";
}

std::string connect_request(const Url& url, const Url& proxy, const std::string& user_agent) {
    const std::string place = url.host_and_port();
    std::string request = "CONNECT " + place + " HTTP/1.1\r\nHost: " + place + "\r\n";
    add_agent(request, user_agent);
    add_credentials(request, "Proxy-Authorization", proxy);
    return request + "\r\n";
}

std::optional<ContentRange> parse_content_range(std::string_view text) {
    constexpr std::string_view kUnit = "bytes ";
    text = trim(text);
    if (!text.starts_with(kUnit)) return std::nullopt;
    text.remove_prefix(kUnit.size());
    const std::size_t dash = text.find('-');
    const std::size_t slash = text.find('/');
    if (dash == std::string_view::npos || slash == std::string_view::npos || slash < dash) {
        return std::nullopt;
    }
    const auto first = parse_number(trim(text.substr(0, dash)));
    const auto last = parse_number(trim(text.substr(dash + 1, slash - dash - 1)));
    const std::string_view whole = trim(text.substr(slash + 1));
    const auto total = parse_number(whole);
    if (!first || !last || *last < *first) return std::nullopt;
    if (total ? *total <= *last : whole != "*") return std::nullopt;
    return ContentRange{*first, *last, total};
}

}  // namespace latchkey::net

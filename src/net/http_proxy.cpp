#include "latchkey/net/http_proxy.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"

namespace latchkey::net {
namespace {

namespace ip = boost::asio::ip;

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

/// Whether an entry like `10.0.0.0/8` or `fd00::/8` has the address in it.
bool in_block(const std::string& block, const std::string& host) {
    boost::system::error_code error;
    const ip::address address = ip::make_address(host, error);
    if (error) return false;
    if (address.is_v4()) {
        const ip::network_v4 network = ip::make_network_v4(block, error);
        if (error) return false;
        return network.canonical() ==
               ip::network_v4(address.to_v4(), network.prefix_length()).canonical();
    }
    const ip::network_v6 network = ip::make_network_v6(block, error);
    if (error) return false;
    return network.canonical() ==
           ip::network_v6(address.to_v6(), network.prefix_length()).canonical();
}

bool same_address(const std::string& one, const std::string& other) {
    boost::system::error_code error;
    const ip::address first = ip::make_address(one, error);
    if (error) return false;
    const ip::address second = ip::make_address(other, error);
    return !error && first == second;
}

bool same_or_below(std::string_view domain, std::string_view host) {
    if (!host.ends_with(domain)) return false;
    return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

bool entry_matches(std::string entry, const Url& url) {
    if (entry == "*") return true;
    if (entry.find('/') != std::string::npos) return in_block(entry, url.host());
    // "host:port", "[v6]:port" and "[v6]", but not the colons of a bare IPv6 address.
    const std::size_t colon = entry.rfind(':');
    const bool one_colon = colon != std::string::npos && entry.find(':') == colon;
    const bool after_bracket = colon != std::string::npos && colon > 0 && entry[colon - 1] == ']';
    if (one_colon || after_bracket) {
        const auto port = parse_number(std::string_view(entry).substr(colon + 1));
        if (!port || *port != url.port()) return false;
        entry.resize(colon);
    }
    if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
    if (entry.starts_with("*.")) entry.erase(0, 1);
    if (entry.starts_with('.')) entry.erase(0, 1);
    if (entry.empty()) return false;
    return same_address(entry, url.host()) || same_or_below(entry, url.host());
}

bool excepted(const std::optional<std::string>& no_proxy, const Url& url) {
    if (!no_proxy) return false;
    constexpr std::string_view kSeparators = ", \t\r\n";
    std::string_view rest = *no_proxy;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find_first_of(kSeparators), rest.size());
        const std::string_view entry = rest.substr(0, end);
        if (!entry.empty() && entry_matches(lower(entry), url)) return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

std::string_view behind_authority(std::string_view url) {
    const std::size_t begin = url.find("://") + 3;
    return url.substr(std::min(url.find_first_of("/?#\\", begin), url.size()));
}

}  // namespace

std::optional<Url> find_http_proxy(const ClientOptions& options, const Url& url) {
    const auto& own = url.scheme() == "https" ? options.https_proxy : options.http_proxy;
    const auto& value = own ? own : options.all_proxy;
    if (!value || trim(*value).empty() || excepted(options.no_proxy, url)) return std::nullopt;
    const std::string named = tidy_url(*value);
    std::string text = named;
    if (text.find("://") == std::string::npos) text.insert(0, "http://");
    try {
        Url proxy = Url::parse(text);
        // A proxy has no path. An '@' in one is the end of a password that is not encoded.
        if (!proxy.host().empty() && behind_authority(text).find('@') == std::string_view::npos) {
            return proxy;
        }
    } catch (const Error&) {
        // Said below, with what it was meant to be.
    }
    const std::string shown = named.substr(named.rfind('@') + 1);
    throw Error(Errc::usage, "the http proxy '" + shown + "' is not a URL");
}

}  // namespace latchkey::net

#include "socks.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <string_view>

#include "dial.hpp"

namespace latchkey::net {
namespace {

namespace ip = boost::asio::ip;

constexpr char kVersion = 5;
constexpr char kLoginVersion = 1;
constexpr std::byte kNoLogin{0};
constexpr std::byte kLogin{2};
constexpr std::size_t kLongestText = 255;

enum class AddressKind : std::uint8_t { v4 = 1, name = 3, v6 = 4 };

std::string_view reply_text(std::byte reply) {
    constexpr std::array<std::string_view, 9> kTexts = {"",
                                                        "general failure",
                                                        "connection not allowed by ruleset",
                                                        "network unreachable",
                                                        "host unreachable",
                                                        "connection refused",
                                                        "TTL expired",
                                                        "command not supported",
                                                        "address type not supported"};
    const auto number = static_cast<std::size_t>(reply);
    return number < kTexts.size() ? kTexts[number] : "unknown reply";
}

/// With its length in front.
std::string counted(std::string_view text) {
    return static_cast<char>(text.size()) + std::string(text);
}

std::string address_bytes(const ip::address& address) {
    const auto join = [](AddressKind kind, const auto& bytes) {
        return static_cast<char>(kind) + std::string(bytes.begin(), bytes.end());
    };
    return address.is_v4() ? join(AddressKind::v4, address.to_v4().to_bytes())
                           : join(AddressKind::v6, address.to_v6().to_bytes());
}

std::string connect_request_bytes(const std::string& place, std::uint16_t port) {
    std::string request = {kVersion, 1, 0};  // CONNECT, and a byte without a meaning.
    request += place;
    request += static_cast<char>(port >> 8);
    request += static_cast<char>(port & 0xFF);
    return request;
}

/// How many bytes of an address are still to come behind its kind and one more byte.
std::size_t rest_of_address(std::byte kind, std::byte next) {
    switch (static_cast<AddressKind>(kind)) {
        case AddressKind::v4:
            return 3;
        case AddressKind::v6:
            return 15;
        case AddressKind::name:
            break;
    }
    return static_cast<std::size_t>(next);
}

/// One tunnel in the making.
class Opening {
public:
    Opening(Connection& connection, const Url& proxy, Connection::Limit limit)
        : connection_(connection), who_("the socks proxy '" + proxy.shown() + "'"), limit_(limit) {
        const std::string both = proxy.credentials().value_or("");
        const std::size_t colon = std::min(both.find(':'), both.size());
        user_ = both.substr(0, colon);
        password_ = both.substr(std::min(colon + 1, both.size()));
    }

    [[nodiscard]] Trouble trouble(const std::string& text) const {
        return Trouble(Cut::unreached, who_ + text);
    }

    task::awaitable<std::optional<Trouble>> log_in() {
        if (user_.size() > kLongestText || password_.size() > kLongestText) {
            co_return trouble(" takes no user or password of more than 255 bytes");
        }
        const bool has_login = !user_.empty() || !password_.empty();
        std::string methods = {kVersion, 1, static_cast<char>(kNoLogin)};
        if (has_login)
            methods = {kVersion, 2, static_cast<char>(kNoLogin), static_cast<char>(kLogin)};
        Block chosen = co_await ask(std::move(methods), 2);
        if (chosen.trouble) co_return chosen.trouble;
        if (chosen.bytes[0] != std::byte{kVersion}) co_return trouble(" does not speak SOCKS5");
        if (chosen.bytes[1] == kNoLogin) co_return std::nullopt;
        if (chosen.bytes[1] != kLogin || !has_login) {
            co_return trouble(has_login ? " takes no user and password" : " wants to know a user");
        }
        std::string login = kLoginVersion + counted(user_) + counted(password_);
        Block verdict = co_await ask(std::move(login), 2);
        if (verdict.trouble) co_return verdict.trouble;
        if (verdict.bytes[1] == std::byte{0}) co_return std::nullopt;
        co_return trouble(" does not accept the user or the password");
    }

    task::awaitable<std::optional<Trouble>> connect(std::string place, std::uint16_t port) {
        std::string request = connect_request_bytes(place, port);
        Block reply = co_await ask(std::move(request), 2);
        if (reply.trouble) co_return reply.trouble;
        if (reply.bytes[0] != std::byte{kVersion}) co_return trouble(" does not speak SOCKS5");
        if (reply.bytes[1] != std::byte{0}) {
            co_return trouble(" cannot connect: " + std::string(reply_text(reply.bytes[1])));
        }
        // A byte without a meaning, and from where the proxy connects, which nobody asks for.
        Block kind = co_await ask("", 3);
        if (kind.trouble) co_return kind.trouble;
        constexpr std::size_t kPortBytes = 2;
        const std::size_t rest = rest_of_address(kind.bytes[1], kind.bytes[2]) + kPortBytes;
        Block address = co_await ask("", rest);
        co_return address.trouble;
    }

private:
    task::awaitable<Block> ask(std::string bytes, std::size_t count) {
        Block block = co_await connection_.ask(std::move(bytes), count, limit_);
        if (block.trouble) block.trouble = trouble(": " + block.trouble->text());
        co_return block;
    }

    Connection& connection_;
    std::string who_;
    Connection::Limit limit_;
    std::string user_;
    std::string password_;
};

}  // namespace

bool is_socks(const Url& proxy) {
    return proxy.scheme() == "socks5" || proxy.scheme() == "socks5h";
}

task::awaitable<std::optional<Trouble>> open_socks_tunnel(Connection& connection, Url url,
                                                          Url proxy,
                                                          Clock::time_point lookup_deadline,
                                                          Connection::Limit limit) {
    Opening opening(connection, proxy, limit);
    std::string place;
    boost::system::error_code is_a_name;
    const ip::address address = ip::make_address(url.host(), is_a_name);
    if (!is_a_name) {
        place = address_bytes(address);
    } else if (proxy.scheme() == "socks5h") {
        if (url.host().size() > kLongestText) {
            co_return opening.trouble(" takes no name of more than 255 bytes");
        }
        place = static_cast<char>(AddressKind::name) + counted(url.host());
    } else {
        const Addresses found = co_await find_addresses(url.host(), url.port(), lookup_deadline);
        if (found.trouble()) co_return found.trouble();
        // The proxy may know no IPv6, whatever this machine knows.
        const auto is_v4 = [](const auto& endpoint) { return endpoint.address().is_v4(); };
        const auto v4 = std::ranges::find_if(found.endpoints(), is_v4);
        const auto best = v4 == found.endpoints().end() ? found.endpoints().begin() : v4;
        place = address_bytes(best->address());
    }
    std::optional<Trouble> trouble = co_await opening.log_in();
    if (!trouble) trouble = co_await opening.connect(std::move(place), url.port());
    co_return trouble;
}

}  // namespace latchkey::net

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/config/mirror_list.hpp"
#include "latchkey/net/url.hpp"
#include "latchkey/platform/environment.hpp"

namespace latchkey::mirrors {

/// The value of an Authorization field for the value of a variable. `SCHEME CREDENTIALS`, such as
/// `Bearer …`, is sent as it is; `user:password` becomes Basic, and any other text is a token, sent
/// as Bearer. Empty: the text is empty or has control characters.
///
/// Source: RFC 9110, 11.6.2; RFC 6750, 2.1 (Bearer); RFC 7617 (Basic).
std::optional<std::string> authorization_of(std::string_view text);

/// Whether a URL lies at or below a mirror: same scheme, host and port, and a path that begins with
/// the mirror's, part for part.
bool is_below(const net::Url& url, const net::Url& mirror);

/// The credentials of mirrors. They are read from netrc or a variable when a URL first wants them,
/// and are given only for URLs below the mirror that they belong to: so no redirect and no manifest
/// leads them to another host. If several mirrors have a URL, the one with the longest path counts.
///
/// Thread: the loop's.
class Credentials {
public:
    using Warn = std::function<void(const std::string&)>;

    /// `home` is that of `~/.netrc`. `warn` is told once for each mirror what is wrong with its
    /// credentials, and never what they are.
    Credentials(const std::vector<config::Mirror>& mirrors, platform::Environment environment,
                std::optional<std::string> home, Warn warn);

    /// The value of the Authorization field for a URL. Empty: none is sent.
    std::optional<std::string> find(const net::Url& url);

private:
    struct Known {
        config::Mirror mirror;
        net::Url url;
        bool was_read = false;
        std::optional<std::string> authorization;
    };
    std::optional<std::string> read(const Known& known) const;
    std::optional<std::string> read_netrc(const Known& known) const;

    std::vector<Known> mirrors_;
    platform::Environment environment_;
    std::optional<std::string> home_;
    Warn warn_;
};

}  // namespace latchkey::mirrors

#pragma once

#include <optional>

#include "connection.hpp"
#include "latchkey/net/url.hpp"

namespace latchkey::net {

/// Whether it is a SOCKS5 proxy: `socks5://`, which is told addresses, or `socks5h://`, which finds
/// the address of a name itself.
bool is_socks(const Url& proxy);

/// Asks a SOCKS5 proxy for a tunnel to the URL's host. Empty: it is there.
///
/// Units:  `lookup_deadline` is for the name, where it is not left to the proxy; `limit` is what
///         may pass without a byte of the proxy.
/// Source: RFC 1928; RFC 1929 for user and password.
task::awaitable<std::optional<Trouble>> open_socks_tunnel(Connection& connection, Url url,
                                                          Url proxy,
                                                          Clock::time_point lookup_deadline,
                                                          Connection::Limit limit);

}  // namespace latchkey::net

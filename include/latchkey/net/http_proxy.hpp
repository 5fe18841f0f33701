#pragma once

#include <optional>

#include "latchkey/net/client_options.hpp"
#include "latchkey/net/url.hpp"

namespace latchkey::net {

/// The proxy through which a URL is fetched. Empty: none, go there directly.
///
/// `https_proxy` serves https, `http_proxy` http, `all_proxy` what has none; a value without a
/// scheme is `http://`. Others that can be used are `https://`, to which TLS is spoken, with the
/// same trust as to servers, and `socks5://` and `socks5h://`, which finds the addresses of names
/// itself. `no_proxy` is a list with commas, blanks or both. An entry `*` means every host; a name
/// means that host and all below it, with or without a leading dot; an address means itself and
/// `10.0.0.0/8` all in that block; `:port` behind an entry narrows it to this port.
///
/// Throws: Errc::usage for a proxy that is no URL.
/// Source: there is no standard; this is what curl and rustup's HTTP client have in common.
std::optional<Url> find_http_proxy(const ClientOptions& options, const Url& url);

}  // namespace latchkey::net

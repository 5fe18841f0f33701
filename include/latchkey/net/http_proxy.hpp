#pragma once

#include <optional>

#include "latchkey/net/client_options.hpp"
#include "latchkey/net/url.hpp"

namespace latchkey::net {

/// The proxy for a URL. Empty: connect directly.
///
/// `https_proxy` is for https, `http_proxy` for http, and `all_proxy` for a scheme without a proxy
/// of its own. A value without a scheme means `http://`. Other schemes are `https://`, to which TLS
/// is spoken with the same trust as to servers; `socks5://`; and `socks5h://`, where the proxy
/// resolves host names.
///
/// `no_proxy` is a list separated by commas, blanks or both. `*` means every host. A name means
/// that host and all below it, with or without a leading dot. An address means itself, and
/// `10.0.0.0/8` all addresses in that block. `:port` after an entry restricts it to that port.
///
/// Throws: Errc::usage if the proxy is not a URL.
/// Source: there is no standard. This is what curl and rustup's HTTP client have in common.
std::optional<Url> find_http_proxy(const ClientOptions& options, const Url& url);

}  // namespace latchkey::net

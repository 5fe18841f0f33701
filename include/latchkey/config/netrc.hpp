#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::config {

/// `user:password` of a host in the text of a netrc file: of the first `machine` with its name, or
/// of `default` if that comes first. Empty: there is none, or it has no password.
///
/// A word may be quoted, with `\"`, `\\`, `\n`, `\r` and `\t` inside. A line that begins with `#`
/// is a comment. A `macdef` ends at an empty line. `account` is passed over.
///
/// Source: curl(1), --netrc; ftp(1) of inetutils.
std::optional<std::string> find_netrc_credentials(std::string_view text, std::string_view host);

}  // namespace latchkey::config

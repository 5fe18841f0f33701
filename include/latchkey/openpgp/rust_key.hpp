#pragma once

#include <string_view>

namespace latchkey::openpgp {

/// The public key of those who release Rust, as a file in ASCII armor. It is built in.
///
/// Source: Debian's source package rustc 1.63.0+dfsg1-2, `debian/upstream/signing-key.asc`.
std::string_view rust_key();

}  // namespace latchkey::openpgp

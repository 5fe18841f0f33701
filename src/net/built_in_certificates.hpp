#pragma once

#include <string_view>

namespace latchkey::net {

/// The certificates of Mozilla's authorities for TLS servers, as Debian's package ca-certificates
/// had them when this program was built: one behind the other, in DER.
///
/// Source: CMakeLists.txt packs them.
std::string_view built_in_certificates() noexcept;

}  // namespace latchkey::net

#pragma once

#include <string>
#include <string_view>

namespace latchkey::openpgp {

/// What a file in ASCII armor holds.
enum class Armor { signature, public_key };

/// The bytes in a file that is one armor of this kind, with nothing but blank lines around it. The
/// checksum may be missing, as newer programs leave it out; if it is there, it must be right.
///
/// Throws: Errc::corrupt, what is wrong with the file, such as `it is not an OpenPGP signature`.
/// Source: RFC 4880, 6.2; RFC 9580, 6.1, which makes the checksum optional.
std::string parse_armor(std::string_view text, Armor kind);

}  // namespace latchkey::openpgp

#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "latchkey/openpgp/certificate.hpp"

namespace latchkey::openpgp {

/// A signature that holds.
struct Verified {
    std::string fingerprint;           ///< Of the certificate whose key made it.
    std::chrono::sys_seconds created;  ///< When, as the signer says.
};

/// Checks the detached signature of a text, as `gpg --armor --detach-sign` makes it. If the file
/// has several signatures, one that holds is enough: a signer who changes his key signs with both.
///
/// A signature holds if one of the keys made it, with SHA-256 or better, while the key was neither
/// expired nor revoked, and if the signature itself has not expired by `now`. A key may expire
/// later: a release stays what it is. A signature from the future, by more than a day, does not
/// hold.
///
/// Throws: Errc::corrupt, Errc::unsupported: why no signature holds, such as `it is damaged, or of
///         another file`.
/// Source: RFC 4880, 5.2.
Verified verify(std::string_view text, std::string_view signature_file,
                std::span<const Certificate> trusted, std::chrono::sys_seconds now);

}  // namespace latchkey::openpgp

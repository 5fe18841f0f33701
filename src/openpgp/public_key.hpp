#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::openpgp {

/// The hashes that are known, by their numbers. MD5, RIPE-MD and SHA-224 are not.
///
/// Source: RFC 4880, 9.4.
enum class Hash : std::uint8_t { sha1 = 2, sha256 = 8, sha384 = 9, sha512 = 10 };

/// Bytes of a hash of several texts, one behind the other.
std::string hash_of(Hash hash, const std::vector<std::string_view>& texts);

/// An RSA key of version 4.
struct PublicKey {
    std::string body;         ///< Of its packet.
    std::string fingerprint;  ///< 40 upper-case hex digits.
    std::chrono::sys_seconds created;
    std::string modulus;   ///< Big-endian.
    std::string exponent;  ///< Big-endian.

    /// The key with the bytes that stand before it when it is hashed.
    [[nodiscard]] std::string hashed() const;

    /// Whether `signature` is this key's over a hash, with the padding of PKCS #1 version 1.5.
    [[nodiscard]] bool has_signed(Hash hash, std::string_view digest,
                                  std::string_view signature) const;
};

/// Throws: Errc::corrupt for damage; Errc::unsupported for other versions and algorithms, and for
///         keys of less than 2048 bits.
/// Source: RFC 4880, 5.5.2 and 12.2.
PublicKey parse_public_key(std::string_view body);

/// The last 16 digits of a fingerprint, by which older signatures name their key.
std::string key_id_of(std::string_view fingerprint);

/// Upper-case hex digits of bytes.
std::string upper_hex(std::string_view bytes);

}  // namespace latchkey::openpgp

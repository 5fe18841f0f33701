#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "public_key.hpp"

namespace latchkey::openpgp {

using Time = std::chrono::sys_seconds;

/// What a signature is about.
///
/// Source: RFC 4880, 5.2.1.
enum class SignatureType : std::uint8_t {
    binary_document = 0x00,
    first_certification = 0x10,
    last_certification = 0x13,
    subkey_binding = 0x18,
    primary_key_binding = 0x19,
    direct_key = 0x1F,
    key_revocation = 0x20,
    subkey_revocation = 0x28,
    certification_revocation = 0x30,
};

/// A signature of version 4 by an RSA key. Views are parts of the text that was parsed.
struct SignaturePacket {
    SignatureType type{};
    Hash hash{};
    std::string_view hashed;                       ///< What the signature covers besides the data.
    std::string_view begin_of_hash;                ///< Two bytes, by which damage shows early.
    std::string_view number;                       ///< The signature itself.
    std::optional<Time> created;                   ///< Always there once it is parsed.
    std::optional<std::chrono::seconds> lifetime;  ///< Of the signature. Empty: for ever.
    std::optional<std::chrono::seconds> key_lifetime;  ///< Of the key that it is about.
    std::optional<std::uint8_t> key_flags;
    std::optional<std::uint8_t> revocation_reason;
    std::string issuer_key_id;       ///< 16 hex digits. Empty: it does not say.
    std::string issuer_fingerprint;  ///< 40 hex digits. Empty: it does not say.
    std::string_view embedded;       ///< The body of a signature in this one. May be empty.

    /// Whether it says that this key made it, or does not say which key did.
    [[nodiscard]] bool may_be_by(std::string_view fingerprint) const;

    /// Whether this key made it over `data`.
    [[nodiscard]] bool is_by(const PublicKey& key, std::string_view data) const;
};

/// Throws: Errc::corrupt for damage; Errc::unsupported for other versions, algorithms and hashes,
///         and for critical subpackets that are not known.
/// Source: RFC 4880, 5.2.3.
SignaturePacket parse_signature(std::string_view body);

}  // namespace latchkey::openpgp

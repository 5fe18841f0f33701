#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::openpgp {

struct PublicKey;

/// A key that may sign, and when.
struct SigningKey {
    std::shared_ptr<const PublicKey> key;
    std::string fingerprint;  ///< 40 upper-case hex digits.
    std::chrono::sys_seconds created;
    std::optional<std::chrono::sys_seconds> expires;  ///< Empty: never.
    /// From when on its signatures do not count. The epoch: it was compromised, none counts.
    std::optional<std::chrono::sys_seconds> revoked;
};

/// Somebody's public key, with the keys below it that sign for him.
struct Certificate {
    std::string fingerprint;  ///< Of the primary key, 40 upper-case hex digits.
    std::vector<std::string>
        user_ids;  ///< `Name <address>`: those that the key itself vouches for.
    std::vector<SigningKey> signing_keys;  ///< Never empty. The primary key, if it may sign, first.
};

/// A file with one public key, in ASCII armor or in bytes, as `gpg --export` writes it. Everything
/// that the primary key has not signed is passed over: who gives us the file decides whom to trust,
/// not who added to it. Its own statements may be made with SHA-1 until 2019-01-19, as gpg has it.
///
/// Throws: Errc::corrupt, Errc::unsupported, and what is wrong with it: damaged, more than one key,
///         a secret key, no RSA key of 2048 bits or more that may sign.
/// Source: RFC 4880, 11.1 and 5.2.4.
Certificate parse_certificate(std::string_view file);

/// `108F 6620 5EAE …`: a fingerprint in groups of four.
std::string grouped(std::string_view fingerprint);

}  // namespace latchkey::openpgp

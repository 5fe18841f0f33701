#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace latchkey::test {

/// Writes OpenPGP keys and signatures, right ones and wrong ones, with keys that are made on the
/// spot.
///
/// Source: RFC 4880.
class OpenPgpKey {
public:
    explicit OpenPgpKey(unsigned bits = 2048, std::uint32_t created = kCreated);

    static constexpr std::uint32_t kCreated = 1600000000;  // 2020-09-13

    /// Of its packet.
    [[nodiscard]] const std::string& body() const { return body_; }
    /// As it stands in front of what is hashed.
    [[nodiscard]] std::string hashed() const;
    [[nodiscard]] std::string fingerprint() const;  ///< 40 upper-case hex digits.
    [[nodiscard]] std::string raw_fingerprint() const;

    /// RSA with the padding of PKCS #1, over the hash number `hash` of `data`.
    [[nodiscard]] std::string sign(unsigned hash, std::string_view data) const;

private:
    std::shared_ptr<void> key_;
    std::string body_;
};

/// What a signature says. By default: of a file, with SHA-512, made a day after its key.
struct SignatureText {
    unsigned type = 0x00;
    unsigned hash = 10;
    unsigned version = 4;
    unsigned algorithm = 1;
    std::uint32_t created = OpenPgpKey::kCreated + 86400;
    std::string more_hashed = {};    ///< Subpackets behind the time.
    std::string more_unhashed = {};  ///< Subpackets behind the issuer's key id.
    bool names_issuer = true;
    bool says_when = true;
};

/// Big-endian.
std::string number_text(std::uint64_t number, unsigned bytes);
std::string subpacket(unsigned kind, std::string_view value);
/// `tag` of the new format.
std::string packet(unsigned tag, std::string_view body);
/// The body of a signature packet.
std::string signature_body(const OpenPgpKey& key, const SignatureText& says, std::string_view data);
/// `label` is `SIGNATURE` or `PUBLIC KEY BLOCK`.
std::string armored(std::string_view label, std::string_view bytes);

/// A detached signature as a file.
std::string signature_file(const OpenPgpKey& key, std::string_view data,
                           const SignatureText& says = {});

inline constexpr std::string_view kUserId = "Test Signer <signer@example.org>";

/// A certification of kUserId by the key itself, which may sign.
SignatureText self_certification();
std::string user_id_hashed(const OpenPgpKey& primary);

/// Packets of the key with its user id and that certification.
std::string key_packets(const OpenPgpKey& primary, const SignatureText& self);

/// A subkey's packets: it may sign, and says itself to whom it belongs.
std::string subkey_packets(const OpenPgpKey& primary, const OpenPgpKey& subkey,
                           SignatureText binding = {.type = 0x18});

/// A key file that can sign, by itself and by nothing else.
std::string key_file(const OpenPgpKey& primary);

}  // namespace latchkey::test

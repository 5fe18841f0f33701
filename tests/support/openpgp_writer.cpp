#include "support/openpgp_writer.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <stdexcept>
#include <vector>

#include "latchkey/base/text.hpp"

namespace latchkey::test {
namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

EVP_PKEY* key_of(const std::shared_ptr<void>& key) {
    return static_cast<EVP_PKEY*>(key.get());
}

std::string big_number(std::string_view bytes) {
    while (!bytes.empty() && bytes.front() == 0) bytes.remove_prefix(1);
    unsigned bits = 8 * static_cast<unsigned>(bytes.size());
    for (int bit = 7; bit >= 0 && ((static_cast<unsigned char>(bytes.front()) >> bit) & 1) == 0;
         --bit) {
        --bits;
    }
    return number_text(bits, 2) + std::string(bytes);
}

std::string key_number(EVP_PKEY* key, const char* name) {
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &number) != 1) throw std::runtime_error("no number");
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
    BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
    BN_free(number);
    return big_number(bytes);
}

const EVP_MD* algorithm(unsigned hash) {
    switch (hash) {
        case 1:
            return EVP_md5();
        case 2:
            return EVP_sha1();
        case 8:
            return EVP_sha256();
        case 9:
            return EVP_sha384();
        case 11:
            return EVP_sha224();
        default:
            return EVP_sha512();
    }
}

std::string digest(unsigned hash, std::string_view data) {
    std::string result(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(result.data()), &size,
               algorithm(hash), nullptr);
    result.resize(size);
    return result;
}

std::string base64(std::string_view bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3), '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes),
                    static_cast<int>(bytes.size()));
    return text;
}

std::uint32_t crc24(std::string_view bytes) {
    std::uint32_t crc = 0xB704CE;
    for (const char byte : bytes) {
        for (int bit = 7; bit >= 0; --bit) {
            const bool top = (((crc >> 23U) ^ (static_cast<unsigned char>(byte) >> bit)) & 1U) != 0;
            crc = (crc << 1U) & 0xFFFFFFU;
            if (top) crc ^= 0x864CFB;
        }
    }
    return crc;
}

}  // namespace

OpenPgpKey::OpenPgpKey(unsigned bits, std::uint32_t created)
    : key_(EVP_RSA_gen(bits), [](void* key) { EVP_PKEY_free(static_cast<EVP_PKEY*>(key)); }) {
    body_ = number_text(4, 1) + number_text(created, 4) + number_text(1, 1) +
            key_number(key_of(key_), OSSL_PKEY_PARAM_RSA_N) +
            key_number(key_of(key_), OSSL_PKEY_PARAM_RSA_E);
}

std::string OpenPgpKey::hashed() const {
    return "\x99" + number_text(body_.size(), 2) + body_;
}

std::string OpenPgpKey::raw_fingerprint() const {
    return digest(2, hashed());
}

std::string OpenPgpKey::fingerprint() const {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string text;
    for (const char byte : raw_fingerprint()) {
        text += kDigits[static_cast<unsigned char>(byte) >> 4U];
        text += kDigits[static_cast<unsigned char>(byte) & 15U];
    }
    return text;
}

std::string OpenPgpKey::sign(unsigned hash, std::string_view data) const {
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    std::string result(2048, '\0');
    std::size_t size = result.size();
    const bool good =
        EVP_DigestSignInit(context, nullptr, algorithm(hash), nullptr, key_of(key_)) == 1 &&
        EVP_DigestSign(context, reinterpret_cast<unsigned char*>(result.data()), &size,
                       bytes_of(data), data.size()) == 1;
    EVP_MD_CTX_free(context);
    if (!good) throw std::runtime_error("nothing is signed");
    result.resize(size);
    return result;
}

std::string number_text(std::uint64_t number, unsigned bytes) {
    std::string text;
    for (unsigned i = bytes; i-- > 0;) text += static_cast<char>(number >> (8 * i));
    return text;
}

std::string subpacket(unsigned kind, std::string_view value) {
    const std::string body = number_text(kind, 1) + std::string(value);
    if (body.size() < 192) return number_text(body.size(), 1) + body;
    return "\xFF" + number_text(body.size(), 4) + body;
}

std::string packet(unsigned tag, std::string_view body) {
    std::string head = number_text(0xC0 | tag, 1);
    if (body.size() < 192) {
        head += number_text(body.size(), 1);
    } else if (body.size() < 8384) {
        head += number_text(body.size() - 192 + 0xC000, 2);
    } else {
        head += "\xFF" + number_text(body.size(), 4);
    }
    return head + std::string(body);
}

std::string signature_body(const OpenPgpKey& key, const SignatureText& says,
                           std::string_view data) {
    std::string fields;
    if (says.says_when) fields += subpacket(2, number_text(says.created, 4));
    fields += says.more_hashed;
    std::string unhashed;
    if (says.names_issuer) unhashed = subpacket(16, key.raw_fingerprint().substr(12));
    unhashed += says.more_unhashed;
    const std::string hashed = number_text(says.version, 1) + number_text(says.type, 1) +
                               number_text(says.algorithm, 1) + number_text(says.hash, 1) +
                               number_text(fields.size(), 2) + fields;
    const std::string all = std::string(data) + hashed + "\x04\xFF" + number_text(hashed.size(), 4);
    return hashed + number_text(unhashed.size(), 2) + unhashed +
           digest(says.hash, all).substr(0, 2) + big_number(key.sign(says.hash, all));
}

std::string armored(std::string_view label, std::string_view bytes) {
    constexpr std::size_t kLine = 64;
    std::string text = "-----BEGIN PGP " + std::string(label) + "-----\n\n";
    const std::string letters = base64(bytes);
    for (std::size_t at = 0; at < letters.size(); at += kLine) {
        text += letters.substr(at, kLine) + "\n";
    }
    text += "=" + base64(number_text(crc24(bytes), 3)) + "\n";
    return text + "-----END PGP " + std::string(label) + "-----\n";
}

std::string signature_file(const OpenPgpKey& key, std::string_view data,
                           const SignatureText& says) {
    return armored("SIGNATURE", packet(2, signature_body(key, says, data)));
}

SignatureText self_certification() {
    SignatureText says;
    says.type = 0x13;
    says.more_hashed = subpacket(27, "\x03");
    return says;
}

std::string user_id_hashed(const OpenPgpKey& primary) {
    return primary.hashed() + "\xB4" + number_text(kUserId.size(), 4) + std::string(kUserId);
}

std::string key_packets(const OpenPgpKey& primary, const SignatureText& self) {
    return packet(6, primary.body()) + packet(13, kUserId) +
           packet(2, signature_body(primary, self, user_id_hashed(primary)));
}

std::string subkey_packets(const OpenPgpKey& primary, const OpenPgpKey& subkey,
                           SignatureText binding) {
    const std::string data = primary.hashed() + subkey.hashed();
    SignatureText back;
    back.type = 0x19;
    back.hash = binding.hash;
    back.created = binding.created;
    binding.more_hashed += subpacket(27, "\x02");
    binding.more_unhashed += subpacket(32, signature_body(subkey, back, data));
    return packet(14, subkey.body()) + packet(2, signature_body(primary, binding, data));
}

std::string key_file(const OpenPgpKey& primary) {
    return armored("PUBLIC KEY BLOCK", key_packets(primary, self_certification()));
}

}  // namespace latchkey::test

#include "public_key.hpp"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <memory>

#include "latchkey/base/error.hpp"
#include "packets.hpp"

namespace latchkey::openpgp {
namespace {

constexpr std::size_t kMinBits = 2048;
constexpr std::size_t kMaxBits = 16384;
constexpr std::size_t kMaxExponentBytes = 8;  // Else a key could keep the processor busy.

template <auto kFree>
struct Free {
    template <typename T>
    void operator()(T* object) const {
        kFree(object);
    }
};
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;
using HashContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

const EVP_MD* algorithm_of(Hash hash) {
    switch (hash) {
        case Hash::sha1:
            return EVP_sha1();
        case Hash::sha256:
            return EVP_sha256();
        case Hash::sha384:
            return EVP_sha384();
        case Hash::sha512:
            return EVP_sha512();
    }
    throw Error(Errc::bug, "a hash that is not known");
}

Number to_number(std::string_view bytes) {
    return Number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

Key make_key(const PublicKey& from) {
    const Number modulus = to_number(from.modulus);
    const Number exponent = to_number(from.exponent);
    const Builder builder(OSSL_PARAM_BLD_new());
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    if (!modulus || !exponent || !builder || !context ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1) {
        throw Error(Errc::bug, "OpenSSL has no RSA");
    }
    const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
    EVP_PKEY* key = nullptr;
    if (!params || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
        return nullptr;
    }
    return Key(key);
}

std::size_t bits_of(std::string_view number) {
    if (number.empty()) return 0;
    std::size_t bits = 8 * (number.size() - 1);
    for (auto first = static_cast<unsigned char>(number.front()); first != 0; first >>= 1U) ++bits;
    return bits;
}

bool is_odd(std::string_view number) {
    return !number.empty() && (static_cast<unsigned char>(number.back()) & 1U) != 0;
}

/// Two bytes, big-endian.
std::string size_text(std::size_t size) {
    return {static_cast<char>(size >> 8U), static_cast<char>(size)};
}

void check_numbers(const PublicKey& key) {
    const std::size_t bits = bits_of(key.modulus);
    if (bits < kMinBits) {
        throw Error(
            Errc::unsupported,
            fmt::format("its key has {} bits, and less than {} are too weak", bits, kMinBits));
    }
    if (bits > kMaxBits) {
        throw Error(Errc::unsupported,
                    fmt::format("its key has {} bits, more than {}", bits, kMaxBits));
    }
    const bool small = bits_of(key.exponent) < 2;
    if (!is_odd(key.modulus) || !is_odd(key.exponent) || small ||
        key.exponent.size() > kMaxExponentBytes) {
        throw Error(Errc::corrupt, "its key is not an RSA key");
    }
}

}  // namespace

std::string hash_of(Hash hash, const std::vector<std::string_view>& texts) {
    const HashContext context(EVP_MD_CTX_new());
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    unsigned length = 0;
    bool good = context && EVP_DigestInit_ex(context.get(), algorithm_of(hash), nullptr) == 1;
    for (const std::string_view text : texts) {
        good = good && EVP_DigestUpdate(context.get(), text.data(), text.size()) == 1;
    }
    good = good && EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(&digest[0]),
                                      &length) == 1;
    if (!good) throw Error(Errc::bug, "OpenSSL lacks a hash");
    digest.resize(length);
    return digest;
}

std::string PublicKey::hashed() const {
    return "\x99" + size_text(body.size()) + body;
}

bool PublicKey::has_signed(Hash hash, std::string_view digest, std::string_view signature) const {
    if (signature.size() > modulus.size()) return false;
    // OpenSSL wants all bytes; OpenPGP leaves out zeros at the front.
    std::string whole(modulus.size() - signature.size(), '\0');
    whole += signature;
    const Key key = make_key(*this);
    const KeyContext context(key ? EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr)
                                 : nullptr);
    const bool valid = context && EVP_PKEY_verify_init(context.get()) == 1 &&
                       EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
                       EVP_PKEY_CTX_set_signature_md(context.get(), algorithm_of(hash)) == 1 &&
                       EVP_PKEY_verify(context.get(), bytes_of(whole), whole.size(),
                                       bytes_of(digest), digest.size()) == 1;
    ERR_clear_error();
    return valid;
}

PublicKey parse_public_key(std::string_view body) {
    constexpr std::uint32_t kVersion = 4;
    constexpr std::uint32_t kRsa = 1;
    constexpr std::uint32_t kRsaToSign = 3;
    constexpr std::size_t kMaxBody = 0xFFFF;
    if (body.size() > kMaxBody) throw Error(Errc::corrupt, "its key is too long");
    ByteReader reader(body);
    const std::uint32_t version = reader.take_number(1);
    if (version != kVersion) {
        throw Error(Errc::unsupported,
                    fmt::format("its key has version {}, and only 4 is supported", version));
    }
    PublicKey key;
    key.created = std::chrono::sys_seconds(std::chrono::seconds(reader.take_number(4)));
    const std::uint32_t algorithm = reader.take_number(1);
    if (algorithm != kRsa && algorithm != kRsaToSign) {
        throw Error(
            Errc::unsupported,
            fmt::format("its key has algorithm {}, and only RSA (1) is supported", algorithm));
    }
    key.modulus = reader.take_big_number();
    key.exponent = reader.take_big_number();
    if (!reader.at_end()) throw Error(Errc::corrupt, "its key is longer than its numbers");
    check_numbers(key);
    key.body = body;
    key.fingerprint = upper_hex(hash_of(Hash::sha1, {key.hashed()}));
    return key;
}

std::string key_id_of(std::string_view fingerprint) {
    constexpr std::size_t kDigits = 16;
    return std::string(fingerprint.substr(fingerprint.size() - kDigits));
}

std::string upper_hex(std::string_view bytes) {
    std::string digits;
    for (const char byte : bytes) {
        digits += fmt::format("{:02X}", static_cast<unsigned>(static_cast<unsigned char>(byte)));
    }
    return digits;
}

}  // namespace latchkey::openpgp

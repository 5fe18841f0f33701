#include "latchkey/setup/signature.hpp"

#include <fmt/format.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"

namespace latchkey::setup {
namespace {

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

struct FreeDecoder {
    void operator()(OSSL_DECODER_CTX* decoder) const { OSSL_DECODER_CTX_free(decoder); }
};

struct FreeDigest {
    void operator()(EVP_MD_CTX* digest) const { EVP_MD_CTX_free(digest); }
};

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Key parse_key(std::string_view pem) {
    EVP_PKEY* key = nullptr;
    const std::unique_ptr<OSSL_DECODER_CTX, FreeDecoder> decoder(OSSL_DECODER_CTX_new_for_pkey(
        &key, "PEM", nullptr, "ED25519", EVP_PKEY_PUBLIC_KEY, nullptr, nullptr));
    const unsigned char* data = bytes_of(pem);
    std::size_t size_bytes = pem.size();
    const bool read =
        decoder && OSSL_DECODER_from_data(decoder.get(), &data, &size_bytes) == 1 && key != nullptr;
    ERR_clear_error();
    if (!read) throw Error(Errc::corrupt, "the release key is not an Ed25519 public key");
    return Key(key);
}

}  // namespace

std::string sums_url(std::string_view root, std::string_view version) {
    return fmt::format("{}/archive/{}/SHA256SUMS", root, version);
}

bool is_signed(std::string_view text, std::string_view signature, std::string_view key) {
    const Key public_key = parse_key(key);
    const std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
    const bool valid =
        context &&
        EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1 &&
        EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                         text.size()) == 1;
    ERR_clear_error();
    return valid;
}

std::optional<Digest> find_sum(std::string_view sums, std::string_view name) {
    constexpr std::size_t kBetween = 2;  // A blank, and another or the star of binary files.
    for (const std::string_view line : lines(sums)) {
        const std::size_t end = line.find(' ');
        if (end == std::string_view::npos || line.size() < end + kBetween) continue;
        if (line.substr(end + kBetween) == name) return Digest::parse(line.substr(0, end));
    }
    return std::nullopt;
}

}  // namespace latchkey::setup

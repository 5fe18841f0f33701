#include "latchkey/base/sha256.hpp"

#include <openssl/evp.h>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"

namespace latchkey {

struct Sha256::State {
    State() : context(EVP_MD_CTX_new()) { start(); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { EVP_MD_CTX_free(context); }

    void start() {
        if (context == nullptr || EVP_DigestInit_ex(context, EVP_sha256(), nullptr) != 1) {
            throw Error(Errc::bug, "OpenSSL has no SHA-256");
        }
    }

    EVP_MD_CTX* context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const std::byte> bytes) {
    if (EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) != 1) {
        throw Error(Errc::bug, "SHA-256 failed");
    }
}

Digest Sha256::finish() {
    Digest::Bytes bytes{};
    unsigned int length = 0;
    if (EVP_DigestFinal_ex(state_->context, bytes.data(), &length) != 1) {
        throw Error(Errc::bug, "SHA-256 failed");
    }
    state_->start();
    return Digest(bytes);
}

Digest Sha256::of(std::string_view text) {
    Sha256 hash;
    hash.update(as_bytes(text));
    return hash.finish();
}

}  // namespace latchkey

// Keys and signatures: a server sends the one, and a user may be given the other by anybody.

#include "latchkey/openpgp/certificate.hpp"
#include "latchkey/openpgp/rust_key.hpp"
#include "latchkey/openpgp/verify.hpp"
#include "target.hpp"

namespace {

using namespace latchkey;

const std::vector<openpgp::Certificate>& trusted() {
    static const std::vector<openpgp::Certificate> keys{
        openpgp::parse_certificate(openpgp::rust_key())};
    return keys;
}

void try_key(std::string_view file) {
    const auto key = fuzz::parsed([&] { return openpgp::parse_certificate(file); });
    if (!key) return;
    fuzz::require(key->fingerprint.size() == 40, "a key without a fingerprint");
    fuzz::require(!key->signing_keys.empty(), "a key that signs nothing");
    for (const openpgp::SigningKey& each : key->signing_keys) {
        fuzz::require(each.fingerprint.size() == 40, "a signing key without a fingerprint");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1800000000)};
    const std::string_view file = fuzz::text_of(data, size);
    try_key(file);
    // Nobody here has the secret key, so nothing that is made up can be good.
    const auto good = fuzz::parsed([&] { return openpgp::verify("text", file, trusted(), kNow); });
    fuzz::require(!good, "a signature that nobody made is good");
    return 0;
}

#include "latchkey/base/hash.hpp"

#define XXH_STATIC_LINKING_ONLY  // The state as a value.
#include <xxhash.h>

#include "latchkey/base/text.hpp"

namespace latchkey {

std::uint64_t xxh3_64(std::string_view text) noexcept {
    return XXH3_64bits(text.data(), text.size());
}

struct Xxh3::State {
    XXH3_state_t hash;
};

Xxh3::Xxh3() : state_(std::make_unique<State>()) {
    XXH3_128bits_reset(&state_->hash);
}
Xxh3::~Xxh3() = default;
Xxh3::Xxh3(Xxh3&&) noexcept = default;
Xxh3& Xxh3::operator=(Xxh3&&) noexcept = default;

void Xxh3::update(std::span<const std::byte> bytes) noexcept {
    XXH3_128bits_update(&state_->hash, bytes.data(), bytes.size());
}

std::string Xxh3::finish() {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state_->hash));
    XXH3_128bits_reset(&state_->hash);
    return to_hex(canonical.digest);
}

}  // namespace latchkey

#include "latchkey/toolchain/trusted_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "latchkey/base/text.hpp"
#include "latchkey/openpgp/rust_key.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/trusted_key_file.hpp"

namespace latchkey::toolchain {
namespace {

constexpr unsigned kSlots = 2;
constexpr unsigned kBuiltInSlot = 1;

KeySlot load_slot(const store::Home& home, unsigned number) {
    KeySlot slot;
    slot.number = number;
    slot.path = home.trusted_key(number);
    std::optional<std::string> text = store::find_trusted_key(home, number);
    if (!text && number == kBuiltInSlot) {
        slot.built_in = true;
        text = std::string(openpgp::rust_key());
    }
    if (!text || text->empty())
        return slot;  // An empty file says that the built-in key is removed.
    try {
        slot.certificate = openpgp::parse_certificate(*text);
    } catch (const Error& e) {
        slot.fault =
            e.in(fmt::format("the key file '{}' is damaged, remove it with `rustup trust "
                             "remove {}`",
                             slot.path, number));
    }
    return slot;
}

bool is_empty(const KeySlot& slot) {
    return !slot.certificate && !slot.fault;
}

/// What a user typed, as fingerprints are kept.
std::string normalised(std::string_view which) {
    std::string digits;
    for (const char letter : which) {
        if (letter == ' ') continue;
        digits += static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    }
    return digits.starts_with("0X") ? digits.substr(2) : digits;
}

bool is_meant(const KeySlot& slot, const std::string& which) {
    constexpr std::size_t kMinDigits = 8;
    if (which == std::to_string(slot.number)) return !is_empty(slot);
    return which.size() >= kMinDigits && slot.certificate &&
           slot.certificate->fingerprint.ends_with(which);
}

}  // namespace

std::vector<KeySlot> load_key_slots(const store::Home& home) {
    std::vector<KeySlot> slots;
    for (unsigned number = 1; number <= kSlots; ++number) {
        slots.push_back(load_slot(home, number));
    }
    return slots;
}

std::vector<openpgp::Certificate> load_trusted_keys(
    const store::Home& home, const std::optional<std::string>& further_path) {
    std::vector<openpgp::Certificate> keys;
    for (KeySlot& slot : load_key_slots(home)) {
        if (slot.fault) throw *slot.fault;
        if (slot.certificate) keys.push_back(*std::move(slot.certificate));
    }
    if (!further_path) return keys;
    try {
        keys.push_back(openpgp::parse_certificate(platform::load_file(*further_path)));
    } catch (const Error& e) {
        throw e.in(fmt::format("the key file '{}' of RUSTUP_PGP_KEY is of no use", *further_path));
    }
    return keys;
}

KeySlot trust_key(const store::Home& home, const std::optional<std::string>& text,
                  const lock::LockSet& settings) {
    const std::string fingerprint =
        openpgp::parse_certificate(text ? *text : openpgp::rust_key()).fingerprint;
    const std::vector<KeySlot> slots = load_key_slots(home);
    auto slot = std::ranges::find_if(slots, [&](const KeySlot& each) {
        return each.certificate && each.certificate->fingerprint == fingerprint;
    });
    if (slot == slots.end()) slot = std::ranges::find_if(slots, is_empty);
    if (slot == slots.end() || (!text && slot->number != kBuiltInSlot)) {
        throw Error(Errc::usage,
                    fmt::format("there is no room for the key {}: there are {} places; free one "
                                "with `rustup trust remove`, `rustup trust list` shows them",
                                fingerprint, kSlots));
    }
    if (text) {
        // Even if it is trusted: a newer file may say that the key lives longer, or was revoked.
        store::save_trusted_key(home, slot->number, *text, settings);
    } else {
        store::remove_trusted_key(home, slot->number, settings);
    }
    return load_slot(home, slot->number);
}

KeySlot distrust_key(const store::Home& home, std::string_view which,
                     const lock::LockSet& settings) {
    const std::string wanted = normalised(which);
    for (const KeySlot& slot : load_key_slots(home)) {
        if (!is_meant(slot, wanted)) continue;
        if (slot.number == kBuiltInSlot) {
            store::save_trusted_key(home, slot.number, "", settings);
        } else {
            store::remove_trusted_key(home, slot.number, settings);
        }
        return slot;
    }
    throw Error(
        Errc::not_found,
        fmt::format("no trusted key is called '{}'; `rustup trust list` shows them", which));
}

}  // namespace latchkey::toolchain

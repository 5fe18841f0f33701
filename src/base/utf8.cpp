#include "latchkey/base/utf8.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#include "latchkey/base/text.hpp"

namespace latchkey {
namespace {

bool between(char byte, unsigned char low, unsigned char high) {
    const auto value = static_cast<unsigned char>(byte);
    return value >= low && value <= high;
}

/// Bytes 80 to BF, from the third on.
bool rest_continues(std::string_view bytes, std::size_t length) {
    for (std::size_t i = 2; i < length; ++i) {
        if (!between(bytes[i], 0x80, 0xBF)) return false;
    }
    return true;
}

/// Those that are no ASCII.
constexpr std::array<std::string_view, 19> kBlanks{"\u0085", "\u00A0", "\u1680", "\u2000", "\u2001",
                                                   "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
                                                   "\u2007", "\u2008", "\u2009", "\u200A", "\u2028",
                                                   "\u2029", "\u202F", "\u205F", "\u3000"};

}  // namespace

std::string_view trim_utf8(std::string_view text) noexcept {
    for (std::size_t size = text.size() + 1; size != text.size();) {
        size = text.size();
        text = trim(text);
        for (const std::string_view blank : kBlanks) {
            if (text.starts_with(blank)) text.remove_prefix(blank.size());
            if (text.ends_with(blank)) text.remove_suffix(blank.size());
        }
    }
    return text;
}

std::size_t code_point_length(std::string_view bytes) noexcept {
    if (bytes.empty()) return 0;
    const auto first = static_cast<unsigned char>(bytes[0]);
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4) return 0;
    const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (bytes.size() < length) return 0;
    // The second byte's bounds keep out overlong forms, surrogates and what is too large.
    const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    return between(bytes[1], low, high) && rest_continues(bytes, length) ? length : 0;
}

bool is_utf8(std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        // Most text is ASCII, and some has a megabyte.
        std::uint64_t eight = 0;
        if (bytes.size() >= sizeof eight) {
            std::memcpy(&eight, bytes.data(), sizeof eight);
            if ((eight & 0x8080808080808080) == 0) {
                bytes.remove_prefix(sizeof eight);
                continue;
            }
        }
        const std::size_t length = code_point_length(bytes);
        if (length == 0) return false;
        bytes.remove_prefix(length);
    }
    return true;
}

std::string shown_as_utf8(std::string_view bytes) {
    std::string text;
    while (!bytes.empty()) {
        const std::size_t length = code_point_length(bytes);
        text += length == 0 ? std::string_view("\xEF\xBF\xBD") : bytes.substr(0, length);
        bytes.remove_prefix(length == 0 ? 1 : length);
    }
    return text;
}

}  // namespace latchkey

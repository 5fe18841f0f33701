#include "latchkey/openpgp/armor.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"

namespace latchkey::openpgp {
namespace {

constexpr std::string_view kBegin = "-----BEGIN PGP ";
constexpr std::string_view kEnd = "-----END PGP ";
constexpr std::string_view kDashes = "-----";

std::string_view label_of(Armor kind) {
    return kind == Armor::signature ? "SIGNATURE" : "PUBLIC KEY BLOCK";
}

std::string_view name_of(Armor kind) {
    return kind == Armor::signature ? "an OpenPGP signature" : "an OpenPGP public key";
}

/// `-----BEGIN PGP LABEL-----`: the label.
std::optional<std::string_view> find_label(std::string_view line, std::string_view before) {
    if (!line.starts_with(before) || !line.ends_with(kDashes)) return std::nullopt;
    if (line.size() < before.size() + kDashes.size()) return std::nullopt;
    line.remove_prefix(before.size());
    line.remove_suffix(kDashes.size());
    return line;
}

/// Six bits. Empty: the letter is not one of base64's.
std::optional<std::uint32_t> value_of(char letter) {
    if (letter >= 'A' && letter <= 'Z') return letter - 'A';
    if (letter >= 'a' && letter <= 'z') return letter - 'a' + 26;
    if (letter >= '0' && letter <= '9') return letter - '0' + 52;
    if (letter == '+') return 62;
    if (letter == '/') return 63;
    return std::nullopt;
}

Error bad_base64_error() {
    return {Errc::corrupt, "its base64 is damaged"};
}

/// Whole groups of four letters; one or two '=' only at the very end.
std::string decode_base64(std::string_view text) {
    constexpr std::size_t kGroup = 4;
    std::string bytes;
    if (text.size() % kGroup != 0) throw bad_base64_error();
    for (std::size_t at = 0; at < text.size(); at += kGroup) {
        std::string_view group = text.substr(at, kGroup);
        if (at + kGroup == text.size()) {
            if (group.ends_with('=')) group.remove_suffix(1);
            if (group.ends_with('=')) group.remove_suffix(1);
        }
        std::uint32_t bits = 0;
        for (const char letter : group) {
            const auto value = value_of(letter);
            if (!value) throw bad_base64_error();
            bits = (bits << 6U) | *value;
        }
        bits <<= 6U * (kGroup - group.size());
        for (std::size_t byte = 0; byte + 1 < group.size(); ++byte) {
            bytes += static_cast<char>(bits >> (16U - 8U * byte));
        }
        const std::uint32_t unused = bits & (0xFFFFFFU >> (8U * (group.size() - 1)));
        if (group.size() < 2 || unused != 0) throw bad_base64_error();
    }
    return bytes;
}

std::uint32_t crc24(std::string_view bytes) {
    constexpr std::uint32_t kPolynomial = 0x1864CFB;
    std::uint32_t crc = 0xB704CE;
    for (const char byte : bytes) {
        crc ^= static_cast<std::uint32_t>(static_cast<unsigned char>(byte)) << 16U;
        for (int bit = 0; bit < 8; ++bit) {
            crc <<= 1U;
            if ((crc & 0x1000000U) != 0) crc ^= kPolynomial;
        }
    }
    return crc & 0xFFFFFFU;
}

void check_crc(std::string_view letters, std::string_view bytes) {
    const std::string checksum = decode_base64(letters);
    const std::uint32_t crc = crc24(bytes);
    const std::array<char, 3> expected{static_cast<char>(crc >> 16U), static_cast<char>(crc >> 8U),
                                       static_cast<char>(crc)};
    if (checksum != std::string_view(expected.data(), expected.size())) {
        throw Error(Errc::corrupt, "its checksum is wrong, so it is damaged");
    }
}

/// The lines between the two that begin and end the armor.
std::span<const std::string_view> find_block(std::span<const std::string_view> all, Armor kind) {
    while (!all.empty() && all.front().empty()) all = all.subspan(1);
    while (!all.empty() && all.back().empty()) all = all.first(all.size() - 1);
    const auto label = all.empty() ? std::nullopt : find_label(all.front(), kBegin);
    if (label && label->starts_with("PRIVATE")) {
        throw Error(Errc::corrupt,
                    "it is a secret key; export the public one, `gpg --armor --export`");
    }
    if (label != label_of(kind)) {
        throw Error(Errc::corrupt, fmt::format("it is not {} in ASCII armor", name_of(kind)));
    }
    for (const std::string_view line : all.subspan(1)) {
        if (line.starts_with(kBegin)) throw Error(Errc::corrupt, "it has more than one armor");
    }
    if (find_label(all.back(), kEnd) != label_of(kind)) {
        throw Error(Errc::corrupt, "it is cut off: its armor has no end");
    }
    return all.subspan(1, all.size() - 2);
}

}  // namespace

std::string parse_armor(std::string_view text, Armor kind) {
    std::vector<std::string_view> trimmed;
    for (const std::string_view line : lines(text)) trimmed.push_back(trim(line));
    std::span<const std::string_view> block = find_block(trimmed, kind);
    while (!block.empty() && block.front().find(": ") != std::string_view::npos) {
        block = block.subspan(1);  // A header, such as `Version: GnuPG v2`.
    }
    if (block.empty() || !block.front().empty()) {
        throw Error(Errc::corrupt, "its armor has no blank line in front of the data");
    }
    block = block.subspan(1);
    std::optional<std::string_view> checksum;
    if (!block.empty() && block.back().starts_with('=')) {
        checksum = block.back().substr(1);
        block = block.first(block.size() - 1);
    }
    std::string letters;
    for (const std::string_view line : block) letters += line;
    std::string bytes = decode_base64(letters);
    if (bytes.empty()) throw Error(Errc::corrupt, "its armor is empty");
    if (checksum) check_crc(*checksum, bytes);
    return bytes;
}

}  // namespace latchkey::openpgp

#include "signature_packet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "latchkey/base/error.hpp"
#include "packets.hpp"

namespace latchkey::openpgp {
namespace {

/// The subpackets that mean something here.
///
/// Source: RFC 4880, 5.2.3.1; RFC 9580 for the issuer's fingerprint.
enum class Field : std::uint8_t {
    creation_time = 2,
    lifetime = 3,
    key_lifetime = 9,
    issuer_key_id = 16,
    key_flags = 27,
    revocation_reason = 29,
    embedded_signature = 32,
    issuer_fingerprint = 33,
};

/// Those that are known, and whose meaning is nothing to us, such as preferences. Notations (20)
/// are not: a critical one asks for what nobody here knows.
constexpr auto kIdle =
    std::to_array<std::uint8_t>({4, 7, 11, 21, 22, 23, 24, 25, 26, 28, 30, 34, 35, 39});

Hash parse_hash(std::uint32_t number) {
    for (const Hash hash : {Hash::sha1, Hash::sha256, Hash::sha384, Hash::sha512}) {
        if (static_cast<std::uint32_t>(hash) == number) return hash;
    }
    throw Error(
        Errc::unsupported,
        fmt::format("it is made with the hash number {}, and only SHA-512 (10), SHA-384 (9) "
                    "and SHA-256 (8) are accepted",
                    number));
}

std::size_t take_length(ByteReader& reader) {
    const std::uint32_t first = reader.take_number(1);
    if (first < 192) return first;
    if (first < 255) return ((first - 192) << 8U) + reader.take_number(1) + 192;
    return reader.take_number(4);
}

std::chrono::seconds take_seconds(ByteReader& reader) {
    return std::chrono::seconds(reader.take_number(4));
}

/// What only counts if it is covered by the signature.
bool read_hashed_field(SignaturePacket& packet, Field field, ByteReader& value) {
    switch (field) {
        case Field::creation_time:
            packet.created = Time(take_seconds(value));
            return true;
        case Field::lifetime:
            packet.lifetime = take_seconds(value);
            return true;
        case Field::key_lifetime:
            packet.key_lifetime = take_seconds(value);
            return true;
        case Field::key_flags:
            packet.key_flags = value.at_end() ? 0 : value.take_number(1);
            return true;
        case Field::revocation_reason:
            packet.revocation_reason = value.take_number(1);
            return true;
        default:
            return false;
    }
}

/// What proves itself, wherever it stands: a wrong issuer's key does not fit the signature.
bool read_free_field(SignaturePacket& packet, Field field, ByteReader& value) {
    constexpr std::size_t kKeyIdBytes = 8;
    constexpr std::size_t kFingerprintBytes = 20;
    switch (field) {
        case Field::issuer_key_id:
            packet.issuer_key_id = upper_hex(value.take(kKeyIdBytes));
            return true;
        case Field::issuer_fingerprint:
            if (value.take_number(1) == 4) {
                packet.issuer_fingerprint = upper_hex(value.take(kFingerprintBytes));
            }
            return true;
        case Field::embedded_signature:
            packet.embedded = value.rest();
            return true;
        default:
            return false;
    }
}

void read_fields(SignaturePacket& packet, std::string_view area, bool hashed) {
    constexpr std::uint32_t kCritical = 0x80;
    for (ByteReader reader(area); !reader.at_end();) {
        ByteReader value(reader.take(take_length(reader)));
        const std::uint32_t kind = value.take_number(1);
        const auto number = static_cast<std::uint8_t>(kind & ~kCritical);
        const auto field = static_cast<Field>(number);
        const bool known = (hashed && read_hashed_field(packet, field, value)) ||
                           read_free_field(packet, field, value) ||
                           std::ranges::find(kIdle, number) != kIdle.end();
        if (!known && hashed && (kind & kCritical) != 0) {
            throw Error(Errc::unsupported,
                        fmt::format("it demands that subpacket {} is understood", number));
        }
    }
}

}  // namespace

bool SignaturePacket::may_be_by(std::string_view fingerprint) const {
    if (!issuer_fingerprint.empty()) return issuer_fingerprint == fingerprint;
    return issuer_key_id.empty() || issuer_key_id == key_id_of(fingerprint);
}

bool SignaturePacket::is_by(const PublicKey& key, std::string_view data) const {
    const auto size = static_cast<std::uint32_t>(hashed.size());
    const std::array<char, 6> end{4,
                                  static_cast<char>(0xFF),
                                  static_cast<char>(size >> 24U),
                                  static_cast<char>(size >> 16U),
                                  static_cast<char>(size >> 8U),
                                  static_cast<char>(size)};
    const std::string digest = hash_of(hash, {data, hashed, {end.data(), end.size()}});
    return digest.starts_with(begin_of_hash) && key.has_signed(hash, digest, number);
}

SignaturePacket parse_signature(std::string_view body) {
    constexpr std::uint32_t kVersion = 4;
    constexpr std::uint32_t kRsa = 1;
    ByteReader reader(body);
    const std::uint32_t version = reader.take_number(1);
    if (version != kVersion) {
        throw Error(Errc::unsupported,
                    fmt::format("it has version {}, and only 4 is supported", version));
    }
    SignaturePacket packet;
    packet.type = static_cast<SignatureType>(reader.take_number(1));
    const std::uint32_t algorithm = reader.take_number(1);
    if (algorithm != kRsa) {
        throw Error(
            Errc::unsupported,
            fmt::format("it is made with algorithm {}, and only RSA (1) is supported", algorithm));
    }
    packet.hash = parse_hash(reader.take_number(1));
    const std::string_view fields = reader.take(reader.take_number(2));
    packet.hashed = body.substr(0, body.size() - reader.rest().size());
    read_fields(packet, fields, true);
    read_fields(packet, reader.take(reader.take_number(2)), false);
    packet.begin_of_hash = reader.take(2);
    packet.number = reader.take_big_number();
    if (!reader.at_end()) throw Error(Errc::corrupt, "it is longer than its number");
    if (!packet.created) throw Error(Errc::corrupt, "it does not say when it was made");
    return packet;
}

}  // namespace latchkey::openpgp

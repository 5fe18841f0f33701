#include "latchkey/openpgp/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/openpgp/armor.hpp"
#include "packets.hpp"
#include "public_key.hpp"
#include "signature_packet.hpp"

namespace latchkey::openpgp {
namespace {

constexpr std::size_t kMaxSignatures = 16;

/// A key of the certificate at this place.
struct Owned {
    const Certificate* owner = nullptr;
    const SigningKey* key = nullptr;
};

std::string day(Time time) {
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::vector<Owned> find_keys(std::span<const Certificate> trusted, const SignaturePacket& packet) {
    std::vector<Owned> keys;
    for (const Certificate& each : trusted) {
        for (const SigningKey& key : each.signing_keys) {
            if (packet.may_be_by(key.fingerprint)) keys.push_back({&each, &key});
        }
    }
    return keys;
}

Error unknown_key_error(const SignaturePacket& packet) {
    const std::string& name =
        packet.issuer_fingerprint.empty() ? packet.issuer_key_id : packet.issuer_fingerprint;
    return {Errc::corrupt,
            name.empty() ? std::string("it does not say which key made it")
                         : fmt::format("it is made with the key {}, which is not trusted", name)};
}

/// Why a key's signature of this time does not count. Empty: it does.
std::optional<Error> find_objection(const SigningKey& key, const SignaturePacket& packet,
                                    Time now) {
    const Time made = *packet.created;
    const auto corrupt = [](std::string text) { return Error(Errc::corrupt, std::move(text)); };
    if (made < key.created) {
        return corrupt(
            fmt::format("it is older than its key, which was made on {}", day(key.created)));
    }
    if (key.expires && made >= *key.expires) {
        return corrupt(fmt::format("it was made on {}, and its key expired on {}", day(made),
                                   day(*key.expires)));
    }
    if (key.revoked && made >= *key.revoked) {
        return corrupt(fmt::format("its key {} is revoked", key.fingerprint));
    }
    if (made > now + std::chrono::hours(24)) {
        return corrupt(
            fmt::format("it was made on {}, and by this machine's clock it is {}; set "
                        "the clock",
                        day(made), day(now)));
    }
    if (packet.lifetime && packet.lifetime->count() != 0 && made + *packet.lifetime <= now) {
        return corrupt(fmt::format("it expired on {}", day(made + *packet.lifetime)));
    }
    return std::nullopt;
}

Verified verify_one(std::string_view text, std::string_view body,
                    std::span<const Certificate> trusted, Time now) {
    const SignaturePacket packet = parse_signature(body);
    if (packet.type != SignatureType::binary_document) {
        throw Error(Errc::unsupported,
                    fmt::format("it is of type {:#04x}, and only that of a file (0x00) is accepted",
                                static_cast<unsigned>(packet.type)));
    }
    if (packet.hash == Hash::sha1) {
        throw Error(Errc::unsupported, "it is made with SHA-1, which is broken");
    }
    const std::vector<Owned> keys = find_keys(trusted, packet);
    if (keys.empty() || (packet.issuer_fingerprint.empty() && packet.issuer_key_id.empty())) {
        throw unknown_key_error(packet);
    }
    for (const Owned& each : keys) {
        if (!packet.is_by(*each.key->key, text)) continue;
        if (const auto objection = find_objection(*each.key, packet, now)) throw *objection;
        return {each.owner->fingerprint, *packet.created};
    }
    throw Error(Errc::corrupt, "it is damaged, or of another file");
}

}  // namespace

Verified verify(std::string_view text, std::string_view signature_file,
                std::span<const Certificate> trusted, std::chrono::sys_seconds now) {
    const std::string bytes = parse_armor(signature_file, Armor::signature);
    const std::vector<Packet> packets = parse_packets(bytes);
    if (packets.size() > kMaxSignatures) throw Error(Errc::corrupt, "it has too many signatures");
    if (!std::ranges::all_of(
            packets, [](Tag tag) { return tag == Tag::signature; }, &Packet::tag)) {
        throw Error(Errc::corrupt, "it has something else than signatures in it");
    }
    std::optional<Error> first;
    for (const Packet& packet : packets) {
        try {
            return verify_one(text, packet.body, trusted, now);
        } catch (const Error& e) {
            if (e.code() == Errc::bug) throw;
            if (!first) first = e;
        }
    }
    throw *first;
}

}  // namespace latchkey::openpgp

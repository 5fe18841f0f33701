#include "latchkey/openpgp/certificate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "latchkey/base/error.hpp"
#include "latchkey/openpgp/armor.hpp"
#include "packets.hpp"
#include "public_key.hpp"
#include "signature_packet.hpp"

namespace latchkey::openpgp {
namespace {

constexpr std::uint8_t kMaySign = 0x02;

/// 2019-01-19, when collisions of SHA-1 with chosen beginnings became cheap.
constexpr Time kEndOfSha1{std::chrono::seconds(1547856000)};

/// A key or a user id, and the packets of the signatures behind it.
struct Part {
    Packet packet;
    std::vector<std::string_view> signatures;
};

std::vector<Part> group(const std::vector<Packet>& packets) {
    std::vector<Part> parts;
    for (const Packet& packet : packets) {
        switch (packet.tag) {
            case Tag::public_key:
            case Tag::public_subkey:
            case Tag::user_id:
            case Tag::user_attribute:
                parts.push_back({packet, {}});
                break;
            case Tag::signature:
                if (parts.empty()) throw Error(Errc::corrupt, "it is a signature, not a key");
                parts.back().signatures.push_back(packet.body);
                break;
            case Tag::secret_key:
            case Tag::secret_subkey:
                throw Error(Errc::corrupt,
                            "it is a secret key; export the public one, `gpg --armor --export`");
            case Tag::marker:
            case Tag::trust:
            case Tag::padding:
                break;
            default:
                throw Error(Errc::corrupt,
                            fmt::format("it has a packet of kind {}, which no key has",
                                        static_cast<unsigned>(packet.tag)));
        }
    }
    return parts;
}

/// Those of the key's own statements that hold, the newest first.
std::vector<SignaturePacket> own_statements(const PublicKey& primary, const Part& part,
                                            const std::string& data) {
    std::vector<SignaturePacket> statements;
    for (const std::string_view body : part.signatures) {
        try {
            SignaturePacket each = parse_signature(body);
            const bool sound = each.hash != Hash::sha1 || *each.created < kEndOfSha1;
            if (!sound || !each.may_be_by(primary.fingerprint)) continue;
            if (each.is_by(primary, data)) statements.push_back(std::move(each));
        } catch (const Error& e) {
            // Other people's statements may be of any kind.
            if (e.code() == Errc::bug) throw;
        }
    }
    std::ranges::stable_sort(statements, std::ranges::greater{}, &SignaturePacket::created);
    return statements;
}

std::optional<Time> end_of(Time start, std::optional<std::chrono::seconds> lifetime) {
    if (!lifetime || lifetime->count() == 0) return std::nullopt;  // 0: for ever.
    return start + *lifetime;
}

std::optional<Time> earlier(std::optional<Time> one, std::optional<Time> other) {
    if (!one || !other) return one ? one : other;
    return std::min(*one, *other);
}

/// From when on a revocation counts. A key that was replaced or given up has signed well before.
std::optional<Time> revoked_by(const std::vector<SignaturePacket>& statements, SignatureType type) {
    constexpr std::uint8_t kSuperseded = 1;
    constexpr std::uint8_t kRetired = 3;
    std::optional<Time> from;
    for (const SignaturePacket& each : statements) {
        if (each.type != type) continue;
        const bool soft =
            each.revocation_reason == kSuperseded || each.revocation_reason == kRetired;
        from = earlier(from, soft ? *each.created : Time());
    }
    return from;
}

const SignaturePacket* find(const std::vector<SignaturePacket>& newest_first, SignatureType first,
                            SignatureType last) {
    const auto found = std::ranges::find_if(newest_first, [&](const SignaturePacket& each) {
        return each.type >= first && each.type <= last;
    });
    return found == newest_first.end() ? nullptr : &*found;
}

/// Whether the subkey itself says that it belongs to the primary key. Otherwise anybody could pass
/// off another one's signatures as his.
bool agrees(const PublicKey& subkey, const SignaturePacket& binding, const std::string& data) {
    if (binding.embedded.empty()) return false;
    try {
        const SignaturePacket back = parse_signature(binding.embedded);
        const bool sound = back.hash != Hash::sha1 || *back.created < kEndOfSha1;
        return sound && back.type == SignatureType::primary_key_binding && back.is_by(subkey, data);
    } catch (const Error& e) {
        if (e.code() == Errc::bug) throw;
        return false;
    }
}

std::optional<SigningKey> find_signing_subkey(const PublicKey& primary, const Part& part) {
    PublicKey subkey;
    try {
        subkey = parse_public_key(part.packet.body);
    } catch (const Error& e) {
        if (e.code() == Errc::bug) throw;
        return std::nullopt;  // Of another algorithm, for example, or too weak.
    }
    const std::string data = primary.hashed() + subkey.hashed();
    const auto statements = own_statements(primary, part, data);
    const SignaturePacket* const binding =
        find(statements, SignatureType::subkey_binding, SignatureType::subkey_binding);
    if (binding == nullptr || (binding->key_flags.value_or(0) & kMaySign) == 0) return std::nullopt;
    if (!agrees(subkey, *binding, data)) return std::nullopt;
    SigningKey result;
    result.fingerprint = subkey.fingerprint;
    result.created = subkey.created;
    result.expires = end_of(subkey.created, binding->key_lifetime);
    result.revoked = revoked_by(statements, SignatureType::subkey_revocation);
    result.key = std::make_shared<const PublicKey>(std::move(subkey));
    return result;
}

/// What the primary key says of itself.
struct Self {
    std::vector<std::string> user_ids;
    std::optional<SignaturePacket> newest;
    std::optional<Time> revoked;
};

void note_newest(Self& self, const SignaturePacket* statement) {
    if (statement == nullptr) return;
    if (!self.newest || *self.newest->created < *statement->created) self.newest = *statement;
}

Self look_at_self(const PublicKey& primary, const std::vector<Part>& parts) {
    constexpr std::size_t kHead = 4;
    Self self;
    for (const Part& part : parts) {
        if (part.packet.tag == Tag::public_key) {
            const auto statements = own_statements(primary, part, primary.hashed());
            note_newest(self,
                        find(statements, SignatureType::direct_key, SignatureType::direct_key));
            self.revoked = revoked_by(statements, SignatureType::key_revocation);
        }
        if (part.packet.tag != Tag::user_id) continue;
        const std::string_view id = part.packet.body;
        std::string data = primary.hashed() + "\xB4";
        for (std::size_t i = kHead; i-- > 0;) data += static_cast<char>(id.size() >> (8 * i));
        data += id;
        const auto statements = own_statements(primary, part, data);
        const SignaturePacket* const good =
            find(statements, SignatureType::first_certification, SignatureType::last_certification);
        if (good == nullptr || revoked_by(statements, SignatureType::certification_revocation)) {
            continue;
        }
        self.user_ids.emplace_back(id);
        note_newest(self, good);
    }
    return self;
}

void check_order(const std::vector<Part>& parts) {
    if (parts.empty() || parts.front().packet.tag != Tag::public_key) {
        throw Error(Errc::corrupt, "it is not an OpenPGP public key");
    }
    const auto keys = std::ranges::count(parts, Tag::public_key,
                                         [](const Part& part) { return part.packet.tag; });
    if (keys > 1) {
        throw Error(Errc::corrupt,
                    fmt::format("it has {} keys; put each into a file of its own", keys));
    }
}

std::string bytes_of_file(std::string_view file) {
    const bool binary = !file.empty() && (static_cast<unsigned char>(file.front()) & 0x80U) != 0;
    return binary ? std::string(file) : parse_armor(file, Armor::public_key);
}

}  // namespace

Certificate parse_certificate(std::string_view file) {
    const std::string bytes = bytes_of_file(file);
    const std::vector<Part> parts = group(parse_packets(bytes));
    check_order(parts);
    const auto primary =
        std::make_shared<const PublicKey>(parse_public_key(parts.front().packet.body));
    const Self self = look_at_self(*primary, parts);
    if (!self.newest) {
        throw Error(Errc::corrupt, "its key has no valid signature of its own on a user id");
    }
    const auto expires = end_of(primary->created, self.newest->key_lifetime);
    Certificate certificate;
    certificate.fingerprint = primary->fingerprint;
    certificate.user_ids = self.user_ids;
    if ((self.newest->key_flags.value_or(kMaySign) & kMaySign) != 0) {
        certificate.signing_keys.push_back(
            {primary, primary->fingerprint, primary->created, expires, self.revoked});
    }
    for (const Part& part : parts) {
        if (part.packet.tag != Tag::public_subkey) continue;
        auto subkey = find_signing_subkey(*primary, part);
        if (!subkey) continue;
        subkey->expires = earlier(subkey->expires, expires);
        subkey->revoked = earlier(subkey->revoked, self.revoked);
        certificate.signing_keys.push_back(*std::move(subkey));
    }
    if (certificate.signing_keys.empty()) {
        throw Error(Errc::unsupported, "it has no RSA key of 2048 bits or more that may sign");
    }
    return certificate;
}

std::string grouped(std::string_view fingerprint) {
    constexpr std::size_t kGroup = 4;
    std::string text;
    for (std::size_t i = 0; i < fingerprint.size(); i += kGroup) {
        text += (i == 0 ? "" : " ") + std::string(fingerprint.substr(i, kGroup));
    }
    return text;
}

}  // namespace latchkey::openpgp

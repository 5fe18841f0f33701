#include "packets.hpp"

#include "latchkey/base/error.hpp"

namespace latchkey::openpgp {
namespace {

constexpr std::size_t kMaxPackets = 4096;

Error partial_error() {
    return {Errc::corrupt,
            "it has a packet without a definite length, which no key or signature "
            "needs"};
}

/// Of the old format: `kind` says how many bytes the length has.
std::size_t take_old_length(ByteReader& reader, unsigned kind) {
    constexpr unsigned kIndeterminate = 3;
    if (kind == kIndeterminate) throw partial_error();
    return reader.take_number(std::size_t{1} << kind);
}

std::size_t take_new_length(ByteReader& reader) {
    const std::uint32_t first = reader.take_number(1);
    if (first < 192) return first;
    if (first < 224) return ((first - 192) << 8U) + reader.take_number(1) + 192;
    if (first < 255) throw partial_error();
    return reader.take_number(4);
}

Packet take_packet(ByteReader& reader) {
    constexpr std::uint32_t kAlways = 0x80;
    constexpr std::uint32_t kNewFormat = 0x40;
    const std::uint32_t head = reader.take_number(1);
    if ((head & kAlways) == 0) throw Error(Errc::corrupt, "it does not consist of OpenPGP packets");
    Packet packet;
    std::size_t length = 0;
    if ((head & kNewFormat) != 0) {
        packet.tag = static_cast<Tag>(head & 0x3FU);
        length = take_new_length(reader);
    } else {
        packet.tag = static_cast<Tag>((head & 0x3FU) >> 2U);
        length = take_old_length(reader, head & 3U);
    }
    packet.body = reader.take(length);
    return packet;
}

}  // namespace

std::string_view ByteReader::take(std::size_t count) {
    if (count > rest_.size()) throw Error(Errc::corrupt, "it ends in the middle");
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
}

std::uint32_t ByteReader::take_number(std::size_t count) {
    std::uint32_t number = 0;
    for (const char byte : take(count)) {
        number = (number << 8U) | static_cast<unsigned char>(byte);
    }
    return number;
}

std::string_view ByteReader::take_big_number() {
    const std::uint32_t bits = take_number(2);
    const std::string_view number = take((bits + 7) / 8);
    if (!number.empty()) {
        const auto first = static_cast<unsigned char>(number.front());
        if (first == 0 || (first >> ((bits - 1) % 8 + 1)) != 0) {
            throw Error(Errc::corrupt, "it has a number of another size than it says");
        }
    }
    return number;
}

std::vector<Packet> parse_packets(std::string_view bytes) {
    std::vector<Packet> packets;
    for (ByteReader reader(bytes); !reader.at_end();) {
        if (packets.size() == kMaxPackets) throw Error(Errc::corrupt, "it has too many packets");
        packets.push_back(take_packet(reader));
    }
    return packets;
}

}  // namespace latchkey::openpgp

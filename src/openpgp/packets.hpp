#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace latchkey::openpgp {

/// The kinds of packets that keys and signatures consist of.
///
/// Source: RFC 4880, 4.3.
enum class Tag : std::uint8_t {
    signature = 2,
    secret_key = 5,
    public_key = 6,
    secret_subkey = 7,
    marker = 10,
    trust = 12,
    user_id = 13,
    public_subkey = 14,
    user_attribute = 17,
    padding = 21,
};

/// One packet. `body` is a part of the text that was parsed.
struct Packet {
    Tag tag{};
    std::string_view body;
};

/// Reads numbers and texts from the front of some bytes.
///
/// Throws: Errc::corrupt, "it ends in the middle", if there are too few.
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] std::string_view rest() const { return rest_; }

    /// The next bytes.
    std::string_view take(std::size_t count);

    /// The next bytes as a big-endian number. `count` is at most 4.
    std::uint32_t take_number(std::size_t count);

    /// A big-endian number of any size, without leading zeros. Its size in bits stands before it.
    ///
    /// Source: RFC 4880, 3.2.
    std::string_view take_big_number();

private:
    std::string_view rest_;
};

/// The packets of a key or a signature, with lengths in the old format and the new.
///
/// Throws: Errc::corrupt if they are damaged, have partial or indeterminate lengths, or are
///         thousands.
/// Source: RFC 4880, 4.2.
std::vector<Packet> parse_packets(std::string_view bytes);

}  // namespace latchkey::openpgp

#include "packets.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "support/openpgp_writer.hpp"

namespace latchkey::test {

using openpgp::ByteReader;
using openpgp::parse_packets;
using openpgp::Tag;

namespace {

std::string packets_fault(std::string_view bytes) {
    try {
        (void)parse_packets(bytes);
    } catch (const Error& e) {
        return e.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("lengths of both formats are read, in each of their sizes", "[packets]") {
    for (const std::size_t size : {0, 1, 191, 192, 8383, 8384, 70000}) {
        const std::string body(size, 'x');
        const std::string both = packet(13, body) + packet(2, "y");
        const auto found = parse_packets(both);
        REQUIRE(found.size() == 2);
        CHECK(found[0].tag == Tag::user_id);
        CHECK(found[0].body == body);
        CHECK(found[1].tag == Tag::signature);
        for (const unsigned kind : {0U, 1U, 2U}) {
            const unsigned bytes = 1U << kind;
            if (bytes < 4 && size >= (1U << (8 * bytes))) continue;
            const std::string one =
                number_text(0x80 | (13 << 2) | kind, 1) + number_text(size, bytes) + body;
            const auto old = parse_packets(one);
            REQUIRE(old.size() == 1);
            CHECK(old[0].tag == Tag::user_id);
            CHECK(old[0].body == body);
        }
    }
}

TEST_CASE("packets without a definite length are refused", "[packets]") {
    CHECK(packets_fault("\x8B"
                        "abc")
              .starts_with("it has a packet without a definite length"));
    CHECK(
        packets_fault("\xC2\xE1xy\x01z").starts_with("it has a packet without a definite length"));
}

TEST_CASE("what is cut off, no packet, or without end is refused", "[packets]") {
    const std::string good = packet(2, std::string(300, 'x'));
    for (std::size_t size = 1; size < good.size(); ++size) {
        CHECK(packets_fault(good.substr(0, size)) == "it ends in the middle");
    }
    CHECK(packets_fault("hello") == "it does not consist of OpenPGP packets");
    std::string many;
    for (int i = 0; i < 4097; ++i) many += packet(12, "");
    CHECK(packets_fault(many) == "it has too many packets");
}

TEST_CASE("a big number has the size that it says", "[packets]") {
    CHECK(ByteReader(std::string_view("\x00\x09\x01\xFF", 4)).take_big_number() == "\x01\xFF");
    CHECK(ByteReader(std::string_view("\x00\x00", 2)).take_big_number().empty());
    for (const std::string_view bad :
         {std::string_view("\x00\x09\x00\xFF", 4), std::string_view("\x00\x09\x02\xFF", 4),
          std::string_view("\x00\x09\x01", 3)}) {
        CHECK_THROWS_AS(ByteReader(bad).take_big_number(), Error);
    }
}

}  // namespace latchkey::test

#include "latchkey/openpgp/armor.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "support/openpgp_writer.hpp"

namespace latchkey::test {
namespace {

using openpgp::Armor;
using openpgp::parse_armor;

std::string fault_of(std::string_view text, Armor kind = Armor::signature) {
    try {
        (void)parse_armor(text, kind);
    } catch (const Error& e) {
        CHECK(e.code() == Errc::corrupt);
        return e.what();
    }
    return "none";
}

const std::string kBytes =
    "\x01\x02\x03 any bytes at all, of more than one line of armor, \xFF\xFE.";
const std::string kFile = armored("SIGNATURE", kBytes);

}  // namespace

TEST_CASE("an armor gives its bytes, whatever their number", "[armor]") {
    for (std::size_t size = 1; size <= kBytes.size(); ++size) {
        const std::string bytes = kBytes.substr(0, size);
        CHECK(parse_armor(armored("SIGNATURE", bytes), Armor::signature) == bytes);
        CHECK(parse_armor(armored("PUBLIC KEY BLOCK", bytes), Armor::public_key) == bytes);
    }
}

TEST_CASE("headers, blank lines around it and the line ends of other systems are fine", "[armor]") {
    std::string file = kFile;
    file.insert(file.find("\n\n"), "\nVersion: GnuPG v1\nComment: made by hand");
    CHECK(parse_armor(file, Armor::signature) == kBytes);
    CHECK(parse_armor("\n\n" + file + "\n \n", Armor::signature) == kBytes);
    std::string other;
    for (const char letter : file)
        other += letter == '\n' ? std::string("\r\n") : std::string(1, letter);
    CHECK(parse_armor(other, Armor::signature) == kBytes);
}

TEST_CASE("the checksum may be missing, but not wrong", "[armor]") {
    const std::size_t at = kFile.find("\n=");
    const std::size_t end = kFile.find('\n', at + 1);
    CHECK(parse_armor(kFile.substr(0, at) + kFile.substr(end), Armor::signature) == kBytes);
    std::string wrong = kFile;
    wrong[at + 2] = wrong[at + 2] == 'A' ? 'B' : 'A';
    CHECK(fault_of(wrong) == "its checksum is wrong, so it is damaged");
}

TEST_CASE("what is no armor of this kind is told", "[armor]") {
    CHECK(fault_of("") == "it is not an OpenPGP signature in ASCII armor");
    CHECK(fault_of("<html>Sign in to the network</html>\n") ==
          "it is not an OpenPGP signature in ASCII armor");
    CHECK(fault_of(kFile, Armor::public_key) == "it is not an OpenPGP public key in ASCII armor");
    CHECK(fault_of("-----BEGIN PGP SIGNATURE----") ==
          "it is not an OpenPGP signature in ASCII armor");
    CHECK(fault_of("-----BEGIN PGP -") == "it is not an OpenPGP signature in ASCII armor");
    CHECK(fault_of(armored("PRIVATE KEY BLOCK", kBytes), Armor::public_key)
              .starts_with("it is a secret key"));
    CHECK(fault_of(kFile + "<html>") == "it is cut off: its armor has no end");
    CHECK(fault_of("-----BEGIN PGP SIGNATURE-----\n-----END PGP SIGNATURE-----\n") ==
          "its armor has no blank line in front of the data");
    CHECK(fault_of("-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n") ==
          "its armor is empty");
}

TEST_CASE("two armors are not one", "[armor]") {
    CHECK(fault_of(kFile + kFile) == "it has more than one armor");
    CHECK(fault_of(kFile + "\n" + armored("PUBLIC KEY BLOCK", kBytes)) ==
          "it has more than one armor");
}

TEST_CASE("an armor that is cut off anywhere is refused", "[armor]") {
    for (std::size_t size = 0; size + 2 < kFile.size(); ++size) {
        CHECK(fault_of(kFile.substr(0, size)) != "none");
    }
}

TEST_CASE("a letter that base64 lacks, and bits behind the end, are damage", "[armor]") {
    const std::size_t at = kFile.find("\n\n") + 2;
    for (const char letter : {'-', '_', '=', '\0', '\x80'}) {
        std::string file = kFile;
        file[at] = letter;
        CHECK(fault_of(file) != "none");
    }
    const std::string head = "-----BEGIN PGP SIGNATURE-----\n\n";
    const std::string tail = "\n-----END PGP SIGNATURE-----\n";
    CHECK(parse_armor(head + "QQ==" + tail, Armor::signature) == "A");
    CHECK(fault_of(head + "QR==" + tail) == "its base64 is damaged");
    CHECK(fault_of(head + "Q===" + tail) == "its base64 is damaged");
    CHECK(fault_of(head + "QQ" + tail) == "its base64 is damaged");
    CHECK(fault_of(head + "QQ==QQ==" + tail) == "its base64 is damaged");
}

}  // namespace latchkey::test

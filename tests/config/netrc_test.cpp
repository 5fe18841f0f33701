#include "latchkey/config/netrc.hpp"

#include <catch2/catch.hpp>

using latchkey::config::find_netrc_credentials;

namespace {

constexpr const char* kTwo =
    "# machine a.example login commented password out\n"
    "machine a.example login ann password secret\n"
    "machine b.example\n"
    "    login bob\n"
    "    account unused\n"
    "    password \"with blank \\\"and\\\" \\\\ \"\n";

}  // namespace

TEST_CASE("a host's login is that of its machine, in one line or in several", "[netrc]") {
    CHECK(find_netrc_credentials(kTwo, "a.example") == "ann:secret");
    CHECK(find_netrc_credentials(kTwo, "b.example") == "bob:with blank \"and\" \\ ");
}

TEST_CASE("no other host gets a machine's login", "[netrc]") {
    for (const char* host :
         {"example", "A.example", "x.a.example", "a.example.evil", "", "machine"}) {
        INFO(host);
        CHECK(find_netrc_credentials(kTwo, host) == std::nullopt);
    }
}

TEST_CASE("the first machine of a name counts, and a default only for those behind it", "[netrc]") {
    const char* const text =
        "machine a login one password 1\nmachine a login two password 2\n"
        "default login any password 3\nmachine b login four password 4\n";
    CHECK(find_netrc_credentials(text, "a") == "one:1");
    CHECK(find_netrc_credentials(text, "b") == "any:3");
}

TEST_CASE("a machine without password is no login, one without name is", "[netrc]") {
    CHECK(find_netrc_credentials("machine a login x", "a") == std::nullopt);
    CHECK(find_netrc_credentials("machine a login x\nmachine b password y", "b") == ":y");
    CHECK(find_netrc_credentials("machine a password", "a") == std::nullopt);
}

TEST_CASE("a macro's lines are no entries", "[netrc]") {
    const char* const text =
        "machine z login z password z macdef init\n"
        "machine a login macro password macro\n"
        "\n"
        "machine a login ann password secret\n";
    CHECK(find_netrc_credentials(text, "a") == "ann:secret");
}

TEST_CASE("a value may be a key's name", "[netrc]") {
    CHECK(find_netrc_credentials("machine machine login password password login", "machine") ==
          "password:login");
    CHECK(find_netrc_credentials("machine a login #x password #y", "a") == "#x:#y");
}

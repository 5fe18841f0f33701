#include "latchkey/facts/aliases.hpp"

#include <catch2/catch.hpp>

#include "support/temp_dir.hpp"

using namespace latchkey;
using namespace latchkey::facts;

namespace {

const std::string kTuple = "x86_64-unknown-linux-gnu";

}  // namespace

TEST_CASE("aliases are told in their order, with the whole names that they stand for", "[facts]") {
    test::TempDir dir;
    dir.make("toolchains/1.80-" + kTuple + "/bin");
    resolve::Site site;
    site.variables.rustup_home = dir.path();
    site.host = kTuple;
    CHECK(alias_lines(site).empty());
    CHECK(alias_values(site).empty());
    site.settings.aliases = {{"own", "mine"}, {"msrv", "1.80"}};
    CHECK(alias_lines(site) == "msrv -> 1.80-" + kTuple + "\nown -> mine\n");
    CHECK(boost::json::serialize(alias_values(site)) ==
          R"([{"name":"msrv","toolchain":"1.80-)" + kTuple +
              R"(","installed":true},{"name":"own","toolchain":"mine","installed":false}])");
}

TEST_CASE("what a hand wrote as an alias and is no name is told as it is", "[facts]") {
    resolve::Site site;
    site.host = kTuple;
    site.settings.aliases = {{"odd", "a/b"}};
    CHECK(alias_lines(site) == "odd -> a/b\n");
    CHECK(alias_values(site).front().at("installed") == false);
}

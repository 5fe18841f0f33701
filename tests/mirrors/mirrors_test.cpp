#include "latchkey/mirrors/mirrors.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;
using mirrors::Mirrors;

namespace {

Mirrors mirrors_of(const std::vector<std::string>& urls) {
    config::ChangeVariables variables;
    for (const std::string& url : urls) {
        config::Mirror mirror;
        mirror.url = url;
        variables.mirrors.push_back(mirror);
    }
    return Mirrors(variables);
}

using Places = std::vector<std::size_t>;

}  // namespace

TEST_CASE("without a list there is the environment's server alone", "[mirrors]") {
    config::ChangeVariables variables;
    variables.server = dist::Server::from("http://env", std::nullopt, true);
    const Mirrors one(variables);
    CHECK_FALSE(one.listed());
    CHECK(one.order() == Places{0});
    CHECK(one.server(0).dist_root == "http://env/dist");
    CHECK(one.component_url(0, "https://static.rust-lang.org/dist/a") == "http://env/dist/a");
    CHECK(one.component_url(0, "http://other/a") == "http://other/a");
}

TEST_CASE("a mirror of the list stands for the default server, staged manifests included",
          "[mirrors]") {
    config::ChangeVariables variables;
    variables.server.staged = true;
    variables.mirrors.resize(1);
    variables.mirrors[0].url = "https://a/rust";
    const Mirrors listed(variables);
    CHECK(listed.listed());
    CHECK(listed.server(0).dist_root == "https://a/rust/dist");
    CHECK(listed.server(0).staged);
}

TEST_CASE("mirrors that have failed are asked last, the least bad of them first", "[mirrors]") {
    Mirrors all = mirrors_of({"http://a", "http://b", "http://c"});
    CHECK(all.order() == Places{0, 1, 2});
    CHECK(all.blame(0));
    CHECK(all.order() == Places{1, 2, 0});
    CHECK_FALSE(all.blame(0));
    CHECK(all.blame(1));
    CHECK(all.order() == Places{2, 1, 0});
    all.blame(2);
    all.blame(1);
    CHECK(all.order() == Places{2, 0, 1});
}

TEST_CASE("a component's URL at one mirror becomes that at another", "[mirrors]") {
    const Mirrors all = mirrors_of({"http://a/rust", "http://b"});
    CHECK(all.component_url(1, "https://static.rust-lang.org/dist/x") == "http://b/dist/x");
    CHECK(all.component_url(1, "http://a/rust/dist/x") == "http://b/dist/x");
    CHECK(all.component_url(0, "http://b/dist/x") == "http://a/rust/dist/x");
    // Neither another server's, nor one whose name only begins alike.
    CHECK(all.component_url(1, "http://a/rusty/dist/x") == "http://a/rusty/dist/x");
    CHECK(all.component_url(0, "http://elsewhere/x") == "http://elsewhere/x");
}

#include "latchkey/mirrors/credentials.hpp"

#include <catch2/catch.hpp>

#include "latchkey/net/authorization.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using mirrors::authorization_of;
using mirrors::Credentials;
using net::Url;
using test::TempDir;

namespace {

config::Mirror mirror_of(const std::string& url, const std::string& variable = "") {
    config::Mirror mirror;
    mirror.url = url;
    if (!variable.empty()) mirror.auth_variable = variable;
    return mirror;
}

config::Mirror netrc_mirror(const std::string& url) {
    config::Mirror mirror = mirror_of(url);
    mirror.netrc = true;
    return mirror;
}

/// Credentials with one variable, and what they warn of.
struct Scene {
    TempDir home;
    std::vector<std::string> warnings;
    std::optional<Credentials> credentials;

    explicit Scene(const std::vector<config::Mirror>& mirrors,
                   std::map<std::string, std::string> variables = {{"TOKEN", "t0ken"}}) {
        credentials.emplace(mirrors, platform::Environment(std::move(variables)), home.path(),
                            [this](const std::string& text) { warnings.push_back(text); });
    }

    std::optional<std::string> find(const std::string& url) {
        return credentials->find(Url::parse(url));
    }
};

using Text = std::optional<std::string>;

}  // namespace

TEST_CASE("a variable has a field's value, a user with password, or a token", "[credentials]") {
    CHECK(authorization_of("Bearer abc") == "Bearer abc");
    CHECK(authorization_of("Basic QQ==") == "Basic QQ==");
    CHECK(authorization_of("me:my pass") == net::basic_authorization("me:my pass"));
    CHECK(authorization_of("abc.def") == "Bearer abc.def");
    CHECK(authorization_of("") == std::nullopt);
    CHECK(authorization_of("a\r\nX-Evil: 1") == std::nullopt);
}

TEST_CASE("credentials go to their mirror's files and to nothing else", "[credentials]") {
    Scene scene({mirror_of("https://m.example/rust", "TOKEN")});
    CHECK(scene.find("https://m.example/rust/dist/a.tar.xz") == "Bearer t0ken");
    CHECK(scene.find("https://m.example:443/rust") == "Bearer t0ken");
    for (const char* other :
         {"http://m.example/rust/a", "https://m.example:8443/rust/a", "https://m.example/rusty/a",
          "https://m.example/", "https://m.example/rust/../a", "https://x.m.example/rust/a",
          "https://m.example.evil/rust/a", "https://evil/rust/a",
          "https://evil/?https://m.example/rust/"}) {
        INFO(other);
        CHECK(scene.find(other) == std::nullopt);
    }
    CHECK(scene.warnings.empty());
}

TEST_CASE("of mirrors on one host, the one with the longest path has the URL", "[credentials]") {
    Scene scene({mirror_of("https://h", "ONE"), mirror_of("https://h/two", "TWO"),
                 mirror_of("https://h/two/open")},
                {{"ONE", "1"}, {"TWO", "2"}});
    CHECK(scene.find("https://h/a") == "Bearer 1");
    CHECK(scene.find("https://h/two/a") == "Bearer 2");
    CHECK(scene.find("https://h/two/open/a") == std::nullopt);
}

TEST_CASE("a variable that is missing or of no use is told once, without its value",
          "[credentials]") {
    Scene scene({mirror_of("https://a", "MISSING"), mirror_of("https://b", "ODD")},
                {{"ODD", "secret\nsecret"}});
    CHECK(scene.find("https://a/1") == std::nullopt);
    CHECK(scene.find("https://a/2") == std::nullopt);
    CHECK(scene.find("https://b/1") == std::nullopt);
    REQUIRE(scene.warnings.size() == 2);
    CHECK(scene.warnings[0].find("the variable MISSING is not set") == 0);
    CHECK(scene.warnings[1].find("secret") == std::string::npos);
}

TEST_CASE("netrc is $NETRC or ~/.netrc, and is read when it is first needed", "[credentials]") {
    Scene scene({netrc_mirror("https://m.example")}, {});
    platform::save_file(scene.home.write(".netrc", ""), "machine m.example login a password b\n");
    platform::change_mode(scene.home / ".netrc", 0600);
    CHECK(scene.find("https://m.example/x") == net::basic_authorization("a:b"));
    CHECK(scene.warnings.empty());

    const std::string path = scene.home.write("other", "machine m.example password c\n");
    platform::change_mode(path, 0600);
    Scene named({netrc_mirror("https://m.example")}, {{"NETRC", path}});
    CHECK(named.find("https://m.example/x") == net::basic_authorization(":c"));
}

TEST_CASE("a netrc that others may read is told, one without the host too", "[credentials]") {
    Scene scene({netrc_mirror("https://m.example"), netrc_mirror("https://n.example")}, {});
    scene.home.write(".netrc", "machine m.example login a password secret\n");
    platform::change_mode(scene.home / ".netrc", 0644);
    CHECK(scene.find("https://m.example/x") == net::basic_authorization("a:secret"));
    CHECK(scene.find("https://n.example/x") == std::nullopt);
    REQUIRE(scene.warnings.size() == 2);
    CHECK(scene.warnings[0].find("others may read the passwords in") == 0);
    CHECK(scene.warnings[1].find("has no login for 'n.example'") != std::string::npos);
    CHECK((scene.warnings[0] + scene.warnings[1]).find("secret") == std::string::npos);
}

TEST_CASE("credentials that go unencrypted to another machine are told", "[credentials]") {
    Scene scene({mirror_of("http://m.example", "TOKEN"), mirror_of("http://127.0.0.1:8", "TOKEN")});
    CHECK(scene.find("http://m.example/x") == "Bearer t0ken");
    CHECK(scene.find("http://127.0.0.1:8/x") == "Bearer t0ken");
    REQUIRE(scene.warnings.size() == 1);
    CHECK(scene.warnings[0].find("are sent unencrypted") != std::string::npos);
}

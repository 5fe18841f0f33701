#include "latchkey/mirrors/configured.hpp"

#include <catch2/catch.hpp>

#include "support/temp_dir.hpp"

using namespace latchkey;
using mirrors::Configured;
using test::TempDir;

namespace {

/// A home with a configuration of these lines.
Configured load(const TempDir& home, const std::string& text, bool names_server = false) {
    home.write("latchkey/config.toml", text);
    config::ChangeVariables variables;
    variables.names_server = names_server;
    return mirrors::load_configured(variables, dist::HomeLayout(home.path()));
}

net::ClientOptions options_of(const Configured& configured,
                              std::map<std::string, std::string> variables = {}) {
    net::ClientOptions options;
    options.read_timeout = std::chrono::seconds(180);
    mirrors::use_mirrors(
        configured, platform::Environment(std::move(variables)), std::nullopt,
        [](const std::string&) {}, options);
    return options;
}

constexpr const char* kTwo =
    "[[mirror]]\nurl = \"https://a\"\nauth-env = \"TOKEN\"\n[[mirror]]\nurl = \"https://b\"\n";

}  // namespace

TEST_CASE("no configuration is read where the environment names a server", "[configured]") {
    const TempDir home;
    const Configured configured = load(home, "[[mirror", true);
    CHECK(configured.mirrors.empty());
    CHECK_FALSE(configured.failure);
}

TEST_CASE("a configuration that is broken lets every fetch fail", "[configured]") {
    const TempDir home;
    const Configured configured = load(home, "[[mirror]]\nurl = 5\n");
    REQUIRE(configured.failure);
    const net::ClientOptions options = options_of(configured);
    REQUIRE(options.refusal);
    CHECK(std::string(options.refusal->what()) == configured.failure->what());
    CHECK_FALSE(options.authorization);
}

TEST_CASE("a url that no client could ask is a broken configuration", "[configured]") {
    const TempDir home;
    const Configured configured = load(home, "[[mirror]]\nurl = \"https://a:port/\"\n");
    REQUIRE(configured.failure);
    CHECK(std::string(configured.failure->what()).find("https://a:port") != std::string::npos);
    CHECK(configured.mirrors.empty());
}

TEST_CASE("a complaint about a variable comes before one about the list", "[configured]") {
    const TempDir home;
    const Configured configured = load(home, "[[mirror");
    net::ClientOptions options;
    options.refusal = Error(Errc::usage, "a variable");
    mirrors::use_mirrors(configured, platform::Environment(), std::nullopt, {}, options);
    CHECK(std::string(options.refusal->what()) == "a variable");
}

TEST_CASE("the first mirror stands for the server, and all are asked", "[configured]") {
    const TempDir home;
    const Configured configured = load(home, kTwo);
    config::ChangeVariables variables;
    variables.server.staged = true;
    mirrors::use_mirrors(configured, variables);
    CHECK(variables.server.dist_server == "https://a");
    CHECK(variables.server.staged);
    CHECK(variables.mirrors.size() == 2);
}

TEST_CASE("without mirrors nothing changes", "[configured]") {
    const TempDir home;
    const Configured configured = load(home, "");
    config::ChangeVariables variables;
    mirrors::use_mirrors(configured, variables);
    CHECK(variables.server.dist_server == dist::kDefaultServer);
    CHECK(variables.mirrors.empty());
    const net::ClientOptions options = options_of(configured);
    CHECK_FALSE(options.authorization);
    CHECK_FALSE(options.refusal);
    CHECK(options.read_timeout == std::chrono::seconds(180));
}

TEST_CASE("a client sends a mirror's credentials to that mirror", "[configured]") {
    const TempDir home;
    const net::ClientOptions options = options_of(load(home, kTwo), {{"TOKEN", "t0ken"}});
    REQUIRE(options.authorization);
    CHECK(options.authorization(net::Url::parse("https://a/dist/x")) == "Bearer t0ken");
    CHECK(options.authorization(net::Url::parse("https://b/dist/x")) == std::nullopt);
}

TEST_CASE("a silent mirror is left sooner if there is another, unless the user has said when",
          "[configured]") {
    const TempDir home;
    CHECK(options_of(load(home, kTwo)).read_timeout == std::chrono::seconds(30));
    CHECK(options_of(load(home, kTwo), {{"RUSTUP_DOWNLOAD_TIMEOUT", "180"}}).read_timeout ==
          std::chrono::seconds(180));
    CHECK(options_of(load(home, "[[mirror]]\nurl = \"https://a\"\n")).read_timeout ==
          std::chrono::seconds(180));
}

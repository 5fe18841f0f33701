#include "latchkey/proxy/session.hpp"

#include <catch2/catch.hpp>

#include "proxy_home.hpp"

using namespace latchkey;
using namespace latchkey::test;
using proxy::Session;

namespace {

std::optional<Session> parsed(const std::string& text) {
    platform::Environment environment;
    environment.set("LATCHKEY_SESSION", text);
    return proxy::find_session(environment);
}

}  // namespace

TEST_CASE("a session survives being told to a child", "[session]") {
    for (const Session& session :
         {Session{{"stable", 0}, "0123456789abcdef", false}, Session{{"stable", 17}, "i4711", true},
          Session{{"stable", 0, 1}, "word", false}, Session{{"stable", 17, 12}, "i4711", true},
          Session{{"my@build,whole", 0}, "i1", false}, Session{{"my@build", 0}, "i1", true}}) {
        platform::Environment environment;
        proxy::set_session(environment, session);
        CAPTURE(*environment.find("LATCHKEY_SESSION"));
        CHECK(proxy::find_session(environment) == session);
    }
}

TEST_CASE("a session is told as its place and its mark", "[session]") {
    platform::Environment environment;
    proxy::set_session(environment, {{"stable", 0}, "word", false});
    CHECK(environment.find("LATCHKEY_SESSION") == "home/stable@word");
    proxy::set_session(environment, {{"stable", 17}, "i4711", true});
    CHECK(environment.find("LATCHKEY_SESSION") == "away/17/stable@i4711,whole");
    proxy::set_session(environment, {{"stable", 0, 2}, "word", false});
    CHECK(environment.find("LATCHKEY_SESSION") == "base/2/home/stable@word");
}

TEST_CASE("a session that is not told, or makes no sense, is none", "[session]") {
    CHECK_FALSE(proxy::find_session(platform::Environment()));
    for (const char* text :
         {"", "@", "home/stable", "home/stable@", "@word", "stable@word", "home/@word",
          "away/0/stable@word", "home/stable@,whole", "home/a/b@word", ",whole",
          "base/home/stable@word", "base/0/home/stable@word", "base/1@word", "base/1/@word",
          "base/x/home/stable@word"}) {
        CAPTURE(text);
        CHECK_FALSE(parsed(text));
    }
}

TEST_CASE("a directory's mark is its tag's word, without one its inode", "[session]") {
    const ProxyHome home;
    CHECK(proxy::find_mark(home.home(), ProxyHome::at_home()) ==
          home.store.load_state(kToolchain).word);
    home.add_plain(kNightly);
    CHECK(proxy::find_mark(home.home(), {kNightly, 0}) ==
          "i" + std::to_string(platform::find_status(home.home().toolchain(kNightly))->inode));
    CHECK(proxy::find_mark(home.home(), {kNightly, 7}).empty());
    home.store.dir.write("toolchains/file", "");
    CHECK(proxy::find_mark(home.home(), {"file", 0}).empty());
}

TEST_CASE("what cargo starts for a build obeys, what people start does not", "[session]") {
    const Session session{{"stable", 0}, "word", false};
    for (const char* tool : {"rustc", "rustdoc", "clippy-driver", "rustfmt", "cargo-clippy",
                             "cargo-fmt", "cargo-miri"}) {
        CHECK(proxy::obeys(tool, session));
    }
    for (const char* tool :
         {"cargo", "rust-analyzer", "rust-gdb", "rust-lldb", "rust-gdbgui", "rls", "sh"}) {
        CHECK_FALSE(proxy::obeys(tool, session));
        CHECK(proxy::obeys(tool, {{"stable", 0}, "word", true}));
    }
}

#include "latchkey/proxy/pin.hpp"

#include <catch2/catch.hpp>

#include "proxy_home.hpp"
#include "store/readers.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::test;
using lock::Key;
using lock::Mode;
using proxy::NotPinned;
using proxy::Pinned;
using proxy::Session;
using store::Place;

namespace {

using Result = std::variant<Pinned, NotPinned>;

const resolve::Name kName = *dist::ToolchainName::parse(kToolchain);

Result pin(const ProxyHome& home, const resolve::Name& name, const std::string& tool = "rustc",
           std::optional<Session> session = {}) {
    return proxy::try_pin(home.home(), {name, tool, std::move(session), false});
}

Result pin(const ProxyHome& home, const std::string& tool = "rustc",
           std::optional<Session> session = {}) {
    return pin(home, kName, tool, std::move(session));
}

Pinned pinned(Result result) {
    REQUIRE(std::holds_alternative<Pinned>(result));
    return std::move(std::get<Pinned>(result));
}

NotPinned not_pinned(Result result) {
    REQUIRE(std::holds_alternative<NotPinned>(result));
    return std::get<NotPinned>(std::move(result));
}

resolve::Name path_name(const std::string& path) {
    return dist::PathName{path};
}

std::string home_place() {
    return "home/" + std::string(kToolchain);
}

/// What is held at a place: its directory and exactly these, of all that there are.
void check_held(const Pinned& found, const std::string& place,
                const std::vector<std::string>& components) {
    REQUIRE(found.ranges);
    CHECK(found.ranges->holds(Key::directory(place), Mode::shared));
    for (const std::string name :
         {"rustc", "cargo", "rust-std", "rustfmt-preview", "rust-docs", "*"}) {
        CAPTURE(place, name);
        const bool wanted = std::ranges::find(components, name) != components.end();
        CHECK(found.ranges->holds(Key::use(place, name), Mode::shared) == wanted);
    }
}

const std::vector<std::string> kAllButDocs{"rustc", "cargo", "rust-std", "rustfmt-preview"};
const std::vector<std::string> kEverything{"*"};

bool is_free(const ProxyHome& home, const std::string& key_place) {
    return home.store.is_free(Key::directory(key_place)) &&
           home.store.is_free(Key::use_all(key_place)) &&
           home.store.is_free(Key::use(key_place, "rustc"));
}

}  // namespace

TEST_CASE("a tool is run from the current place, whose listed components it holds", "[pin]") {
    const ProxyHome home;
    const Pinned found = pinned(pin(home));
    CHECK(found.directory == home.home_directory());
    CHECK_FALSE(found.is_away());
    CHECK(found.session == home.session(ProxyHome::at_home()));
    check_held(found, home_place(), kAllButDocs);
}

TEST_CASE("a tool of a generation away is run from there and holds that", "[pin]") {
    ProxyHome home;
    const std::string away = home.commit_away("b");
    const Pinned found = pinned(pin(home));
    CHECK(found.directory == away);
    CHECK(found.is_away());
    CHECK(found.session == home.session(home.place()));
    check_held(found, home.place().name(), kAllButDocs);
    CHECK(is_free(home, home_place()));
}

TEST_CASE("a tool that nobody listed holds what cargo holds", "[pin]") {
    const ProxyHome home;
    check_held(pinned(pin(home, "sh")), home_place(), kAllButDocs);
}

TEST_CASE("small tools hold what they may load", "[pin]") {
    const ProxyHome home;
    check_held(pinned(pin(home, "rustfmt")), home_place(), {"rustfmt-preview", "rustc"});
    check_held(pinned(pin(home, "rust-gdb")), home_place(), {"rustc"});
    check_held(pinned(pin(home, "rust-analyzer")), home_place(), {"rustc", "rust-std"});
}

TEST_CASE("what is leaving, arriving or waiting is held by nobody who comes new", "[pin]") {
    const ProxyHome home;
    store::State state = home.store.load_state(kToolchain);
    state.find(component("cargo"))->standing = store::Standing::leaving;
    state.find(component("rust-std"))->standing = store::Standing::arriving;
    state.find(component("rustfmt-preview"))->standing = store::Standing::pending;
    home.store.save_state(kToolchain, state);
    check_held(pinned(pin(home)), home_place(), {"rustc"});
}

TEST_CASE("a directory that no state describes is held whole", "[pin]") {
    const ProxyHome home;
    home.add_plain(kNightly);
    const Pinned found = pinned(pin(home, *dist::ToolchainName::parse(kNightly)));
    const std::string place = "home/" + std::string(kNightly);
    CHECK(found.directory == home.home().toolchain(kNightly));
    check_held(found, place, kEverything);
    REQUIRE(found.session);
    CHECK(found.session->mark ==
          "i" + std::to_string(platform::find_status(found.directory)->inode));
}

TEST_CASE("a name that stands for nothing is absent", "[pin]") {
    ProxyHome home;
    const auto absent = [&home](const std::string& name) {
        return not_pinned(pin(home, *dist::CustomName::parse(name))).why == NotPinned::Why::absent;
    };
    CHECK(absent("gone"));
    home.store.dir.write("toolchains/file", "");
    CHECK(absent("file"));
    Child cargo = run_from(home.store, home_place());
    home.store.uninstall(kToolchain);
    CHECK(not_pinned(pin(home)).why == NotPinned::Why::absent);
    // A build that began before goes on.
    CHECK(std::holds_alternative<Pinned>(pin(home, "rustc", home.session(ProxyHome::at_home()))));
}

TEST_CASE("a range that stays refused is named, with nothing held", "[pin]") {
    const ProxyHome home;
    for (const char* key : {"use:home/%/rustc", "directory:home/%"}) {
        const std::string text = replace_all(key, "%", kToolchain);
        Child other = hold(home.store, "exclusive", {text});
        const NotPinned refused = not_pinned(pin(home));
        CHECK(refused.why == NotPinned::Why::refused);
        REQUIRE(refused.key);
        CHECK(std::string(lock::kind_name(refused.key->kind())) + ":" + refused.key->name() ==
              text);
        CHECK(home.store.is_free(Key::use(home_place(), "cargo")));
        stop(other);
    }
    CHECK(std::holds_alternative<Pinned>(pin(home)));
}

TEST_CASE("a range that a tool does not need does not stop it", "[pin]") {
    const ProxyHome home;
    Child other = hold(home.store, "exclusive",
                       {"use:" + home_place() + "/rust-docs", "use:" + home_place() + "/*"});
    CHECK(std::holds_alternative<Pinned>(pin(home)));
    Child cargo_taken = hold(home.store, "exclusive", {"use:" + home_place() + "/cargo"});
    CHECK(std::holds_alternative<Pinned>(pin(home, "rustfmt")));
}

TEST_CASE("what may not be on the disk is unverified, until somebody has seen to it", "[pin]") {
    const ProxyHome home;
    store::State state = home.store.load_state(kToolchain);
    state.boot_id = "another";
    home.store.save_state(kToolchain, state);
    const Session session = home.session(ProxyHome::at_home());
    CHECK(not_pinned(pin(home)).why == NotPinned::Why::unverified);
    CHECK(not_pinned(pin(home, "rustc", session)).why == NotPinned::Why::unverified);
    CHECK(not_pinned(pin(home, path_name(home.home_directory()))).why ==
          NotPinned::Why::unverified);
    CHECK_FALSE(proxy::try_pin_session(home.home(), {kName, "rustc", session, false}));
    CHECK(is_free(home, home_place()));
    CHECK(std::holds_alternative<Pinned>(
        proxy::try_pin(home.home(), {kName, "rustc", std::nullopt, true})));
    CHECK(proxy::try_pin_session(home.home(), {kName, "rustc", session, true}));
}

TEST_CASE("a newer format is an error, not a reason to go round", "[pin]") {
    const ProxyHome home;
    const Session session = home.session(ProxyHome::at_home());
    platform::save_file(home.home().state(kToolchain), "latchkey-state 3\n");
    const std::string expected =
        "'" + home.home().state(kToolchain) + "' was written by a newer Latchkey";
    CHECK(error_text([&] { (void)pin(home); }) == expected);
    CHECK(error_text([&] { (void)pin(home, "rustc", session); }) == expected);
    CHECK(error_text([&] {
              (void)proxy::try_pin_session(home.home(), {kName, "rustc", session, false});
          }) == expected);
}

TEST_CASE("a member of a session stays where the session is, and holds all of it", "[pin]") {
    ProxyHome home;
    const Session session = home.session(ProxyHome::at_home());
    home.commit_away("b");
    const Pinned found = pinned(pin(home, "rustc", session));
    CHECK(found.directory == home.home_directory());
    CHECK(found.session == session);
    check_held(found, home_place(), kEverything);
}

TEST_CASE("a member of a session on what is current holds what it may load", "[pin]") {
    const ProxyHome home;
    const Session session = home.session(ProxyHome::at_home());
    check_held(pinned(pin(home, "rustfmt", session)), home_place(), {"rustfmt-preview", "rustc"});
}

TEST_CASE("a session away goes on there when home is settled", "[pin]") {
    ProxyHome home;
    const std::string away = home.commit_away("b");
    const Session session = home.session(home.place());
    const Pinned cargo = pinned(pin(home, "cargo"));
    home.store.settle(kToolchain);
    CHECK(home.place().is_home());
    const Pinned found = pinned(pin(home, "rustc", session));
    CHECK(found.directory == away);
    CHECK(found.is_away());
    check_held(found, session.place.name(), kEverything);
    CHECK_FALSE(home.store.retire(kToolchain));
    CHECK(platform::is_file(away + "/bin/rustc"));
}

TEST_CASE("a session whose mark is not there any more begins afresh", "[pin]") {
    ProxyHome home;
    Session session = home.session(ProxyHome::at_home());
    session.mark = "another";
    CHECK(pinned(pin(home, "rustc", session)).session == home.session(ProxyHome::at_home()));
    CHECK_FALSE(proxy::try_pin_session(home.home(), {kName, "rustc", session, false}));
    session.place.away = 99;
    CHECK(pinned(pin(home, "rustc", session)).session == home.session(ProxyHome::at_home()));
    CHECK_FALSE(proxy::try_pin_session(home.home(), {kName, "rustc", session, false}));
}

TEST_CASE("a session whose directory is being taken away begins afresh", "[pin]") {
    ProxyHome home;
    const Session session = home.session(ProxyHome::at_home());
    const std::string away = home.commit_away("b");
    Child settling = hold(home.store, "exclusive", {"directory:" + home_place()});
    CHECK(pinned(pin(home, "rustc", session)).directory == away);
    CHECK_FALSE(proxy::try_pin_session(home.home(), {kName, "rustc", session, false}));
}

TEST_CASE("a session on what rustup made is known by its inode, whatever is written into it",
          "[pin]") {
    ProxyHome home;
    home.add_plain(kNightly);
    const resolve::Name nightly = *dist::ToolchainName::parse(kNightly);
    const Pinned cargo = pinned(pin(home, nightly, "cargo"));
    store::take_over(home.home(), kNightly, home.store.current(kNightly), "",
                     home.store.lock_toolchain(kNightly));
    home.commit("b", kNightly);
    const Pinned found = pinned(pin(home, nightly, "rustc", cargo.session));
    CHECK(found.directory == home.home().toolchain(kNightly));
    CHECK(found.session == cargo.session);
    CHECK(pinned(pin(home, nightly, "rustc")).directory != home.home().toolchain(kNightly));
}

TEST_CASE("a session of another toolchain binds nobody", "[pin]") {
    ProxyHome home;
    home.commit("n", kNightly);
    const Session session{{kNightly, 0}, proxy::find_mark(home.home(), {kNightly, 0}), true};
    CHECK(pinned(pin(home, "rustc", session)).directory == home.home_directory());
    CHECK_FALSE(proxy::try_pin_session(home.home(), {kName, "rustc", session, false}));
}

TEST_CASE("cargo begins afresh, but goes on with a whole session", "[pin]") {
    ProxyHome home;
    Session session = home.session(ProxyHome::at_home());
    const std::string away = home.commit_away("b");
    for (const char* tool : {"cargo", "rust-analyzer", "rust-gdb", "sh"}) {
        CAPTURE(tool);
        session.whole = false;
        CHECK(pinned(pin(home, tool, session)).directory == away);
        CHECK_FALSE(proxy::try_pin_session(home.home(), {kName, tool, session, false}));
        session.whole = true;
        const Pinned found = pinned(pin(home, tool, session));
        CHECK(found.directory == home.home_directory());
        CHECK(found.session->whole);
    }
}

TEST_CASE("without a session nobody is a member of one", "[pin]") {
    const ProxyHome home;
    CHECK_FALSE(proxy::try_pin_session(home.home(), {kName, "rustc", std::nullopt, false}));
}

TEST_CASE("a path of the user's own needs no range", "[pin]") {
    const ProxyHome home;
    const std::string mine = home.store.dir / "mine";
    ProxyHome::add_program(mine + "/bin/rustc", kFakeTool);
    for (const std::string& path : {mine, std::string("/nonexistent")}) {
        const Pinned found = pinned(pin(home, path_name(path)));
        CHECK(found.directory == path);
        CHECK_FALSE(found.session);
        CHECK_FALSE(found.ranges);
    }
    platform::make_link(mine, home.home().toolchain("linked"));
    const Pinned linked = pinned(pin(home, *dist::CustomName::parse("linked")));
    CHECK(linked.directory == home.home().toolchain("linked"));
    CHECK_FALSE(linked.ranges);
}

TEST_CASE("a path that leads to home is held as home is, by whatever name", "[pin]") {
    const ProxyHome home;
    const std::string elsewhere = home.store.dir / "elsewhere";
    platform::make_link(home.home_directory(), elsewhere);
    platform::make_link(home.home().toolchains(), home.store.dir / "all");
    platform::make_link("../elsewhere", home.home().toolchain("linked"));
    const std::vector<resolve::Name> names{path_name(home.home_directory()),
                                           path_name(home.home_directory() + "/."),
                                           path_name(elsewhere),
                                           path_name(home.store.dir / "all/" + kToolchain),
                                           path_name(home.home().toolchain("linked")),
                                           *dist::CustomName::parse("linked")};
    for (const resolve::Name& name : names) {
        CAPTURE(resolve::str(name));
        const Pinned found = pinned(pin(home, name));
        check_held(found, home_place(), kAllButDocs);
        // He sees what he said.
        if (std::holds_alternative<dist::PathName>(name)) {
            CHECK(found.directory == resolve::str(name));
        }
        CHECK(platform::find_target_status(found.directory)->inode ==
              platform::find_status(home.home_directory())->inode);
    }
}

TEST_CASE("a path that leads to a generation away is held there", "[pin]") {
    ProxyHome home;
    const std::string away = home.commit_away("b");
    const std::string link = home.store.dir / "link";
    platform::make_link(away, link);
    for (const std::string& path : {away, link}) {
        const Pinned found = pinned(pin(home, path_name(path)));
        CHECK(found.directory == path);
        check_held(found, home.place().name(), kAllButDocs);
    }
    // And to a home that lags: no state describes that.
    const Pinned lagging = pinned(pin(home, path_name(home.home_directory())));
    CHECK(lagging.directory == home.home_directory());
    check_held(lagging, home_place(), kEverything);
}

TEST_CASE("another name for the very directory of a toolchain is held as that", "[pin]") {
    const ProxyHome home;
    // Where the toolchains are really kept, on another volume perhaps.
    platform::rename_path(home.home().toolchains(), home.store.dir / "volume");
    platform::make_link(home.store.dir / "volume", home.home().toolchains());
    const Pinned found = pinned(pin(home, path_name(home.store.dir / "volume/" + kToolchain)));
    check_held(found, home_place(), kAllButDocs);
}

TEST_CASE("a path to a home that is being settled leads to what is current", "[pin]") {
    ProxyHome home;
    const std::string away = home.commit_away("b");
    Child settling = hold(home.store, "exclusive", {"directory:" + home_place()});
    const Pinned found = pinned(pin(home, path_name(home.home_directory())));
    CHECK(found.directory == away);
    check_held(found, home.place().name(), kAllButDocs);
}

TEST_CASE("a path is never run from without a range where it leads to ours", "[pin]") {
    const ProxyHome home;
    Child other = hold(home.store, "exclusive", {"directory:" + home_place()});
    const NotPinned refused = not_pinned(pin(home, path_name(home.home_directory())));
    CHECK(refused.why == NotPinned::Why::refused);
    CHECK(refused.key == Key::directory(home_place()));
}

TEST_CASE("a session on a path goes on where the path leads", "[pin]") {
    ProxyHome home;
    const std::string link = home.store.dir / "link";
    platform::make_link(home.home_directory(), link);
    const Pinned cargo = pinned(pin(home, path_name(link), "cargo"));
    REQUIRE(cargo.session);
    home.commit_away("b");
    const Pinned found = pinned(pin(home, path_name(link), "rustc", cargo.session));
    check_held(found, home_place(), kEverything);
    CHECK(proxy::try_pin_session(home.home(), {path_name(link), "rustc", cargo.session, false}));
    // Another path is another toolchain.
    const std::string mine = home.store.dir.make("mine/bin");
    CHECK_FALSE(proxy::try_pin_session(
        home.home(), {path_name(home.store.dir / "mine"), "rustc", cargo.session, false}));
}

TEST_CASE("a range is free again as soon as what was pinned is gone", "[pin]") {
    const ProxyHome home;
    {
        const Pinned found = pinned(pin(home));
        CHECK_FALSE(is_free(home, home_place()));
    }
    CHECK(is_free(home, home_place()));
}

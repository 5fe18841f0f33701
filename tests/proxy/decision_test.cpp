#include "latchkey/proxy/decision.hpp"

#include <catch2/catch.hpp>

#include "proxy_home.hpp"
#include "store/readers.hpp"

using namespace latchkey;
using namespace latchkey::test;
using proxy::ToolCall;
using proxy::ToolDecision;
using proxy::ToolNeed;
using proxy::ToolRequest;
using Kind = ToolNeed::Kind;

namespace {

/// A proxy's question in a home with stable.
struct Question {
    ProxyHome home;
    resolve::Site site;
    ToolRequest request;

    explicit Question(const std::string& tool)
        : request{*dist::ToolchainName::parse(kToolchain),
                  {tool, "a"},
                  resolve::Source::default_,
                  platform::Environment()} {
        site.variables.rustup_home = home.home().root();
        site.variables.cargo_home = home.store.dir / "cargo";
    }

    [[nodiscard]] ToolDecision decide() const { return proxy::decide(site, request); }

    [[nodiscard]] ToolCall call() const {
        ToolDecision decision = decide();
        REQUIRE(std::holds_alternative<ToolCall>(decision));
        return std::move(std::get<ToolCall>(decision));
    }

    [[nodiscard]] ToolNeed need() const {
        ToolDecision decision = decide();
        REQUIRE(std::holds_alternative<ToolNeed>(decision));
        return std::move(std::get<ToolNeed>(decision));
    }

    [[nodiscard]] bool holds_nothing() const {
        const std::string at_home = ProxyHome::at_home().name();
        return home.store.is_free(lock::Key::directory(at_home)) &&
               home.store.is_free(lock::Key::use(at_home, "rustc"));
    }
};

}  // namespace

TEST_CASE("a tool that is there is a call that holds its toolchain", "[decision]") {
    const Question question("rustc");
    const ToolCall call = question.call();
    CHECK(call.program == question.home.home_directory() + "/bin/rustc");
    CHECK(call.arguments == std::vector<std::string>{call.program, "a"});
    CHECK_FALSE(question.holds_nothing());
}

TEST_CASE("what is not installed is needed first", "[decision]") {
    Question question("rustc");
    question.request.toolchain = *dist::ToolchainName::parse(kNightly);
    CHECK(question.need().kind == Kind::toolchain);
    question.request.toolchain = *dist::CustomName::parse("gone");
    CHECK(question.need().kind == Kind::toolchain);
}

TEST_CASE("a link and a path that lead nowhere are not installed, whatever is run", "[decision]") {
    Question question("rustc");
    const std::string nowhere = question.home.store.dir / "nowhere";
    SECTION("a path") {
        question.request.toolchain = dist::PathName{nowhere};
    }
    SECTION("a link") {
        platform::make_link(nowhere, question.home.home().toolchain("mine"));
        question.request.toolchain = *dist::CustomName::parse("mine");
    }
    CHECK(question.need().kind == Kind::toolchain);
    question.request.command = {"/bin/sh"};
    CHECK(question.need().kind == Kind::toolchain);
}

TEST_CASE("what a toolchain file lists and may be missing is looked at before", "[decision]") {
    Question question("rustc");
    question.request.components = {"clippy"};
    CHECK(question.need().kind == Kind::contents);
    CHECK(question.holds_nothing());
    question.site.variables.auto_install = false;
    CHECK(question.call().name == "rustc");
    question.site.variables.auto_install.reset();
    question.request.components.clear();
    CHECK(question.call().name == "rustc");
}

TEST_CASE("what a crash may have left unwritten is verified before", "[decision]") {
    Question question("rustc");
    store::State state = question.home.store.load_state(kToolchain);
    state.boot_id = "another";
    question.home.store.save_state(kToolchain, state);
    CHECK(question.need().kind == Kind::verification);
    CHECK(question.holds_nothing());
    question.request.verified = true;
    CHECK(question.call().name == "rustc");
}

TEST_CASE("a range that somebody holds is named, with nothing held", "[decision]") {
    const Question question("rustc");
    const auto key = lock::Key::use(ProxyHome::at_home().name(), "rustc");
    const auto other = question.home.store.exclusive(key);
    const ToolNeed need = question.need();
    CHECK(need.kind == Kind::range);
    CHECK(need.range == key);
    CHECK(question.home.store.is_free(lock::Key::directory(ProxyHome::at_home().name())));
}

TEST_CASE("a tool that is not there leaves its toolchain held, to look for another", "[decision]") {
    const Question question("rls");
    const ToolNeed need = question.need();
    CHECK(need.kind == Kind::tool);
    REQUIRE(need.pinned);
    CHECK(need.pinned->directory == question.home.home_directory());
    CHECK_FALSE(need.pinned->has_tool);
    CHECK_FALSE(question.holds_nothing());
}

TEST_CASE("a build's tool needs no toolchain of that name any more, rustup run's does",
          "[decision]") {
    Question question("rustc");
    question.request.environment.set("LATCHKEY_SESSION",
                                     question.home.session_text(ProxyHome::at_home()));
    Child cargo = run_from(question.home.store, ProxyHome::at_home().name());
    question.home.store.uninstall(kToolchain);
    CHECK(question.call().program == question.home.home_directory() + "/bin/rustc");
    question.request.source.reset();
    CHECK(question.need().kind == Kind::toolchain);
}

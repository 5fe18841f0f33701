#include "latchkey/proxy/pin.hpp"

#include <catch2/catch.hpp>

#include "proxy_home.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::test;
using lock::Key;
using proxy::NotPinned;
using proxy::Pinned;

namespace {

const resolve::Name kName = *dist::ToolchainName::parse(kToolchain);

auto pin(const ProxyHome& home, const std::string& tool,
         std::optional<proxy::Session> session = {}) {
    return proxy::try_pin(home.home(), {kName, tool, std::move(session), false});
}

}  // namespace

TEST_CASE("a tool that nobody listed holds what cargo holds", "[proxy]") {
    const ProxyHome home;
    const auto pinned = pin(home, "sh");
    REQUIRE(std::holds_alternative<Pinned>(pinned));
    const lock::LockSet& ranges = *std::get<Pinned>(pinned).ranges;
    CHECK(ranges.holds(Key::use("rustc-a"), lock::Mode::shared));
    CHECK(ranges.holds(Key::use("cargo-a"), lock::Mode::shared));
    CHECK_FALSE(ranges.holds(Key::use("rust-docs-a"), lock::Mode::shared));
}

TEST_CASE("a range that stays refused is named, with nothing held", "[proxy]") {
    const ProxyHome home;
    {
        const auto collector = StoreHome::exclusive(home.home(), Key::use("rustc-a"));
        const auto result = pin(home, "rustc");
        REQUIRE(std::holds_alternative<NotPinned>(result));
        CHECK(std::get<NotPinned>(result).why == NotPinned::Why::refused);
        CHECK(std::get<NotPinned>(result).key == Key::use("rustc-a"));
        // Who loads no rustc does not mind.
        CHECK(lock::LockSet::try_acquire(home.home().lock_file(), Key::generation(kToolchain, 1),
                                         lock::Mode::exclusive));
    }
    CHECK(std::holds_alternative<Pinned>(pin(home, "rustc")));
}

TEST_CASE("a session that is refused anything begins afresh", "[proxy]") {
    ProxyHome home;
    home.commit("b");
    const auto collector = StoreHome::exclusive(home.home(), Key::use("rustc-a"));
    const auto pinned = pin(home, "rustc", home.session(1));
    REQUIRE(std::holds_alternative<Pinned>(pinned));
    CHECK(std::get<Pinned>(pinned).session == home.session(2));
}

TEST_CASE("a toolchain without a name is absent, whatever generations it had", "[proxy]") {
    ProxyHome home;
    home.store.remove(kToolchain);
    const auto result = pin(home, "rustc");
    REQUIRE(std::holds_alternative<NotPinned>(result));
    CHECK(std::get<NotPinned>(result).why == NotPinned::Why::absent);
    // A build that began before goes on.
    CHECK(std::holds_alternative<Pinned>(pin(home, "rustc", home.session(1))));
}

TEST_CASE("a current generation without its table is an error, not a reason to go round",
          "[proxy]") {
    const ProxyHome home;
    const std::string path = home.home().proxy_table(kToolchain, 1);
    platform::remove_file(path);
    CHECK(error_text([&] { (void)pin(home, "rustc"); }).starts_with("'" + path + "' is missing"));
}

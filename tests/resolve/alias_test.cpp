#include "latchkey/resolve/alias.hpp"

#include <catch2/catch.hpp>

#include "resolve/scene.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::resolve;
using namespace latchkey::test;

TEST_CASE("an alias stands for a toolchain wherever one is chosen", "[alias]") {
    Scene scene;
    const std::string aliases =
        "latchkey_aliases = { msrv = \"1.80\", here = \"1.80-" + std::string(kHost) + "\" }\n";
    const std::string real = "1.80-" + std::string(kHost) + " (";
    scene.settings(aliases + "default_toolchain = \"msrv\"\n");
    CHECK(scene.shown().starts_with(real));
    scene.settings(aliases);
    scene.dir.write("a/b/c/rust-toolchain", "msrv\n");
    CHECK(scene.shown().starts_with(real));
    scene.dir.write("a/b/c/rust-toolchain", "here\n");  // The machine's own: it may name the host.
    CHECK(scene.shown().starts_with(real));
    scene.settings(aliases + "[overrides]\n\"" + scene.dir / "a" + "\" = \"msrv\"\n");
    scene.working_directory = "a";
    CHECK(scene.shown().starts_with(real));
    scene.variables["RUSTUP_TOOLCHAIN"] = "msrv";
    CHECK(scene.shown().starts_with(real));
    Request request;
    request.plus_toolchain = "msrv";
    CHECK(scene.shown(request).starts_with(real));
}

TEST_CASE("an alias may be set anew and removed", "[alias]") {
    Scene scene;
    config::Settings settings;
    set_alias(settings, scene.home(), "msrv", "1.80");
    set_alias(settings, scene.home(), "msrv", "1.81");
    CHECK(settings.real_name("msrv") == "1.81");
    remove_alias(settings, "msrv");
    CHECK(settings.aliases.empty());
    CHECK(error_text([&] { remove_alias(settings, "msrv"); }) ==
          "no alias 'msrv'; `rustup toolchain alias` lists those there are");
}

TEST_CASE("an alias that would be something else, too, is refused by name", "[alias]") {
    Scene scene;
    scene.install("mine");
    config::Settings settings;
    set_alias(settings, scene.home(), "own", "mine");
    const auto before = settings.aliases;
    const auto refusal = [&](const std::string& alias, const std::string& toolchain) {
        return error_text([&] { set_alias(settings, scene.home(), alias, toolchain); });
    };
    CHECK(refusal("nightly", "1.80").starts_with("invalid alias 'nightly': it is the name of"));
    CHECK(refusal("mine", "1.80").starts_with("'mine' is an installed toolchain"));
    CHECK(refusal("+x", "1.80").starts_with("invalid alias '+x': an alias is a word"));
    CHECK(refusal("a\nb", "1.80").starts_with("invalid alias 'a"));
    CHECK(refusal("x", "own") == "'own' is itself an alias, of 'mine'; name that toolchain");
    CHECK(refusal("x", "x") == "alias 'x' would stand for itself");
    CHECK(refusal("x", "gone") == "toolchain 'gone' is neither official nor installed");
    CHECK(refusal("x", "a/b").find("a/b") != std::string::npos);
    CHECK(settings.aliases == before);
    CHECK(alias_in_use_error("own", "mine").what() ==
          std::string("'own' is an alias of 'mine'; choose another name, or run `rustup toolchain "
                      "alias --remove own` first"));
}

#include "latchkey/dist/component_wishes.hpp"

#include <catch2/catch.hpp>

#include "example_manifest.hpp"

using namespace latchkey::dist;

namespace {

std::string names_of(std::span<const Component> components) {
    std::string out;
    for (const auto& c : components) out += c.full_name() + " ";
    return out;
}

const std::string kHelp = "; write for example '+rust-analyzer,-rust-docs', or 'none'";

}  // namespace

TEST_CASE("wishes are read and written with their signs", "[wishes]") {
    const auto wishes = parse_component_wishes("+rust-src, -rust-docs,+clippy,+clippy");
    CHECK(wishes.added == std::vector<std::string>{"clippy", "rust-src"});
    CHECK(wishes.removed == std::vector<std::string>{"rust-docs"});
    CHECK(str(wishes) == "+clippy,+rust-src,-rust-docs");
    CHECK(parse_component_wishes(str(wishes)) == wishes);
}

TEST_CASE("'none' and nothing are no wishes", "[wishes]") {
    for (const char* text : {"", " ", "none"}) CHECK(parse_component_wishes(text).empty());
    CHECK(str(ComponentWishes()).empty());
}

TEST_CASE("a wish that is wrong is named, with what is right", "[wishes]") {
    const auto refusal = [](std::string_view text) {
        return error_of([&] { (void)parse_component_wishes(text); });
    };
    CHECK(refusal("+clippy,rust-src") ==
          "invalid component 'rust-src': it begins with neither '+' nor '-'" + kHelp);
    CHECK(refusal("+a,") == "invalid component '': it begins with neither '+' nor '-'" + kHelp);
    CHECK(refusal("+") == "invalid component '+': this is not the name of a component" + kHelp);
    CHECK(refusal("+a b") ==
          "invalid component '+a b': this is not the name of a component" + kHelp);
    CHECK(refusal("+a,-a") == "invalid component '-a': it is both added and taken out" + kHelp);
    CHECK(refusal("-rustc") == "invalid component '-rustc': no toolchain works without it" + kHelp);
}

TEST_CASE("wishes are met as far as a release has what is wished", "[wishes]") {
    ExampleManifest example;
    example.unavailable = {{"rls-preview", kHost}};
    const auto m = example.parse();
    const auto wishes = parse_component_wishes("+clippy,+rust-src,+rls,+nothing,-cargo");
    const auto change = wished_change(wishes, m, kHost, {}, {});
    CHECK(names_of(change.add) == "clippy-preview-" + kHost + " rust-src ");
    CHECK(names_of(change.lacking) == "nothing-" + kHost + " rls-preview-" + kHost + " ");
    CHECK(names_of(change.remove) == "cargo-" + kHost + " ");
    CHECK(lacking_text(m, change.lacking[1], kHost, "nightly-" + kHost) ==
          "component 'rls' of `set components` is not available for 'nightly-" + kHost +
              "' (2026-04-16); going on without it");
}

TEST_CASE("what is installed and wished, but gone from the release, is let go", "[wishes]") {
    ExampleManifest example;
    example.unavailable = {{"rls-preview", kHost}};
    const std::vector<Component> installed{{"rls-preview", kHost}, {"rustc", kHost}};
    const auto change =
        wished_change(parse_component_wishes("+rls"), example.parse(), kHost, {}, installed);
    CHECK(names_of(change.remove) == "rls-preview-" + kHost + " ");
}

TEST_CASE("what is named goes before a wish", "[wishes]") {
    ExampleManifest example;
    example.unavailable = {{"rls-preview", kHost}};
    const std::vector<std::string> named{"cargo", "rls"};
    const auto change = wished_change(parse_component_wishes("-cargo,+rls,-clippy"),
                                      example.parse(), kHost, named, {});
    CHECK(change.add.empty());
    CHECK(change.lacking.empty());  // The change itself says what cannot be had of what is named.
    CHECK(names_of(change.remove) == "clippy-preview-" + kHost + " ");
}

TEST_CASE("wishes change a request only where something is to be done", "[wishes]") {
    ChangeRequest request;
    request.add = {{"cargo", kHost}, {"rustc", kHost}};
    WishedChange wished;
    wished.add = {{"clippy-preview", kHost}, {"rust-src", {}}};
    wished.remove = {{"cargo", kHost}};
    const std::vector<Component> installed{{"rust-src", {}}};
    add_wishes(request, wished, installed);
    CHECK(names_of(request.add) == "clippy-preview-" + kHost + " rustc-" + kHost + " ");
    CHECK(names_of(request.remove) == "cargo-" + kHost + " ");
}

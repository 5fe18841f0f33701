#include <catch2/catch.hpp>

#include "refusals.hpp"
#include "sandbox.hpp"
#include "support/tar_builder.hpp"

using namespace latchkey;
using namespace latchkey::archive;
using Catch::Matchers::Contains;
using test::TarBuilder;

TEST_CASE("what the refusals are made from is taken", "[refusal]") {
    CHECK(refusal(start().file("top/rustc/d/x", "x").bytes()) == "(taken)");
}

TEST_CASE("paths that leave the package are refused", "[refusal]") {
    for (const std::string path :
         {"/etc/latchkey-evil", "../evil", "top/../../evil", "top/rustc/d/../../../evil",
          "top/rustc/d/..", "..", "//top/rustc/d/x"}) {
        INFO(path);
        const std::string expected = "tar path '" + path + "' is not supported";
        CHECK(refusal(start().file(path, "x").bytes()) == expected);
        CHECK(refusal(start().entry({.name = path, .kind = '5'}).bytes()) == expected);
    }
    CHECK_FALSE(std::filesystem::exists("/etc/latchkey-evil"));
    CHECK(refusal(start().directory("/").bytes()) == "tar path '/' is not supported");
    const std::string longer = "top/rustc/d/" + std::string(200, 'x') + "/../../../../../evil";
    CHECK(refusal(start().file(longer, "x").bytes()) ==
          "tar path '" + longer + "' is not supported");
    CHECK(refusal(start().gnu_long_name(longer).entry({.name = "x"}).bytes()) ==
          "tar path '" + longer + "' is not supported");
}

TEST_CASE("outside of the wanted component the same paths are refused", "[refusal]") {
    CHECK(refusal(start().file("top/other/../../../evil", "x").bytes()) ==
          "tar path 'top/other/../../../evil' is not supported");
}

TEST_CASE("everything but files and directories is refused by its kind", "[refusal]") {
    const std::pair<char, std::string> kinds[] = {
        {'1', "Link"}, {'2', "Symlink"}, {'3', "Char"}, {'4', "Block"}, {'6', "Fifo"}};
    for (const auto& [kind, name] : kinds) {
        INFO(name);
        for (const std::string path : {"top/rustc/d/x", "top/x", "top"}) {
            const std::string tar =
                start().entry({.name = path, .kind = kind, .link = "../../witness"}).bytes();
            CHECK(refusal(tar) == "tar entry kind '" + name + "' is not supported");
        }
    }
}

TEST_CASE("a symlink cannot be written through", "[refusal]") {
    const std::string tar = start()
                                .entry({.name = "top/rustc/d/up", .kind = '2', .link = "../../.."})
                                .file("top/rustc/d/up/witness", "evil")
                                .bytes();
    CHECK(refusal(tar) == "tar entry kind 'Symlink' is not supported");
}

TEST_CASE("a hard link with content is refused, too", "[refusal]") {
    CHECK(refusal(start()
                      .entry({.name = "top/rustc/d/x", .kind = '1', .size = 1, .link = "top"}, "x")
                      .bytes()) == "tar entry kind 'Link' is not supported");
}

TEST_CASE("sparse files are refused, GNU's and pax's", "[refusal]") {
    CHECK(refusal(start()
                      .pax({{"GNU.sparse.size", "1000000"},
                            {"GNU.sparse.numblocks", "1"},
                            {"GNU.sparse.offset", "999999"},
                            {"GNU.sparse.numbytes", "1"}})
                      .entry({.name = "top/rustc/d/x", .size = 1}, "x")
                      .bytes()) == "tar entry kind 'GNUSparse' is not supported");
    CHECK(refusal(start()
                      .pax({{"GNU.sparse.major", "1"},
                            {"GNU.sparse.minor", "0"},
                            {"GNU.sparse.name", "top/rustc/d/x"},
                            {"GNU.sparse.realsize", "1099511627776"}})
                      .entry({.name = "top/rustc/d/x", .size = 512}, "0\n")
                      .bytes()) != "(taken)");
}

TEST_CASE("a name that comes twice is refused", "[refusal]") {
    CHECK(refusal(start().file("top/rustc/d/x", "1").file("top/rustc/d/x", "2").bytes()) ==
          "'rustc/d/x' is in the package twice");
    CHECK(refusal(start().file("top/rustc/d/x", "1").file("top/rustc/./d//x", "2").bytes()) ==
          "'rustc/d/x' is in the package twice");
    CHECK(refusal(start().file("top/rustc/d/x", "1").file("elsewhere/rustc/d/x", "2").bytes()) ==
          "'rustc/d/x' is in the package twice");
    CHECK(refusal(start().file("top/rustc/d/x", "1").directory("top/rustc/d/x").bytes()) ==
          "'rustc/d/x' is in the package twice");
    CHECK(refusal(start().file("top/rustc/d", "1").bytes()) == "'rustc/d' is in the package twice");
    CHECK(refusal(start().file("top/rustc/d/x", "1").file("top/rustc/d/x/y", "2").bytes()) ==
          "'rustc/d/x' is in the package as a file and a directory");
    CHECK(refusal(start().file("top/components", "cargo\n").bytes()) ==
          "'components' is in the package twice");
    CHECK(refusal(start().file("top/rustc/manifest.in", "").bytes()) ==
          "'rustc/manifest.in' is in the package twice");
}

TEST_CASE("a directory may come twice", "[refusal]") {
    CHECK(refusal(start().directory("top/rustc/d").directory("top/rustc/d").bytes()) == "(taken)");
}

TEST_CASE("names that differ only in case are refused where case is folded", "[refusal]") {
    const Sandbox sandbox;
    UnpackRequest folding = sandbox.request();
    folding.case_folding = true;
    CHECK(refusal(start().file("top/rustc/d/Str", "1").file("top/rustc/d/str", "2").bytes(),
                  folding,
                  sandbox) == "'rustc/d/Str' and 'rustc/d/str' are one name on this file system");
    const Sandbox another;
    CHECK(refusal(start().file("top/rustc/D/x", "1").bytes(), folding, another) ==
          "'rustc/d' and 'rustc/D' are one name on this file system");
    const Sandbox third;
    CHECK(refusal(start().file("top/rustc/d/x", "1").directory("top/rustc/d").bytes(), folding,
                  third) == "(taken)");
}

TEST_CASE("empty names and names without end are refused", "[refusal]") {
    CHECK(refusal(start().entry({.name = ""}).bytes()) != "(taken)");
    CHECK(refusal(start().pax({{"path", ""}}).entry({.name = ""}).bytes()) != "(taken)");
    std::string name = "top/rustc/d";
    while (name.size() <= 4096) name += "/" + std::string(100, 'n');
    CHECK_THAT(refusal(start().file(name, "x").bytes()), Contains("is not supported"));
    CHECK_THAT(refusal(start().gnu_long_name(name).entry({.name = "x"}).bytes()),
               Contains("is not supported"));
}

TEST_CASE("a NUL ends a name and opens nothing", "[refusal]") {
    const Sandbox sandbox;
    const std::string name = std::string("top/rustc/d/x\0/../../../../evil", 31);
    CHECK(refusal(start().pax({{"path", name}}).entry({.name = "short"}).bytes(), sandbox.request(),
                  sandbox) == "(taken)");
    CHECK(std::filesystem::is_regular_file(sandbox.tree("d/x")));
}

TEST_CASE("a name that the file system cannot hold is its error, with nothing left", "[refusal]") {
    const Sandbox sandbox;
    CHECK_THROWS_WITH(sandbox.run(start().file("top/rustc/d/" + std::string(300, 'n'), "").bytes()),
                      Contains("(os error 36)"));
    CHECK(sandbox.clean_outside());
}

TEST_CASE("an archive whose entries start with a dot lies one level too deep", "[refusal]") {
    CHECK_THAT(refusal(TarBuilder()
                           .directory("./top")
                           .file("./top/rust-installer-version", "3")
                           .file("./top/components", "rustc")
                           .bytes()),
               Contains("could not read package version file"));
}

TEST_CASE("paths of more than 128 parts are refused", "[refusal]") {
    std::string deep = "top/rustc/d";
    for (int part = 0; part < 125; ++part) deep += "/n";
    CHECK(refusal(start().file(deep, "").bytes()) == "(taken)");
    deep += "/n";
    CHECK(refusal(start().file(deep, "").bytes()) == "tar path '" + deep + "' is not supported");
}

#include <catch2/catch.hpp>
#include <random>

#include "sandbox.hpp"
#include "support/tar_builder.hpp"

using namespace latchkey;
using namespace latchkey::archive;
using Catch::Matchers::Contains;
using test::TarBuilder;

namespace {

constexpr const char* kCorrupt =
    "component manifest for 'rustc-x86_64-unknown-linux-gnu' is corrupt";

// What `unpack` says of a package; nothing may be left outside of staging, and no tree inside.
std::string refusal(const std::string& tar, UnpackRequest request, const Sandbox& sandbox,
                    std::size_t piece_bytes = 64 * 1024) {
    request.staging = sandbox.staging();
    MemorySource source(tar, piece_bytes);
    std::string text = "(taken)";
    try {
        unpack(PermitMint::worker(), source, request);
    } catch (const Error& error) {
        text = error.what();
        CHECK((error.code() == Errc::corrupt || error.code() == Errc::unsupported));
        CHECK_FALSE(std::filesystem::exists(sandbox.staging() + "/tree"));
    }
    CHECK(sandbox.clean_outside());
    return text;
}

std::string refusal(const std::string& tar) {
    const Sandbox sandbox;
    return refusal(tar, sandbox.request(), sandbox);
}

TarBuilder start(const std::string& manifest = "dir:d\n") {
    return TarBuilder()
        .directory("top")
        .file("top/rust-installer-version", "3\n")
        .file("top/components", "rustc\n")
        .directory("top/rustc")
        .file("top/rustc/manifest.in", manifest)
        .directory("top/rustc/d");
}

}  // namespace

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

TEST_CASE("damaged headers are refused", "[refusal]") {
    CHECK_THAT(refusal(start().entry({.name = "top/rustc/d/x", .right_checksum = false}).bytes()),
               Contains("damaged tar archive"));
    CHECK_THAT(refusal(TarBuilder().entry({.name = "top", .right_checksum = false}).bytes()),
               Contains("damaged tar archive"));
    CHECK_THAT(refusal("this is no tar archive at all" + std::string(2000, 'x')),
               Contains("damaged tar archive"));
    CHECK_THAT(refusal(std::string("\x1f\x8b\x08", 3) + std::string(2000, 'x')),
               Contains("damaged tar archive"));
}

TEST_CASE("contradictory headers are refused", "[refusal]") {
    CHECK(refusal(start().file("top/rustc/d/x/", "x").bytes()) ==
          "tar entry 'top/rustc/d/x/' has an impossible size");
    CHECK(
        refusal(start().entry({.name = "top/rustc/d/y", .kind = '5', .size = 3}, "abc").bytes()) !=
        "(taken)");
    CHECK(refusal(start()
                      .pax({{"size", "99999"}})
                      .entry({.name = "top/rustc/d/x", .size = 1}, "x")
                      .bytes()) == "unexpected end of file");
    CHECK(refusal(start().pax({{"size", "-5"}}).file("top/rustc/d/x", "x").bytes()) != "(taken)");
    CHECK(refusal(start().pax({{"size", "many"}}).file("top/rustc/d/x", "x").bytes()) != "(taken)");
    // A pax record whose length lies.
    CHECK(refusal(start()
                      .entry({.name = "p", .kind = 'x', .size = 20}, "99 path=top/rustc/d/\n")
                      .file("top/rustc/d/x", "x")
                      .bytes()) != "(taken)");
}

TEST_CASE("an entry that claims more than follows is refused", "[refusal]") {
    for (const std::uint64_t size : {std::uint64_t{5000}, std::uint64_t{1} << 32}) {
        CHECK(refusal(start().entry({.name = "top/rustc/d/x", .size = size}, "x").bytes()) ==
              "unexpected end of file");
        CHECK(refusal(start().entry({.name = "top/skipped", .size = size}, "x").bytes()) ==
              "unexpected end of file");
    }
    CHECK(refusal(start()
                      .entry({.name = "top/rustc/d/x", .size = std::uint64_t{1} << 41}, "x")
                      .bytes()) == "tar entry 'top/rustc/d/x' has an impossible size");
}

TEST_CASE("without its end mark an archive is cut off", "[refusal]") {
    const TarBuilder whole = start().file("top/rustc/d/x", std::string(2000, '\0'));
    const std::string block(512, '\0');
    CHECK(refusal(whole.unfinished()) == "unexpected end of file");
    CHECK(refusal(whole.unfinished() + block) == "unexpected end of file");
    CHECK(refusal(whole.unfinished() + block + block.substr(1)) == "unexpected end of file");
    CHECK(refusal(whole.unfinished() + block + block) == "(taken)");
    CHECK(refusal(start().pax({{"path", "top/rustc/d/x"}}).unfinished()) != "(taken)");
    CHECK(refusal(start().pax({{"path", "top/rustc/d/x"}}).bytes()) != "(taken)");
    CHECK(refusal(start().gnu_long_name("top/rustc/d/x").bytes()) != "(taken)");
    CHECK(refusal("") == "unexpected end of file");
}

TEST_CASE("cut off at any length, a package is refused", "[refusal]") {
    const std::string tar = start()
                                .file("top/rustc/d/x", std::string(700, 'x'))
                                .file("top/rustc/d/" + std::string(150, 'n'), "long")
                                .bytes();
    for (std::size_t size = 0; size < tar.size();
         size += size % 512 < 3 || size % 512 > 509 ? 1 : 61) {
        INFO(size);
        CHECK(refusal(tar.substr(0, size)) == "unexpected end of file");
    }
    CHECK(refusal(tar) == "(taken)");
}

TEST_CASE("whatever follows the end of the archive but zeros is refused", "[refusal]") {
    const std::string tar = start().bytes();
    const std::string zeros(5000, '\0');
    for (const std::string& tail :
         {std::string("x"), zeros + "x", zeros + "x" + zeros, tar, std::string(2 << 20, 'x')}) {
        CHECK(refusal(tar + tail) == "data after the end of the archive");
    }
    const Sandbox sandbox;
    CHECK(refusal(tar + zeros + "x", sandbox.request(), sandbox, 1) ==
          "data after the end of the archive");
    const std::string one_block = start().unfinished() + std::string(512, '\0');
    CHECK(refusal(one_block + start().bytes()) == "data after the end of the archive");
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

TEST_CASE("installer versions other than 3 are refused", "[refusal]") {
    const auto with_version = [](const std::string& version) {
        return TarBuilder()
            .directory("top")
            .file("top/rust-installer-version", version)
            .file("top/components", "rustc\n")
            .directory("top/rustc")
            .file("top/rustc/manifest.in", "")
            .bytes();
    };
    CHECK(refusal(with_version("2\n")) == "unsupported installer version: 2");
    CHECK(refusal(with_version("")) == "unsupported installer version: ");
    CHECK(refusal(with_version(" 3 \n")) == "(taken)");
    CHECK(refusal(with_version(std::string(100'000, '3'))) ==
          "'rust-installer-version' is too large");
}

TEST_CASE("packages without their lists are refused by rustup's texts", "[refusal]") {
    const Sandbox sandbox;
    const std::string staging = sandbox.staging();
    CHECK(refusal(TarBuilder().directory("top").bytes(), sandbox.request(), sandbox) ==
          "could not read package version file: '" + staging +
              "/rust-installer-version': No such file or directory (os error 2)");
    const TarBuilder versioned =
        TarBuilder().directory("top").file("top/rust-installer-version", "3");
    CHECK(refusal(versioned.bytes(), sandbox.request(), sandbox) ==
          "could not read package components file: '" + staging +
              "/components': No such file or directory (os error 2)");
    CHECK(refusal(TarBuilder(versioned).file("top/components", "cargo\nrust-std\n").bytes(),
                  sandbox.request(), sandbox) == "component manifest for 'rustc' is corrupt");
    CHECK(refusal(TarBuilder(versioned).file("top/components", "rustc\n").bytes(),
                  sandbox.request(),
                  sandbox) == "could not read package manifest file: '" + staging +
                                  "/rustc/manifest.in': No such file or directory (os error 2)");
    CHECK(refusal(std::string(1024, '\0'), sandbox.request(), sandbox) ==
          "could not read package version file: '" + staging +
              "/rust-installer-version': No such file or directory (os error 2)");
}

TEST_CASE("an archive whose entries start with a dot lies one level too deep", "[refusal]") {
    CHECK_THAT(refusal(TarBuilder()
                           .directory("./top")
                           .file("./top/rust-installer-version", "3")
                           .file("./top/components", "rustc")
                           .bytes()),
               Contains("could not read package version file"));
}

TEST_CASE("component names that are paths are refused", "[refusal]") {
    for (const std::string name : {"a/b", "../evil", "/rustc", ".", "..", "rustc/"}) {
        INFO(name);
        CHECK(refusal(TarBuilder()
                          .directory("top")
                          .file("top/rust-installer-version", "3")
                          .file("top/components", "rustc\n" + name + "\n")
                          .directory("top/rustc")
                          .file("top/rustc/manifest.in", "")
                          .bytes()) == "package component '" + name + "' is no name");
    }
}

TEST_CASE("lines of manifest.in that are not file or dir with a path are corrupt", "[refusal]") {
    for (const std::string manifest : {"d\n", "\n", "dir:\n", "dir:.\n", "symlink:d\n", "dir:/d\n",
                                       "dir:d/../d\n", "file:../x\n", "dir:..\n", "file:\n",
                                       "# comment\n", "dir:d\n\n", "Dir:d\n", "dir:\xe9\n"}) {
        INFO(manifest);
        CHECK(refusal(start(manifest).bytes()) == kCorrupt);
    }
}

TEST_CASE("a line of manifest.in whose file is not there is corrupt", "[refusal]") {
    const std::string corrupt = kCorrupt;
    CHECK(refusal(start("file:nowhere\n").bytes()) ==
          corrupt + ": 'nowhere' is not in the package");
    CHECK(refusal(start("dir:nowhere\n").bytes()) == corrupt + ": 'nowhere' is not in the package");
    CHECK(refusal(start("file:d\n").bytes()) == corrupt + ": 'd' is not in the package");
    CHECK(refusal(start("dir:x\n").file("top/rustc/x", "").bytes()) ==
          corrupt + ": 'x' is not in the package");
}

TEST_CASE("lines of manifest.in that overlap are corrupt", "[refusal]") {
    for (const std::string manifest :
         {"dir:d\ndir:d\n", "dir:d\nfile:d/x\n", "file:d/x\ndir:d\n", "file:d/x\nfile:d/x\n",
          "dir:d\ndir:d/e/f\n", "file:d/./x\nfile:d//x\n"}) {
        INFO(manifest);
        CHECK(refusal(start(manifest).file("top/rustc/d/x", "x").bytes()) == kCorrupt);
    }
}

TEST_CASE("a corrupt manifest of a component that is not wanted is nobody's business",
          "[refusal]") {
    CHECK(refusal(start()
                      .directory("top/cargo")
                      .file("top/cargo/manifest.in", "nonsense")
                      .directory("top/rustc-x86_64-unknown-linux-gnu")
                      .file("top/rustc-x86_64-unknown-linux-gnu/manifest.in", "nonsense")
                      .bytes()) == "(taken)");
}

TEST_CASE("paths of more than 128 parts are refused", "[refusal]") {
    std::string deep = "top/rustc/d";
    for (int part = 0; part < 125; ++part) deep += "/n";
    CHECK(refusal(start().file(deep, "").bytes()) == "(taken)");
    deep += "/n";
    CHECK(refusal(start().file(deep, "").bytes()) == "tar path '" + deep + "' is not supported");
}

TEST_CASE("archives with random damage are refused or taken, and never leave staging",
          "[refusal]") {
    const std::string tar = start()
                                .file("top/rustc/d/x", "some text")
                                .file("top/rustc/d/" + std::string(120, 'n'), "long")
                                .gnu_long_name("top/rustc/d/" + std::string(130, 'g'))
                                .entry({.name = "g", .size = 3}, "gnu")
                                .bytes();
    const unsigned seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 400; ++round) {
        std::string damaged = tar;
        for (auto count = 1 + random() % 8; count > 0; --count) {
            damaged[random() % damaged.size()] = static_cast<char>(random());
        }
        const Sandbox sandbox;
        MemorySource source(damaged);
        try {
            unpack(PermitMint::worker(), source, sandbox.request());
        } catch (const Error&) {
        }
        REQUIRE(sandbox.clean_outside());
    }
}

TEST_CASE("headers with random fields and right checksums never leave staging", "[refusal]") {
    const unsigned seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const std::string parts[] = {"..", ".",           "",          "a", "b", "rustc",
                                 "d",  "manifest.in", "components"};
    const char kinds[] = "0000555512346xLgKSDNVMZ7";
    for (int round = 0; round < 400; ++round) {
        TarBuilder tar = start();
        for (int entry = 0; entry < 4; ++entry) {
            std::string name = random() % 8 == 0 ? "" : "top";
            for (auto count = random() % 5; count > 0; --count) {
                name += "/" + parts[random() % std::size(parts)];
            }
            const char kind = kinds[random() % (sizeof kinds - 1)];
            const std::string content(random() % 4 == 0 ? random() % 600 : 0, 'c');
            tar.entry({.name = name,
                       .kind = kind,
                       .mode = static_cast<mode_t>(random() % 010000),
                       .size = content.size(),
                       .link = "../../witness"},
                      content);
        }
        const Sandbox sandbox;
        MemorySource source(tar.bytes());
        try {
            unpack(PermitMint::worker(), source, sandbox.request());
        } catch (const Error&) {
        }
        REQUIRE(sandbox.clean_outside());
    }
}

TEST_CASE("two components of a package may not bring one path", "[refusal]") {
    const Sandbox sandbox;
    const std::string tar = TarBuilder()
                                .directory("top")
                                .file("top/rust-installer-version", "3\n")
                                .file("top/components", "a\nb\n")
                                .directory("top/a")
                                .directory("top/a/bin")
                                .file("top/a/bin/x", "a")
                                .file("top/a/manifest.in", "file:bin/x\n")
                                .directory("top/b")
                                .directory("top/b/bin")
                                .file("top/b/bin/x", "b")
                                .file("top/b/manifest.in", "file:bin/x\n")
                                .bytes();
    MemorySource source(tar, 1024);
    CHECK_THROWS_WITH(unpack(PermitMint::worker(), source, sandbox.request_for_all()),
                      "failed to install component: 'b', detected conflict: 'bin/x'");
    CHECK(sandbox.clean_outside());
}

TEST_CASE("a component that a package lists and does not have is refused", "[refusal]") {
    const Sandbox sandbox;
    const auto start = [](const std::string& list) {
        return TarBuilder()
            .directory("top")
            .file("top/rust-installer-version", "3\n")
            .file("top/components", list)
            .directory("top/a")
            .file("top/a/manifest.in", "dir:d\n")
            .directory("top/a/d");
    };
    const UnpackRequest all = sandbox.request_for_all();
    CHECK_THAT(refusal(start("a\nb\n").bytes(), all, Sandbox()),
               Contains("could not read package manifest file") && Contains("b/manifest.in"));
    CHECK_THAT(refusal(start("a\n../b\n").bytes(), all, Sandbox()), Contains("is no name"));
    CHECK_THAT(refusal(start("").bytes(), all, Sandbox()),
               Contains("component manifest for 'rust' is corrupt"));
}

TEST_CASE("a package with hundreds of components is refused, listed or not", "[refusal]") {
    std::string list;
    TarBuilder listed;
    TarBuilder unlisted;
    unlisted.directory("top");
    for (int i = 0; i < 65; ++i) {
        list += "c" + std::to_string(i) + "\n";
        unlisted.directory("top/c" + std::to_string(i) + "/d");
    }
    listed.directory("top").file("top/components", list);
    for (const std::string& tar : {listed.bytes(), unlisted.bytes()}) {
        const Sandbox sandbox;
        CHECK_THAT(refusal(tar, sandbox.request_for_all(), sandbox),
                   Contains("more than 64 components"));
    }
}

#include <catch2/catch.hpp>
#include <random>

#include "refusals.hpp"
#include "sandbox.hpp"
#include "support/tar_builder.hpp"

using namespace latchkey;
using namespace latchkey::archive;
using Catch::Matchers::Contains;
using test::TarBuilder;

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

#include "latchkey/archive/unpack.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "latchkey/archive/decoder.hpp"
#include "latchkey/base/hash.hpp"
#include "sandbox.hpp"
#include "support/tar_builder.hpp"

using namespace latchkey;
using namespace latchkey::archive;
using test::TarBuilder;

namespace {

std::string xxh3_of(std::string_view text) {
    Xxh3 hash;
    hash.update(as_bytes(text));
    return hash.finish();
}

// A package's start, with the component "rustc".
TarBuilder rustc(const std::string& manifest) {
    return TarBuilder()
        .directory("top")
        .file("top/rust-installer-version", "3\n")
        .file("top/components", "rustc\n")
        .directory("top/rustc")
        .file("top/rustc/manifest.in", manifest);
}

std::vector<std::string> paths_of(const Unpacked& unpacked) {
    std::vector<std::string> paths;
    for (const UnpackedFile& file : unpacked.files) paths.push_back(file.path);
    return paths;
}

using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("a component is unpacked with its files, modes, sizes and hashes", "[unpack]") {
    const Umask usual(022);
    const Sandbox sandbox;
    const std::string big(300'000, 'r');
    const std::string tar = test::package(
        "rustc-1.95.0", "rustc",
        {{"bin/rustc", big, 0755}, {"lib/librustc.so", "so", 0644}, {"share/doc/rust/empty", ""}});
    const Unpacked unpacked = sandbox.run(tar);

    REQUIRE(paths_of(unpacked) == Paths{"bin/rustc", "lib/librustc.so", "share/doc/rust/empty"});
    CHECK(unpacked.files[0].mode == 0755);
    CHECK(unpacked.files[0].size_bytes == big.size());
    CHECK(unpacked.files[0].xxh3_128 == xxh3_of(big));
    CHECK(unpacked.files[1].mode == 0644);
    CHECK(unpacked.files[2].xxh3_128 == xxh3_of(""));
    CHECK(unpacked.directories == Paths{"bin", "lib", "share", "share/doc", "share/doc/rust"});
    CHECK(unpacked.warnings.empty());
    REQUIRE(unpacked.components.size() == 1);
    CHECK(unpacked.components[0].name == "rustc");
    REQUIRE(unpacked.components[0].payload.size() == 3);
    CHECK(unpacked.components[0].payload[0].kind == PayloadLine::Kind::file);
    CHECK(unpacked.components[0].payload[0].path == "bin/rustc");

    CHECK(Sandbox::text_of(sandbox.tree("bin/rustc")) == big);
    CHECK(Sandbox::mode_of(sandbox.tree("bin/rustc")) == 0755);
    CHECK(std::filesystem::file_size(sandbox.tree("share/doc/rust/empty")) == 0);
    CHECK(sandbox.left_in_staging() == Paths{"tree"});
    CHECK(sandbox.clean_outside());
}

TEST_CASE("only what manifest.in lists stays, wherever in the archive it is", "[unpack]") {
    const auto content = [](TarBuilder& tar) {
        tar.directory("top/rustc/bin")
            .file("top/rustc/bin/rustc", "x")
            .file("top/rustc/bin/unlisted", "x")
            .directory("top/rustc/docs")
            .file("top/rustc/docs/a", "x")
            .directory("top/rustc/docs/empty")
            .directory("top/rustc/other")
            .directory("top/rustc/other/deep")
            .file("top/rustc/other/deep/unlisted", "x");
    };
    const std::string manifest = "file:bin/rustc\ndir:docs\n";
    TarBuilder first = rustc(manifest);
    content(first);
    TarBuilder last = TarBuilder().directory("top").directory("top/rustc");
    content(last);
    last.file("top/rustc/manifest.in", manifest)
        .file("top/components", "rustc\n")
        .file("top/rust-installer-version", "3");

    for (const std::string& tar : {first.bytes(), last.bytes()}) {
        const Sandbox sandbox;
        const Unpacked unpacked = sandbox.run(tar);
        CHECK(paths_of(unpacked) == Paths{"bin/rustc", "docs/a"});
        CHECK(unpacked.directories == Paths{"bin", "docs", "docs/empty"});
        CHECK(std::filesystem::is_directory(sandbox.tree("docs/empty")));
        CHECK_FALSE(std::filesystem::exists(sandbox.tree("other")));
        CHECK_FALSE(std::filesystem::exists(sandbox.tree("bin/unlisted")));
        CHECK_FALSE(std::filesystem::exists(sandbox.tree("manifest.in")));
        CHECK(sandbox.left_in_staging() == Paths{"tree"});
    }
}

TEST_CASE("the component's full name is preferred to the package's", "[unpack]") {
    const std::string full = "rustc-x86_64-unknown-linux-gnu";
    const auto both = [&](const std::string& components, bool components_first) {
        TarBuilder tar;
        tar.directory("top").file("top/rust-installer-version", "3");
        if (components_first) tar.file("top/components", components);
        for (const std::string& name : {std::string("rustc"), full, std::string("cargo")}) {
            tar.directory("top/" + name)
                .file("top/" + name + "/manifest.in", "file:who")
                .file("top/" + name + "/who", name);
        }
        if (!components_first) tar.file("top/components", components);
        return tar.bytes();
    };
    for (const bool components_first : {true, false}) {
        const Sandbox one;
        one.run(both("cargo\nrustc\n" + full + "\n", components_first));
        CHECK(Sandbox::text_of(one.tree("who")) == full);
        CHECK(one.left_in_staging() == Paths{"tree"});
        const Sandbox other;
        other.run(both("cargo\nrustc\n", components_first));
        CHECK(Sandbox::text_of(other.tree("who")) == "rustc");
        CHECK(other.left_in_staging() == Paths{"tree"});
    }
}

TEST_CASE("a component without a target has one name", "[unpack]") {
    const Sandbox sandbox;
    MemorySource source(test::package("top", "rust-src", {{"lib/a.rs", "fn"}}));
    unpack(PermitMint::worker(), source,
           {sandbox.staging(), "rust-src", "rust-src", "rust-src", false});
    CHECK(Sandbox::text_of(sandbox.tree("lib/a.rs")) == "fn");
}

TEST_CASE("modes are the owner's, without write for others, under the umask", "[unpack]") {
    const std::map<mode_t, mode_t> under_022 = {
        {0755, 0755},  {0700, 0755}, {0644, 0644}, {0600, 0644}, {0555, 0555}, {04755, 0755},
        {02777, 0755}, {0666, 0644}, {0000, 0000}, {0444, 0444}, {01644, 0644}};
    for (const mode_t mask : {022u, 077u, 0u, 002u, 027u}) {
        const Umask scope(mask);
        const Sandbox sandbox;
        std::string manifest;
        TarBuilder files;
        for (const auto& [tar_mode, expected] : under_022) {
            const std::string name = std::to_string(tar_mode);
            manifest += "file:f" + name + "\ndir:d" + name + "\n";
            files.file("top/rustc/f" + name, "x", tar_mode);
            files.directory("top/rustc/d" + name, tar_mode);
            files.file("top/rustc/d" + name + "/inside", "x", 0644);
        }
        const Unpacked unpacked = sandbox.run(rustc(manifest).raw(files.unfinished()).bytes());
        std::map<std::string, mode_t> reported;
        for (const UnpackedFile& file : unpacked.files) reported[file.path] = file.mode;
        for (const auto& [tar_mode, expected] : under_022) {
            INFO(std::oct << "tar " << tar_mode << " umask " << mask);
            const std::string name = std::to_string(tar_mode);
            CHECK(Sandbox::mode_of(sandbox.tree("f" + name)) == (expected & ~mask));
            CHECK(reported.at("f" + name) == (expected & ~mask));
            CHECK(Sandbox::mode_of(sandbox.tree("d" + name)) == (0777 & ~mask));
        }
    }
}

TEST_CASE("directories have 0777 less umask", "[unpack]") {
    const Umask scope(002);
    const Sandbox sandbox;
    sandbox.run(rustc("file:bin/rustc\ndir:share/doc\n")
                    .directory("top/rustc/bin", 0700)
                    .file("top/rustc/bin/rustc", "x")
                    .directory("top/rustc/share", 0755)
                    .directory("top/rustc/share/doc", 0755)
                    .bytes());
    CHECK(Sandbox::mode_of(sandbox.tree("bin")) == 0775);
    CHECK(Sandbox::mode_of(sandbox.tree("share")) == 0775);
    CHECK(Sandbox::mode_of(sandbox.tree("share/doc")) == 0775);
}

TEST_CASE("missing parents are made with a warning each", "[unpack]") {
    const Umask usual(022);
    const Sandbox sandbox;
    const Unpacked unpacked = sandbox.run(rustc("file:a/b/c\nfile:a/b/d\ndir:e\n")
                                              .file("top/rustc/a/b/c", "x")
                                              .file("top/rustc/a/b/d", "x")
                                              .file("top/rustc/e/f", "x")
                                              .bytes());
    const std::string staging = sandbox.staging();
    CHECK(unpacked.warnings ==
          Paths{"unexpected: missing parent '" + staging + "/rustc/a/b' for 'top/rustc/a/b/c'",
                "unexpected: missing parent '" + staging + "/rustc/a' for 'top/rustc/a/b/c'",
                "unexpected: missing parent '" + staging + "/rustc/e' for 'top/rustc/e/f'"});
    CHECK(Sandbox::mode_of(sandbox.tree("e")) == 0755);
}

TEST_CASE("a directory entry may come after its content", "[unpack]") {
    const Umask usual(022);
    const Sandbox sandbox;
    sandbox.run(rustc("dir:e\n").file("top/rustc/e/f", "x").directory("top/rustc/e", 0555).bytes());
    CHECK(Sandbox::mode_of(sandbox.tree("e")) == 0755);
}

TEST_CASE("long names work, by pax, by GNU, and in UTF-8", "[unpack]") {
    const Sandbox sandbox;
    const std::string name(180, 'n');
    const std::string deep = "d/" + std::string(120, 'x') + "/" + std::string(120, 'y');
    const std::string umlaut = "\xC3\xBC\xE2\x82\xAC";  // "ü€"
    const Unpacked unpacked =
        sandbox.run(rustc("file:" + name + "\nfile:g" + name + "\ndir:d\nfile:" + umlaut +
                          "\nfile:" + umlaut + name + "\nfile:g" + umlaut + name + "\n")
                        .file("top/rustc/" + name, "pax")
                        .gnu_long_name("top/rustc/g" + name)
                        .entry({.name = "short", .size = 3}, "gnu")
                        .directory("top/rustc/d")
                        .file("top/rustc/" + deep, "deep")
                        .file("top/rustc/" + umlaut, "ustar")
                        .file("top/rustc/" + umlaut + name, "pax")
                        .gnu_long_name("top/rustc/g" + umlaut + name)
                        .entry({.name = "short", .size = 3}, "gnu")
                        .bytes());
    CHECK(unpacked.files.size() == 6);
    CHECK(Sandbox::text_of(sandbox.tree(name)) == "pax");
    CHECK(Sandbox::text_of(sandbox.tree("g" + name)) == "gnu");
    CHECK(Sandbox::text_of(sandbox.tree(deep)) == "deep");
    CHECK(Sandbox::text_of(sandbox.tree(umlaut)) == "ustar");
    CHECK(Sandbox::text_of(sandbox.tree(umlaut + name)) == "pax");
    CHECK(Sandbox::text_of(sandbox.tree("g" + umlaut + name)) == "gnu");
}

TEST_CASE("dots and doubled slashes inside a path are nothing", "[unpack]") {
    const Sandbox sandbox;
    const Unpacked unpacked = sandbox.run(rustc("file:./bin//./rustc\n")
                                              .directory("top/rustc/./bin/")
                                              .file("top//rustc/bin/./rustc", "x")
                                              .bytes());
    CHECK(paths_of(unpacked) == Paths{"bin/rustc"});
    CHECK(unpacked.components.front().payload.front().path == "bin/rustc");
    CHECK(unpacked.warnings.empty());
}

TEST_CASE("manifest paths may hold colons and names may hold anything else", "[unpack]") {
    const Sandbox sandbox;
    const std::string name = "a:b c\\\t*?\"'";
    sandbox.run(rustc("file:" + name + "\n").file("top/rustc/" + name, "x").bytes());
    CHECK(Sandbox::text_of(sandbox.tree(name)) == "x");
}

TEST_CASE("names that differ in case live beside each other where they can", "[unpack]") {
    const Sandbox sandbox;
    if (folds_case(sandbox.staging())) return;
    sandbox.run(test::package("top", "rustc", {{"d/File", "F"}, {"d/file", "f"}, {"D/x", "D"}}));
    CHECK(Sandbox::text_of(sandbox.tree("d/File")) == "F");
    CHECK(Sandbox::text_of(sandbox.tree("d/file")) == "f");
    CHECK(Sandbox::text_of(sandbox.tree("D/x")) == "D");
}

TEST_CASE("asking whether a folder folds case leaves nothing behind", "[unpack]") {
    const Sandbox sandbox;
    CHECK_FALSE(folds_case(sandbox.staging()));  // Every file system that we test on.
    CHECK(sandbox.left_in_staging().empty());
    CHECK_THROWS_AS(folds_case(sandbox.root() + "/nowhere"), Error);
}

TEST_CASE("a source of any granularity gives the same tree", "[unpack]") {
    const std::string tar = test::package(
        "top", "rustc", {{"bin/a", std::string(5000, 'a')}, {"bin/b", ""}, {"d/c", "c"}}, {"d"});
    for (const std::size_t piece_bytes : {1u, 511u, 512u, 513u, 4096u, 10'000'000u}) {
        INFO(piece_bytes);
        const Sandbox sandbox;
        const Unpacked unpacked = sandbox.run(tar, piece_bytes);
        CHECK(paths_of(unpacked) == Paths{"bin/a", "bin/b", "d/c"});
        CHECK(Sandbox::text_of(sandbox.tree("bin/a")) == std::string(5000, 'a'));
    }
}

TEST_CASE("the stream is read to its own end, over zeros of any length", "[unpack]") {
    const std::string tar = test::package("top", "rustc", {{"a", "a"}});
    for (const std::size_t zeros : {1u, 8u * 1024, 3u << 20}) {
        const Sandbox sandbox;
        MemorySource source(tar + std::string(zeros, '\0'));
        unpack(PermitMint::worker(), source, sandbox.request());
        CHECK(source.exhausted());
    }
}

TEST_CASE("a compressed package goes through decoder and unpacker as one stream", "[unpack]") {
    const std::string text(3'000'000, 'x');
    const std::string tar = test::package("top", "rustc", {{"bin/rustc", text}});
    const std::pair<Encoding, std::string> packed[] = {{Encoding::xz, test::xz(tar, 0)},
                                                       {Encoding::gz, test::gzip(tar)},
                                                       {Encoding::zst, test::zstd(tar)}};
    for (const auto& [encoding, bytes] : packed) {
        const Sandbox sandbox;
        MemorySource source(bytes, 1000);
        const auto decoder = make_decoder(encoding, source);
        unpack(PermitMint::worker(), *decoder, sandbox.request());
        CHECK(Sandbox::text_of(sandbox.tree("bin/rustc")) == text);
        CHECK(source.exhausted());
    }
}

TEST_CASE("what the source fails with passes through libarchive unharmed", "[unpack]") {
    const std::string tar = test::package("top", "rustc", {{"a", std::string(10'000, 'a')}});
    for (const std::size_t size : {std::size_t{1}, std::size_t{512}, tar.size() / 2, tar.size()}) {
        INFO(size);
        const Sandbox sandbox;
        FailingSource broken(tar.substr(0, size), Error(Errc::unreachable, "connection cut"));
        CHECK_THROWS_WITH(unpack(PermitMint::worker(), broken, sandbox.request()),
                          "connection cut");
        const Sandbox another;
        FailingSource odd(tar.substr(0, size), 42);
        CHECK_THROWS_AS(unpack(PermitMint::worker(), odd, another.request()), int);
        CHECK(another.clean_outside());
    }
}

TEST_CASE("a cancelled worker stops before the next entry, and it is no Error", "[unpack]") {
    const Sandbox sandbox;
    std::stop_source stop;
    stop.request_stop();
    MemorySource source(test::package("top", "rustc", {{"a", "a"}}));
    try {
        unpack(PermitMint::worker(stop.get_token()), source, sandbox.request());
        FAIL("it went on");
    } catch (const Error&) {
        FAIL("an Error");
    } catch (const std::exception&) {
        CHECK(sandbox.left_in_staging().empty());
    }
}

namespace {

// A package of before 2016; what it lists comes last, or before the files.
std::string combined(bool list_first) {
    TarBuilder tar;
    tar.directory("top").file("top/rust-installer-version", "3\n");
    const std::string list = "rustc\ncargo\nrustc\n";
    if (list_first) tar.file("top/components", list);
    tar.directory("top/cargo")
        .file("top/cargo/manifest.in", "file:bin/cargo\nfile:share/doc/cargo/README\n")
        .directory("top/cargo/bin")
        .file("top/cargo/bin/cargo", "c", 0755)
        .directory("top/cargo/share")
        .directory("top/cargo/share/doc")
        .directory("top/cargo/share/doc/cargo")
        .file("top/cargo/share/doc/cargo/README", "read")
        .directory("top/rustc")
        .directory("top/rustc/bin")
        .file("top/rustc/bin/rustc", "r", 0755)
        .file("top/rustc/bin/cargo", "is not listed")
        .directory("top/rustc/share")
        .directory("top/rustc/share/doc")
        .directory("top/rustc/share/doc/rust")
        .file("top/rustc/share/doc/rust/page", "p")
        .file("top/rustc/manifest.in", "file:bin/rustc\ndir:share/doc/rust\n")
        .directory("top/overlay")
        .file("top/overlay/manifest.in", "file:other\n")
        .file("top/overlay/other", "is not of the package");
    if (!list_first) tar.file("top/components", list);
    return tar.bytes();
}

}  // namespace

TEST_CASE("all components of a package make one tree, each with its own list", "[unpack]") {
    for (const bool list_first : {true, false}) {
        const Umask usual(022);
        const Sandbox sandbox;
        const Unpacked unpacked = sandbox.run_for_all(combined(list_first));
        CHECK(paths_of(unpacked) ==
              Paths{"bin/cargo", "bin/rustc", "share/doc/cargo/README", "share/doc/rust/page"});
        CHECK(unpacked.directories ==
              Paths{"bin", "share", "share/doc", "share/doc/cargo", "share/doc/rust"});
        CHECK(Sandbox::text_of(sandbox.tree("bin/cargo")) == "c");
        CHECK(Sandbox::text_of(sandbox.tree("bin/rustc")) == "r");
        CHECK(Sandbox::text_of(sandbox.tree("share/doc/rust/page")) == "p");
        REQUIRE(unpacked.components.size() == 2);
        CHECK(unpacked.components[0].name == "rustc");
        CHECK(unpacked.components[1].name == "cargo");
        REQUIRE(unpacked.components[0].payload.size() == 2);
        CHECK(unpacked.components[0].payload[1].path == "share/doc/rust");
        REQUIRE(unpacked.components[1].payload.size() == 2);
        CHECK(sandbox.left_in_staging() == Paths{"tree"});
        CHECK(sandbox.clean_outside());
    }
}

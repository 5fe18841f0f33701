#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/compose.hpp"
#include "store_home.hpp"

using namespace latchkey;
using platform::FileKind;
using test::StoreHome;

namespace {

FileKind kind_of(const StoreHome& home, const std::string& path) {
    const auto status = platform::find_status(home.home.toolchain("t") + "/" + path);
    if (!status) throw std::runtime_error("not there: " + path);
    return status->kind;
}

}  // namespace

TEST_CASE("a directory that one component has becomes one link, a shared one is real",
          "[compose]") {
    StoreHome home;
    const auto docs = home.add_tree(
        "rust-docs", "d", {{"share/doc/rust/html/index.html", "docs"}, {"share/doc/x", "x"}});
    const auto cargo =
        home.add_tree("cargo", "c", {{"bin/cargo", "cargo"}, {"share/doc/cargo/README", "readme"}});
    home.commit("t", {docs, cargo});
    CHECK(kind_of(home, "share") == FileKind::directory);
    CHECK(kind_of(home, "share/doc") == FileKind::directory);
    CHECK(kind_of(home, "share/doc/rust") == FileKind::symlink);
    CHECK(kind_of(home, "share/doc/cargo") == FileKind::symlink);
    CHECK(kind_of(home, "share/doc/x") == FileKind::regular);
    CHECK(home.read("t", "share/doc/rust/html/index.html") == "docs");
    CHECK(home.read("t", "share/doc/cargo/README") == "readme");
    // The links are relative: the home can be moved.
    const auto target = platform::find_link(home.home.toolchain("t") + "/share/doc/rust");
    CHECK(target == "../../../../../store/d/share/doc/rust");
}

TEST_CASE("bin, lib, libexec and lib/rustlib are real, their files hard links", "[compose]") {
    StoreHome home;
    const auto rustc = home.add_tree("rustc", "r",
                                     {{"bin/rustc", "rustc"},
                                      {"lib/librustc_driver.so", "driver"},
                                      {"libexec/helper", "h"},
                                      {"lib/rustlib/x86_64/bin/rust-lld", "lld"}});
    home.commit("t", {rustc});
    for (const std::string path : {"bin", "lib", "libexec", "lib/rustlib"}) {
        CHECK(kind_of(home, path) == FileKind::directory);
    }
    CHECK(kind_of(home, "lib/rustlib/x86_64") == FileKind::symlink);
    const std::string here = home.home.toolchain("t") + "/lib/librustc_driver.so";
    CHECK(platform::find_status(here)->inode ==
          platform::find_status(home.home.tree("r") + "/lib/librustc_driver.so")->inode);
    CHECK(platform::find_status(here)->kind == FileKind::regular);
}

TEST_CASE("two components at one path are rustup's conflict, and nothing is current", "[compose]") {
    StoreHome home;
    const auto one = home.add_tree("one", "1", {{"bin/x", "1"}});
    const auto two = home.add_tree("two", "2", {{"bin/x", "2"}});
    CHECK_THROWS_WITH(home.commit("t", {one, two}),
                      "failed to install component: 'two', detected conflict: 'bin/x'");
    CHECK(store::find_current(home.home, "t").kind == store::Current::Kind::absent);
}

TEST_CASE("a file where another component has a directory is a conflict too", "[compose]") {
    StoreHome home;
    const auto one = home.add_tree("one", "1", {{"bin/x/y", "1"}});
    const auto two = home.add_tree("two", "2", {{"bin/x", "2"}});
    CHECK_THROWS_WITH(home.commit("t", {one, two}), Catch::Contains("detected conflict: 'bin/x'"));
}

TEST_CASE("what somebody put into a tree gives way to the component that has it", "[compose]") {
    StoreHome home;
    const auto cargo = home.add_tree("cargo", "c", {{"share/doc/cargo/README", "readme"}});
    const auto clippy = home.add_tree("clippy", "l", {{"share/doc/clippy/README", "clippy"}});
    home.commit("t", {cargo});
    // As rustup adds a file: through the link that `share` is.
    platform::make_directories(home.home.toolchain("t") + "/share/doc/clippy");
    platform::save_file(home.home.toolchain("t") + "/share/doc/clippy/README", "rustup's");
    REQUIRE(platform::is_file(home.home.tree("c") + "/share/doc/clippy/README"));
    home.commit("t", {cargo, clippy});
    CHECK(home.read("t", "share/doc/clippy/README") == "clippy");
    CHECK(home.read("t", "share/doc/cargo/README") == "readme");
}

TEST_CASE("carried files give way to a component's", "[compose]") {
    StoreHome home;
    const auto one = home.add_tree("one", "1", {{"bin/x", "component"}});
    home.add_tree("carried", "k", {{"bin/x", "carried"}, {"bin/mine", "mine"}});
    const lock::LockSet range = StoreHome::exclusive(home.home, lock::Key::toolchain("t"));
    store::NewGeneration generation = home.generation({one});
    generation.carried = "k";
    REQUIRE(store::commit(home.on, home.home, "t", {}, generation, range));
    CHECK(home.read("t", "bin/x") == "component");
    CHECK(home.read("t", "bin/mine") == "mine");
}

TEST_CASE("rustup's metadata is written", "[compose]") {
    StoreHome home;
    home.commit("t", {home.add_tree("cargo", "c", {{"bin/cargo", "x"}})});
    CHECK(home.read("t", "lib/rustlib/components") == "cargo\n");
    CHECK(home.read("t", "lib/rustlib/manifest-cargo") == "file:bin/cargo\n");
    CHECK(home.read("t", "lib/rustlib/rust-installer-version") == "3");
    CHECK(home.read("t", "lib/rustlib/multirust-config.toml").find("pkg = \"cargo\"") !=
          std::string::npos);
}

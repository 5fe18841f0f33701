#include "latchkey/platform/beneath.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "latchkey/base/permit_mint.hpp"
#include "latchkey/platform/directory.hpp"

using namespace latchkey;
using platform::Beneath;

namespace {

class Folder {
public:
    Folder() {
        std::string pattern = std::filesystem::temp_directory_path() / "latchkey-beneath-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
        path_ = pattern;
        std::filesystem::create_directory(inside());
        std::filesystem::create_directory(path_ + "/outside");
    }
    ~Folder() { platform::remove_tree(PermitMint::worker(), path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] std::string inside() const { return path_ + "/inside"; }
    [[nodiscard]] std::string outside() const { return path_ + "/outside"; }

private:
    std::string path_;
};

}  // namespace

TEST_CASE("things are made and removed below a directory, whoever walks", "[beneath]") {
    for (const auto walk : {Beneath::Walk::kernel, Beneath::Walk::own}) {
        const Folder folder;
        Beneath place(folder.inside(), walk);
        CHECK(place.make_directory("a", 0755));
        CHECK_FALSE(place.make_directory("a", 0755));
        CHECK(place.make_directory("a/b", 0700));
        REQUIRE(place.create_file("a/b/file", 0600));
        CHECK_FALSE(place.create_file("a/b/file", 0600));
        CHECK_FALSE(place.create_file("a/b", 0600));
        REQUIRE(place.create_file("top", 0644));
        CHECK(std::filesystem::is_regular_file(folder.inside() + "/a/b/file"));

        CHECK_THROWS_AS(place.remove_directory("a/b"), Error);
        place.remove_file("a/b/file");
        place.remove_directory("a/b");
        place.remove_directory("a");
        place.remove_file("top");
        CHECK(std::filesystem::is_empty(folder.inside()));
    }
}

TEST_CASE("no name leads out, neither by dots nor by symlinks", "[beneath]") {
    for (const auto walk : {Beneath::Walk::kernel, Beneath::Walk::own}) {
        const Folder folder;
        std::filesystem::create_directory_symlink(folder.outside(), folder.inside() + "/link");
        std::filesystem::create_directory_symlink(".", folder.inside() + "/self");
        std::filesystem::create_symlink(folder.outside() + "/new", folder.inside() + "/dangling");
        std::filesystem::create_directory(folder.inside() + "/d");
        Beneath place(folder.inside(), walk);
        for (const std::string path :
             {"../outside/x", "link/x", "self/x", "d/../../outside/x", "link/deep/x"}) {
            INFO(path);
            CHECK_THROWS_AS(place.create_file(path, 0644), Error);
            CHECK_THROWS_AS(place.make_directory(path, 0755), Error);
            CHECK_THROWS_AS(place.remove_file(path), Error);
        }
        CHECK_THROWS_AS(place.create_file(folder.outside() + "/x", 0644), Error);
        CHECK_THROWS_AS(place.make_directory(folder.outside() + "/x", 0755), Error);
        CHECK_FALSE(place.create_file("dangling", 0644));
        CHECK(std::filesystem::is_empty(folder.outside()));
    }
}

TEST_CASE("a root that is a symlink, or none, is refused", "[beneath]") {
    const Folder folder;
    std::filesystem::create_directory_symlink(folder.outside(), folder.inside() + "/link");
    CHECK_THROWS_AS(Beneath(folder.inside() + "/link"), Error);
    CHECK_THROWS_AS(Beneath(folder.inside() + "/nowhere"), Error);
}

TEST_CASE("a directory of mode 0777 tells what the umask leaves", "[beneath]") {
    const mode_t before = ::umask(027);
    const Folder folder;
    ::mkdir((folder.inside() + "/root").c_str(), 0777);
    CHECK(Beneath(folder.inside() + "/root").allowed_mode() == 0750);
    ::umask(before);
}

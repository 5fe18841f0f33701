#include "latchkey/platform/tree_removal.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "latchkey/base/permit_mint.hpp"
#include "latchkey/platform/directory.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using platform::TreeRemoval;

namespace fs = std::filesystem;

namespace {

/// `width` directories of `width` files each, `depth` levels deep.
void make_tree(const fs::path& root, int depth, int width) {
    fs::create_directory(root);
    for (int i = 0; i < width; ++i) {
        std::ofstream(root / ("file" + std::to_string(i))) << "x";
        if (depth > 1) make_tree(root / ("folder" + std::to_string(i)), depth - 1, width);
    }
}

}  // namespace

TEST_CASE("several threads delete one tree together, to the last directory") {
    const test::TempDir temp;
    for (int round = 0; round < 20; ++round) {
        const std::string root = temp.path() + "/tree";
        make_tree(root, 4, 5);
        TreeRemoval removal(root);
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 4; ++i) {
                threads.emplace_back([&removal] { removal.work(PermitMint::worker()); });
            }
        }
        REQUIRE_FALSE(fs::exists(root));
    }
}

TEST_CASE("one thread begins and leaves the rest to others") {
    const test::TempDir temp;
    const std::string root = temp.path() + "/tree";
    make_tree(root, 3, 8);
    TreeRemoval removal(root);
    CHECK_FALSE(removal.begin(PermitMint::worker(), 20));
    CHECK(fs::exists(root));
    removal.work(PermitMint::worker());
    CHECK_FALSE(fs::exists(root));
}

TEST_CASE("deleting a tree leaves alone what its links lead to") {
    const test::TempDir temp;
    make_tree(temp.path() + "/other", 2, 3);
    const std::string root = temp.path() + "/tree";
    make_tree(root, 2, 2);
    fs::create_directory_symlink(temp.path() + "/other", root + "/folder0/link");
    TreeRemoval(root).work(PermitMint::worker());
    CHECK_FALSE(fs::exists(root));
    CHECK(fs::exists(temp.path() + "/other/folder2/file2"));
}

TEST_CASE("directories that nobody may write or read are deleted all the same") {
    const test::TempDir temp;
    const std::string root = temp.path() + "/tree";
    make_tree(root, 3, 2);
    fs::permissions(root + "/folder0", fs::perms::owner_read | fs::perms::owner_exec);
    fs::permissions(root + "/folder1/folder1", fs::perms::none);
    TreeRemoval(root).work(PermitMint::worker());
    CHECK_FALSE(fs::exists(root));
}

TEST_CASE("a deletion that cannot go on says which file, and stops every thread") {
    const test::TempDir temp;
    const std::string root = temp.path() + "/tree";
    make_tree(root, 2, 3);
    std::stop_source stop;
    stop.request_stop();
    TreeRemoval removal(root);
    CHECK_THROWS(removal.work(PermitMint::worker(stop.get_token())));
    // The others come to an end, although the work is not done.
    removal.work(PermitMint::worker());
    CHECK(fs::exists(root));
}

TEST_CASE("a tree that is not there is deleted already") {
    const test::TempDir temp;
    CHECK_NOTHROW(TreeRemoval(temp.path() + "/none").work(PermitMint::worker()));
    CHECK_NOTHROW(platform::remove_tree(PermitMint::worker(), temp.path() + "/none"));
}

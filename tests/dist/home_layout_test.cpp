#include "latchkey/dist/home_layout.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::dist;

TEST_CASE("a plain layout has four folders that are one", "[home_layout]") {
    const HomeLayout layout(std::string("/r"));
    CHECK_FALSE(layout.is_by_category());
    CHECK(layout.folders() == CategoryFolders{"/r", "/r", "/r", "/r"});
    CHECK(layout.update_hashes() == "/r/update-hashes");
}

TEST_CASE("a layout by category is none that is plain, even in one folder", "[home_layout]") {
    const HomeLayout layout(CategoryFolders{"/r", "/r", "/r", "/r"});
    CHECK(layout.is_by_category());
    CHECK_FALSE(layout == HomeLayout(std::string("/r")));
    CHECK(layout.root() == "/r");
}

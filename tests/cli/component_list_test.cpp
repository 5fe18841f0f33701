#include "component_list.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::cli;

namespace {

const std::vector<ListLine> kLines = {{"cargo", true}, {"clippy", false}, {"rustc", true}};

}  // namespace

TEST_CASE("a list marks what is installed", "[cli]") {
    CHECK(list_text(kLines, {}, false) == "cargo (installed)\nclippy\nrustc (installed)\n");
}

TEST_CASE("a list of what is installed marks nothing", "[cli]") {
    const ListForm form{.installed_only = true, .bare = false};
    CHECK(list_text(kLines, form, true) == "cargo\nrustc\n");
}

TEST_CASE("a bare list has names only", "[cli]") {
    const ListForm form{.installed_only = false, .bare = true};
    CHECK(list_text(kLines, form, true) == "cargo\nclippy\nrustc\n");
}

TEST_CASE("a coloured list sets off name and mark of what is installed", "[cli]") {
    CHECK(list_text({{"cargo", true}, {"clippy", false}}, {}, true) ==
          "\033[1mcargo\033[0m \033[1m\033[94m(installed)\033[0m\nclippy\n");
}

TEST_CASE("a list in a document has what the form wants, and says what is installed", "[cli]") {
    CHECK(boost::json::serialize(list_values({{"cargo", true}, {"clippy", false}}, {})) ==
          R"([{"name":"cargo","installed":true},{"name":"clippy","installed":false}])");
    const ListForm form{.installed_only = true, .bare = true};
    CHECK(boost::json::serialize(list_values(kLines, form)) ==
          R"([{"name":"cargo","installed":true},{"name":"rustc","installed":true}])");
}

#include "latchkey/resolve/trust.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/system.hpp"

using namespace latchkey;
using namespace latchkey::resolve;

namespace {

constexpr std::uint32_t kOther = 4321;

config::FoundToolchainFile file_of(std::uint32_t owner) {
    config::FoundToolchainFile file;
    file.path = "/srv/work/rust-toolchain";
    file.owner = owner;
    return file;
}

}  // namespace

TEST_CASE("a file of this user or of root is trusted, one of another is not", "[resolve]") {
    const Site site;
    CHECK(is_trusted(site, file_of(platform::effective_user())));
    CHECK(is_trusted(site, file_of(0)));
    CHECK_FALSE(is_trusted(site, file_of(kOther)));
    CHECK_FALSE(is_trusted(site, file_of(65534)));  // Whoever is nobody in this container.
    CHECK_FALSE(find_distrust(site, file_of(0)));
}

TEST_CASE("a link of another user is not trusted, whatever it leads to", "[resolve]") {
    const Site site;
    config::FoundToolchainFile file = file_of(0);
    file.link_owner = kOther;
    CHECK_FALSE(is_trusted(site, file));
    CHECK(find_distrust(site, file)
              ->starts_with("'/srv/work/rust-toolchain' belongs to another user (uid 4321)"));
    file.link_owner = 0;
    CHECK(is_trusted(site, file));
}

TEST_CASE("safe directories are named whole, or by what is above them", "[resolve]") {
    Site site;
    const auto safe = [&site](std::vector<std::string> directories) {
        site.settings.safe_directories = std::move(directories);
        return is_safe(site, "/srv/work");
    };
    CHECK(safe({"/a", "/srv/work"}));
    CHECK(safe({"/srv/*"}));
    CHECK(safe({"/*"}));
    CHECK(safe({"*"}));
    CHECK_FALSE(safe({}));
    CHECK_FALSE(safe({"/srv"}));
    CHECK_FALSE(safe({"/srv/work/*"}));
    CHECK_FALSE(safe({"/srv/wo*", "/srv/wor/*", "srv/*", "/srv/work/"}));
    CHECK(is_trusted(site, file_of(0)));
    site.settings.safe_directories = {"*"};
    CHECK(is_trusted(site, file_of(kOther)));
    site.variables.safe_directories = std::vector<std::string>();
    CHECK_FALSE(is_trusted(site, file_of(kOther)));  // The variable takes the setting's place.
}

#include "latchkey/store/trusted_key_file.hpp"

#include <catch2/catch.hpp>

#include "store_home.hpp"

using namespace latchkey;
using test::StoreHome;

TEST_CASE("a key file is made, replaced and deleted", "[trusted_key_file]") {
    StoreHome home;
    const lock::LockSet settings = home.exclusive(lock::Key::settings());
    CHECK_FALSE(store::find_trusted_key(home.home, 1));
    store::remove_trusted_key(home.home, 1, settings);
    store::save_trusted_key(home.home, 1, "", settings);
    CHECK(store::find_trusted_key(home.home, 1) == "");
    store::save_trusted_key(home.home, 1, "key", settings);
    store::save_trusted_key(home.home, 2, "other", settings);
    CHECK(store::find_trusted_key(home.home, 1) == "key");
    CHECK(store::find_trusted_key(home.home, 2) == "other");
    store::remove_trusted_key(home.home, 1, settings);
    CHECK_FALSE(store::find_trusted_key(home.home, 1));
    CHECK(store::find_trusted_key(home.home, 2) == "other");
}

TEST_CASE("who may read the home may read its keys, whatever the umask", "[trusted_key_file]") {
    StoreHome home;
    ::chmod(home.home.root().c_str(), 0755);
    const lock::LockSet settings = home.exclusive(lock::Key::settings());
    const mode_t before = ::umask(0077);
    store::save_trusted_key(home.home, 2, "key", settings);
    ::umask(before);
    CHECK(platform::find_status(home.home.trusted_key(2))->permissions == 0644);
    CHECK(platform::find_status(home.home.trusted_keys())->permissions == 0755);
}

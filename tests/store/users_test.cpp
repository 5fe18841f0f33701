#include "latchkey/store/users.hpp"

#include <catch2/catch.hpp>

#include "store_home.hpp"
#include "support/child.hpp"

using namespace latchkey;
using test::StoreHome;

TEST_CASE("a toolchain is in use while any of its places is held", "[users]") {
    StoreHome home;
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "a"}})});
    const store::Users users = store::Users::look(home.home);
    CHECK_FALSE(users.use(home.home, "t"));
    {
        const lock::LockSet reader = home.share(lock::Key::directory("home/t"));
        CHECK(users.use(home.home, "t"));
        CHECK_FALSE(users.use(home.home, "u"));
    }
    CHECK_FALSE(users.use(home.home, "t"));
    home.dir.make("latchkey/away/7/t");
    const lock::LockSet reader = home.share(lock::Key::directory("away/7/t"));
    CHECK(users.use(home.home, "t"));
    CHECK(home.is_free(lock::Key::directory("home/t")));
}

TEST_CASE("a toolchain is in use while a process without ranges works in it", "[users]") {
    StoreHome home;
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "a"}})});
    test::ChildOptions options;
    options.folder = home.home.toolchain("t") + "/bin";
    test::Child child("/bin/cat", options);
    child.say("here");
    child.wait_for_line();
    CHECK(store::Users::look(home.home).use(home.home, "t"));
    child.close_input();
    CHECK(child.wait().exit_code == 0);
    CHECK_FALSE(store::Users::look(home.home).use(home.home, "t"));
}

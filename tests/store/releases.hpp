#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "readers.hpp"
#include "store/store_home.hpp"
#include "support/error_text.hpp"

namespace latchkey::test {

/// Toolchain `t` of release 1 with components `a` and `b`.
inline void install_ab(StoreHome& home) {
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "a1"}, {"lib/a/x", "ax1"}}),
                      home.arrived("b", "b1", {{"bin/b", "b1"}, {"lib/b/x", "bx1"}})});
}

/// What `install_ab` made becomes release 2, with another `a` and the same `b`.
inline void update_a(StoreHome& home) {
    home.manifest = "release 2";
    home.commit("t", {home.arrived("a", "a2", {{"bin/a", "a2"}, {"lib/a/x", "ax2"}}),
                      StoreHome::kept("b")});
}

inline std::string commit_error(const StoreHome& home,
                                std::vector<store::WantedComponent> components) {
    return error_text([&] { home.commit("t", std::move(components)); });
}

/// Another toolchain has it, in its directory.
inline store::WantedComponent supplied(const StoreHome& home, const std::string& pkg,
                                       const std::string& tree,
                                       std::vector<store::HeldSupply>& held) {
    auto supply = store::find_supply(home.home, tree, {});
    REQUIRE(supply);
    store::WantedComponent wanted{component(pkg), supply->supply};
    held.push_back(std::move(*supply));
    return wanted;
}

inline store::WantedComponent release_of_a(const StoreHome& home, const std::string& number) {
    return home.arrived("a", "a" + number,
                        {{"bin/a", "a" + number}, {"lib/a/" + number, "x" + number}});
}

inline void install_release_1(StoreHome& home) {
    home.manifest = "release 1";
    home.commit("t", {release_of_a(home, "1"), home.arrived("b", "b1", {{"bin/b", "b1"}})});
}

inline void update_to(StoreHome& home, const std::string& number) {
    home.manifest = "release " + number;
    home.commit("t", {release_of_a(home, number), StoreHome::kept("b")});
}

/// Home has release 1 and lags; release 2 is away, as generation 2.
inline void make_lag(StoreHome& home) {
    install_release_1(home);
    Child reader = run_from(home, "home/t", {"a"});
    update_to(home, "2");
    stop(reader);
    REQUIRE(home.current("t").place == store::Place{"t", 2});
}

}  // namespace latchkey::test

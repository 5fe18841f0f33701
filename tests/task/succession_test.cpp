#include "latchkey/task/succession.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/task/group.hpp"
#include "support/error_text.hpp"
#include "task/run.hpp"

using namespace latchkey;
using namespace std::chrono_literals;
using task::awaitable;
using task::Loop;
using task::Succession;

namespace {

/// The later its place, the sooner it is ready.
awaitable<void> work(Succession& succession, std::size_t place, std::vector<std::size_t>& order) {
    co_await test::pause_for(std::chrono::milliseconds(20 - 4 * static_cast<int>(place)));
    co_await succession.wait(place);
    order.push_back(place);
    succession.pass(place);
}

awaitable<void> fail(Succession& succession, std::size_t place) {
    co_await succession.wait(place);
    throw Error(Errc::io, "disk full");
}

}  // namespace

TEST_CASE("tasks that work at once go on one after another", "[succession]") {
    Loop loop(1);
    Succession succession;
    std::vector<std::size_t> order;
    std::vector<awaitable<void>> tasks;
    for (std::size_t place = 0; place < 5; ++place) tasks.push_back(work(succession, place, order));
    test::run(loop, task::all(std::move(tasks)));
    CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 4});
}

TEST_CASE("behind one that fails nobody goes on", "[succession]") {
    Loop loop(1);
    Succession succession;
    std::vector<std::size_t> order;
    std::vector<awaitable<void>> tasks;
    tasks.push_back(work(succession, 0, order));
    tasks.push_back(fail(succession, 1));
    tasks.push_back(work(succession, 2, order));
    tasks.push_back(work(succession, 3, order));
    CHECK(test::error_text([&] { test::run(loop, task::all(std::move(tasks))); }) == "disk full");
    CHECK(order == std::vector<std::size_t>{0});
}

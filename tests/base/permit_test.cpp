#include "latchkey/base/permit_mint.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"

using namespace latchkey;

TEST_CASE("a permit says when its task was cancelled", "[permit]") {
    std::stop_source source;
    const OnWorker on = PermitMint::worker(source.get_token());
    CHECK_NOTHROW(on.check());
    source.request_stop();
    CHECK(on.stopped());
    CHECK_THROWS(on.check());
    try {
        on.check();
    } catch (const Error&) {
        FAIL("a cancellation is no Error");
    } catch (const std::exception&) {
    }
}

TEST_CASE("without anybody to lend threads a job is done by its own", "[permit]") {
    const OnWorker on = PermitMint::worker();
    int done = 0;
    on.spread(3, [&done](const OnWorker& here) {
        CHECK_FALSE(here.stopped());
        ++done;
    });
    CHECK(done == 1);
}

TEST_CASE("a thread that waits for a process is told of the end of its task", "[permit]") {
    std::stop_source source;
    const OnWaitThread on = PermitMint::wait_thread(source.get_token());
    CHECK_NOTHROW(on.check());
    source.request_stop();
    CHECK(on.stopped());
    CHECK_THROWS(on.check());
}

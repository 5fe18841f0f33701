#pragma once

#include "latchkey/net/client.hpp"
#include "latchkey/upkeep/verify.hpp"
#include "store/store_home.hpp"
#include "task/run.hpp"
#include "toolchain/said.hpp"

namespace latchkey::test {

/// A home, and what upkeep works with there. No server has anything.
struct UpkeepHome {
    StoreHome store;
    task::Loop loop{1};
    net::Client client{loop, {}};
    Said said;
    toolchain::Engine engine{loop, client, store.home, {}, said};
    upkeep::Means means{loop.workers(), engine, store.home};
};

}  // namespace latchkey::test

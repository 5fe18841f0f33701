#pragma once

#include "downloads.hpp"
#include "free_processors.hpp"
#include "latchkey/config/change_variables.hpp"
#include "latchkey/mirrors/mirrors.hpp"
#include "latchkey/net/client.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/task/loop.hpp"
#include "latchkey/task/turns.hpp"

namespace latchkey::transfer {

/// What the transfers of one process share.
struct Context {
    task::Loop& loop;
    net::Client& client;
    const store::Home home;
    const config::ChangeVariables variables;
    mirrors::Mirrors& mirrors;
    Downloads downloads;
    task::Turns turns;
    task::Turns dictionaries;  ///< For decoders that fill one of many megabytes.
    FreeProcessors processors;
};

}  // namespace latchkey::transfer

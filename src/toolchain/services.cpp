#include "services.hpp"

namespace latchkey::toolchain {

task::Waiting Services::waiting_for(const std::string& what) const {
    task::Waiting waiting;
    waiting.patience = options.variables.lock_timeout;
    Reporter* const told = &reporter;
    waiting.notice = [told, what](const lock::Blocker& blocker) { told->wait(what, blocker); };
    return waiting;
}

}  // namespace latchkey::toolchain

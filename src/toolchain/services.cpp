#include "services.hpp"

namespace latchkey::toolchain {

task::Waiting Services::waiting_for(const std::string& what) const {
    task::Waiting waiting;
    waiting.patience = options.variables.lock_timeout;
    Reporter* const told = &reporter;
    waiting.notice = [told, what](const std::string& holder) {
        told->info("waiting for " + what + " (" + holder + ")");
    };
    return waiting;
}

}  // namespace latchkey::toolchain

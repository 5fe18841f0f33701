#include "latchkey/store/in_use_error.hpp"

#include <fmt/format.h>

#include "latchkey/lock/holder.hpp"

namespace latchkey::store {

Error in_use_error(const Home& home) {
    std::string text = "toolchains are in use; run this again when these processes have ended:";
    pid_t last = -1;
    for (const lock::Holder& holder : lock::find_all_holders(home.lock_file())) {
        if (holder.process == last) continue;
        last = holder.process;
        text += fmt::format("\n  pid {}: {}", holder.process, holder.command_line);
    }
    if (last == -1) text += "\n  a process that cannot be seen from here";
    return Error(Errc::busy, std::move(text));
}

}  // namespace latchkey::store

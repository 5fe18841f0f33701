#include <fmt/format.h>

#include "commands.hpp"
#include "latchkey/lock/holder.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/store/hand_back.hpp"
#include "latchkey/task/workers.hpp"

namespace latchkey::cli {
namespace {

task::awaitable<void> restore(Context& context, std::string toolchain) {
    const lock::LockSet held = co_await context.acquire(
        lock::Key::toolchain(toolchain), lock::Mode::exclusive, "'" + toolchain + "'");
    const store::Home& home = context.home();
    auto job = [&](const OnWorker& on) {
        return store::restore_directory(on, home, toolchain, held);
    };
    const bool restored = co_await task::offload(context.loop().workers(), job);
    if (restored) context.log().info("toolchain " + toolchain + " is a directory again");
}

Error busy_error(const store::Home& home) {
    std::string text = "toolchains are in use; run this again when these have ended:";
    pid_t last = -1;
    for (const lock::Holder& holder : lock::find_all_holders(home.lock_file())) {
        if (holder.process == last) continue;
        last = holder.process;
        text += fmt::format("\n  pid {}: {}", holder.process, holder.command_line);
    }
    if (last == -1) text += "\n  a process that cannot be seen from here";
    return Error(Errc::busy, std::move(text));
}

}  // namespace

task::awaitable<int> run_hand_back(Context& context, Invocation) {
    const store::Home& home = context.home();
    auto job = [&home](const OnWorker& on) { return store::remove_latchkey(on, home); };
    // Once more only where somebody has changed a toolchain that was given back already.
    for (bool removed = false; !removed;) {
        for (const platform::DirectoryEntry& entry : platform::find_entries(home.toolchains())) {
            co_await restore(context, entry.name);
        }
        removed = co_await task::offload(context.loop().workers(), job);
        if (!removed && !store::any_generation(home)) throw busy_error(home);
    }
    context.log().info("this home is rustup's again");
    co_return 0;
}

}  // namespace latchkey::cli

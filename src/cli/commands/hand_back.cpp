#include <fmt/format.h>

#include "commands.hpp"
#include "latchkey/lock/holder.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/collect.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/hand_back.hpp"
#include "latchkey/task/workers.hpp"

namespace latchkey::cli {
namespace {

/// Settles what can be, and tells why something cannot.
task::awaitable<void> settle_all(Context& context) {
    const store::Home& home = context.home();
    std::vector<std::string> failures;
    store::CleanUp how;
    how.may_copy = true;  // rustup knows no other place than home.
    how.failed = [&failures](const Error& e) { failures.emplace_back(e.what()); };
    auto job = [&](const OnWorker& on) { store::clean_up(on, home, how); };
    co_await task::offload(context.loop().workers(), job);
    for (const std::string& failure : failures) context.log().warn(failure);
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
    store::refuse_old_format(home);
    if (platform::find_status(home.latchkey())) co_await settle_all(context);
    auto job = [&home](const OnWorker& on) { return store::remove_latchkey(on, home); };
    const bool removed = co_await task::offload(context.loop().workers(), job);
    if (!removed) throw busy_error(home);
    context.log().info("this home is rustup's again");
    co_return 0;
}

}  // namespace latchkey::cli

#include "latchkey/store/hand_back.hpp"
#include "commands.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/setup/bin_folder.hpp"
#include "latchkey/store/collect.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/in_use_error.hpp"
#include "latchkey/task/workers.hpp"

namespace latchkey::cli {
namespace {

/// Settles what can be, and tells why something cannot.
task::awaitable<void> settle_all(Context& context) {
    const store::Home& home = context.home();
    std::vector<std::string> failures;
    store::CleanUp how;
    how.may_copy = true;                         // rustup knows no other place than home,
    how.records = store::Records::are_given_up;  // and no generation but the current one.
    how.failed = [&failures](const Error& e) { failures.emplace_back(e.what()); };
    auto job = [&](const OnWorker& on) { store::clean_up(on, home, how); };
    co_await task::offload(context.loop().workers(), job);
    for (const std::string& failure : failures) context.log().warn(failure);
}

task::awaitable<int> run_hand_back(Context& context, args::Invocation) {
    const store::Home& home = context.home();
    store::refuse_old_format(home);
    if (platform::find_status(home.latchkey())) co_await settle_all(context);
    auto job = [&home](const OnWorker& on) { return store::remove_latchkey(on, home); };
    const bool removed = co_await task::offload(context.loop().workers(), job);
    if (!removed) throw store::in_use_error(home);
    const std::string cargo_home = context.site().variables.cargo_home;
    auto forget = [&cargo_home](const OnWorker& on) {
        const std::string folder = cargo_home + "/latchkey";
        if (!platform::find_status(folder)) return;
        const auto held = lock::LockSet::try_acquire_everything(setup::lock_file_of(cargo_home));
        if (held) platform::remove_tree(on, folder);  // Else somebody sets Latchkey up again.
    };
    co_await task::offload(context.loop().workers(), forget);
    context.log().info("this home is rustup's again");
    if (home.layout().is_by_category()) {
        context.log().warn("rustup 1.29 looks for it in one folder: run `home move plain` as well");
    }
    co_return 0;
}

}  // namespace

CommandEntries hand_back_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "hand-back", .run = run_hand_back, .warns_of_empty_setup = false}};
    return kEntries;
}

}  // namespace latchkey::cli

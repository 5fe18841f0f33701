#include <fmt/format.h>

#include <set>

#include "commands.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/lock/holder.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/screen/size_text.hpp"
#include "latchkey/store/collect.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/kept.hpp"
#include "latchkey/store/verification.hpp"
#include "latchkey/task/workers.hpp"

namespace latchkey::cli {
namespace {

/// What there is left to tell.
struct Tidied {
    std::vector<std::string> failures;
    std::vector<store::Kept> kept;
};

/// Everything is on the disk then, and no boot makes anybody verify it.
void sync_all(const OnWorker& on, const store::Home& home) {
    std::vector<store::SyncMark> marks;
    for (const std::string& toolchain : store::list_states(home)) {
        on.check();
        store::SyncMark mark(home, toolchain);
        if (mark.is_needed()) marks.push_back(std::move(mark));
    }
    if (marks.empty() || !platform::sync_file_system(home.latchkey())) return;
    for (const store::SyncMark& mark : marks) mark.set();
}

Tidied tidy(const OnWorker& on, const store::Home& home, bool may_copy) {
    Tidied tidied;
    store::refuse_old_format(home);
    if (!platform::find_status(home.latchkey())) return tidied;
    store::CleanUp how;
    how.may_copy = may_copy;
    how.failed = [&tidied](const Error& e) { tidied.failures.emplace_back(e.what()); };
    store::clean_up(on, home, how);
    sync_all(on, home);
    tidied.kept = store::find_kept(on, home);
    return tidied;
}

std::vector<std::string> holder_lines(const store::Home& home, const store::Kept& kept) {
    std::vector<std::string> lines;
    std::set<pid_t> told;
    for (const lock::Key& key : kept.keys) {
        for (const lock::Holder& holder : lock::find_holders(home.lock_file(), key)) {
            if (!told.insert(holder.process).second) continue;
            lines.push_back(fmt::format("  pid {}: {}", holder.process, holder.command_line));
        }
    }
    if (lines.empty()) lines.emplace_back("  a process that holds no range, or cannot be seen");
    return lines;
}

task::awaitable<int> run_tidy(Context& context, args::Invocation) {
    const store::Home& home = context.home();
    const bool may_copy = context.change_variables().permit_copy_rename;
    auto job = [&home, may_copy](const OnWorker& on) { return tidy(on, home, may_copy); };
    const Tidied tidied = co_await task::offload(context.loop().workers(), job);
    for (const store::Kept& kept : tidied.kept) {
        context.print(fmt::format("{} of {} keeps {} and is held by\n", kept.what, kept.toolchain,
                                  screen::size_text(kept.bytes)));
        for (const std::string& line : holder_lines(home, kept)) context.print(line + "\n");
    }
    if (!tidied.failures.empty()) {
        throw store::clean_up_error(Error(Errc::io, join(tidied.failures, "; ")));
    }
    if (tidied.kept.empty()) {
        context.log().info("every toolchain is settled, and nothing is left over");
    }
    co_return 0;
}

}  // namespace

CommandEntries tidy_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "tidy", .run = run_tidy, .warns_of_empty_setup = false}};
    return kEntries;
}

}  // namespace latchkey::cli

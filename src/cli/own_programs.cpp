#include "own_programs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "latchkey/config/bin_layout.hpp"
#include "latchkey/dist/tools.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/own_program.hpp"
#include "latchkey/platform/program_file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/proxy/bin_links.hpp"
#include "latchkey/setup/proxy_program.hpp"

namespace latchkey::cli {
namespace {

/// Is the running program the one of this folder, and that of this very user? Root, who visits,
/// would leave there what is root's.
bool runs_in(const std::string& bin) {
    const auto own = platform::find_own_status();
    const auto is_own = [&](std::string_view name) {
        return platform::is_same_file(own, platform::find_status(bin + "/" + std::string(name)));
    };
    if (!is_own(config::kProgramFile) && !is_own(config::kProgramName)) return false;
    const auto folder = platform::find_target_status(bin);
    return folder && platform::is_own(*folder);
}

/// Has the folder the running program and the proxy that goes with it?
bool has_files(const std::string& bin) {
    const auto program = platform::find_status(bin + "/" + std::string(config::kProgramFile));
    const auto proxy = platform::find_status(bin + "/" + std::string(config::kProxyFile));
    return platform::is_same_file(program, platform::find_own_status()) && proxy &&
           proxy->kind == platform::FileKind::regular &&
           proxy->size_bytes == setup::proxy_program().size();
}

void warn_of_foreign(Context& context, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        context.log().warn(
            fmt::format("tool `{}` is already installed, remove it from `{}`, then run `rustup "
                        "update` to have rustup manage this tool.",
                        name, bin_folder(context)));
    }
}

/// In rustup's words where not even a lock file can be made.
task::awaitable<lock::LockSet> take_bin_folder(Context& context) {
    const std::string folder = bin_folder(context);
    std::optional<Error> failure;
    try {
        lock::LockSet held = co_await context.acquire_cargo_home("the programs in " + folder);
        co_return held;
    } catch (const Error& e) {
        failure = e;
    }
    if (failure->code() == Errc::busy || failure->code() == Errc::unsupported) throw *failure;
    throw failure->cause().in("could not create bin directory: '" + folder + "'");
}

task::awaitable<void> place(Context& context, bool with_program) {
    const std::string folder = bin_folder(context);
    const lock::LockSet held = co_await take_bin_folder(context);
    auto job = [&held, &folder, with_program](const OnWorker& on) {
        const setup::BinFolder bin(held, folder);
        if (with_program) bin.place_program(on);
        return bin.place_proxies(on, own_tools(), setup::proxy_program());
    };
    const std::vector<std::string> foreign =
        co_await task::offload(context.loop().workers(), std::move(job));
    warn_of_foreign(context, foreign);
}

}  // namespace

std::string bin_folder(const Context& context) {
    return context.place().variables.cargo_home + "/bin";
}

bool is_packaged() {
    const std::string own = platform::load_own_path();
    return platform::find_target_status(own.substr(0, own.rfind('/')) + "/no-self-update")
        .has_value();
}

setup::Tools own_tools() {
    setup::Tools tools;
    for (const dist::Tool& tool : dist::kTools) {
        (tool.shared ? tools.shared : tools.owned).push_back(tool.name);
    }
    tools.is_ours = platform::is_own_program;
    return tools;
}

task::awaitable<void> place_programs(Context& context) {
    co_await place(context, true);
}

task::awaitable<void> refresh_proxies(Context& context) {
    if (!platform::is_own_program(bin_folder(context) + "/rustup")) co_return;
    co_await place(context, false);
}

bool has_lost_names(const std::string& cargo_home) {
    try {
        const std::string bin = cargo_home + "/bin";
        return runs_in(bin) && !(has_files(bin) && proxy::find_lost_names(bin).empty());
    } catch (const Error&) {
        return false;
    }
}

task::awaitable<int> mend_bin_folder(task::Workers& workers, std::string cargo_home) {
    auto job = [&cargo_home](const OnWorker& on) {
        const auto held = lock::LockSet::try_acquire(
            setup::lock_file_of(cargo_home), lock::Key::cargo_home(), lock::Mode::exclusive);
        const std::string folder = cargo_home + "/bin";
        // Another version may have come meanwhile.
        if (!held || !runs_in(folder)) return;
        const auto lost = proxy::find_lost_names(folder);
        setup::BinFolder(*held, folder).mend(on, lost, setup::proxy_program());
    };
    try {
        co_await task::offload(workers, std::move(job));
    } catch (const Error&) {
        // See above.
    }
    co_return 0;
}

}  // namespace latchkey::cli

#include "own_programs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "latchkey/platform/own_program.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/proxy/tools.hpp"
#include "latchkey/setup/proxy_program.hpp"

namespace latchkey::cli {
namespace {

/// People had these from elsewhere before rustup brought them.
bool is_shared(std::string_view tool) {
    return tool == "rust-analyzer" || tool == "rustfmt" || tool == "cargo-fmt";
}

/// Is the running program one of CARGO_HOME, and that of this very user? Root, who visits, would
/// leave there what is root's.
bool runs_in(const std::string& cargo_home) {
    const std::string own = platform::load_own_path();
    const auto folder = platform::find_target_status(own.substr(0, own.rfind('/')));
    const auto bin = platform::find_target_status(cargo_home + "/bin");
    return folder && bin && folder->device == bin->device && folder->inode == bin->inode &&
           platform::is_own(*bin);
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
    for (const proxy::Tool& tool : proxy::kTools) {
        (is_shared(tool.name) ? tools.shared : tools.owned).push_back(tool.name);
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

bool has_linked_tools(const std::string& cargo_home) noexcept {
    try {
        return runs_in(cargo_home) &&
               !setup::find_linked_tools(cargo_home + "/bin", own_tools()).empty();
    } catch (const Error&) {
        return false;
    }
}

task::awaitable<int> replace_linked_tools(task::Workers& workers, std::string cargo_home) {
    auto job = [&cargo_home](const OnWorker& on) {
        const auto held = lock::LockSet::try_acquire(
            setup::lock_file_of(cargo_home), lock::Key::cargo_home(), lock::Mode::exclusive);
        if (!held) return;
        const std::string folder = cargo_home + "/bin";
        const auto linked = setup::find_linked_tools(folder, own_tools());
        setup::BinFolder(*held, folder).place(on, linked, setup::proxy_program());
    };
    try {
        co_await task::offload(workers, std::move(job));
    } catch (const Error&) {
        // See above.
    }
    co_return 0;
}

}  // namespace latchkey::cli

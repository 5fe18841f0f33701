#include "own_programs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "latchkey/platform/system.hpp"
#include "latchkey/proxy/own_program.hpp"
#include "latchkey/proxy/tools.hpp"
#include "latchkey/setup/proxy_program.hpp"

namespace latchkey::cli {
namespace {

/// People had these from elsewhere before rustup brought them.
bool is_shared(std::string_view tool) {
    return tool == "rust-analyzer" || tool == "rustfmt" || tool == "cargo-fmt";
}

std::string own_folder() {
    const std::string own = platform::load_own_path();
    return own.substr(0, own.rfind('/'));
}

void warn_of_foreign(Context& context, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        context.log().warn(
            fmt::format("tool `{}` is already installed, remove it from `{}`, then run `rustup "
                        "update` to have rustup manage this tool.",
                        name, bin_folder(context)));
    }
}

task::awaitable<void> place(Context& context, bool with_program) {
    const lock::LockSet held = co_await context.acquire(
        lock::Key::cargo_home(), lock::Mode::exclusive, "the programs in " + bin_folder(context));
    const std::string folder = bin_folder(context);
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

setup::Tools own_tools() {
    setup::Tools tools;
    for (const proxy::Tool& tool : proxy::kTools) {
        (is_shared(tool.name) ? tools.shared : tools.owned).push_back(tool.name);
    }
    tools.is_ours = proxy::is_own_program;
    return tools;
}

task::awaitable<void> place_programs(Context& context) {
    co_await place(context, true);
}

task::awaitable<void> refresh_proxies(Context& context) {
    if (!proxy::is_own_program(bin_folder(context) + "/rustup")) co_return;
    co_await place(context, false);
}

bool has_linked_tools() noexcept {
    try {
        return !setup::find_linked_tools(own_folder(), own_tools()).empty();
    } catch (const Error&) {
        return false;
    }
}

task::awaitable<int> replace_linked_tools(task::Workers& workers, std::string rustup_home) {
    auto job = [&rustup_home](const OnWorker& on) {
        const auto held = lock::LockSet::try_acquire(
            store::Home(rustup_home).lock_file(), lock::Key::cargo_home(), lock::Mode::exclusive);
        if (!held) return;
        const std::string folder = own_folder();
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

#include "placed_programs.hpp"

#include <fmt/format.h>

#include <optional>

#include "latchkey/platform/own_program.hpp"
#include "latchkey/setup/own_programs.hpp"
#include "latchkey/setup/proxy_program.hpp"

namespace latchkey::cli {
namespace {

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
    throw setup::bin_folder_error(*failure, folder);
}

task::awaitable<void> place(Context& context, bool with_program) {
    const std::string folder = bin_folder(context);
    const lock::LockSet held = co_await take_bin_folder(context);
    auto job = [&held, &folder, with_program](const OnWorker& on) {
        const setup::BinFolder bin(held, folder);
        if (with_program) bin.place_program(on);
        return bin.place_proxies(on, setup::own_tools(), setup::proxy_program());
    };
    const std::vector<std::string> foreign =
        co_await task::offload(context.loop().workers(), std::move(job));
    warn_of_foreign(context, foreign);
}

}  // namespace

std::string bin_folder(const Context& context) {
    return context.site().variables.cargo_home + "/bin";
}

task::awaitable<void> place_programs(Context& context) {
    co_await place(context, true);
}

task::awaitable<void> refresh_proxies(Context& context) {
    if (!platform::is_own_program(bin_folder(context) + "/rustup")) co_return;
    co_await place(context, false);
}

}  // namespace latchkey::cli

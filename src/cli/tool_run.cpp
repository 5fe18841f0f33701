#include "tool_run.hpp"

#include <fmt/format.h>

#include "active_toolchain.hpp"
#include "latchkey/proxy/prepare.hpp"
#include "tool_errors.hpp"

namespace latchkey::cli {
namespace {

using proxy::NotPinned;
using proxy::Pinned;

/// The toolchain of a proxy, there or not.
resolve::Active find_toolchain(Context& context, const std::optional<std::string>& named) {
    if (!named) return load_active(context);
    return {resolve::load_local_name(*named, context.place().host),
            resolve::Source::cli,
            {},
            {},
            {},
            std::nullopt};
}

/// Holds the toolchain, whatever that needs. Empty: it has gone.
task::awaitable<std::optional<Pinned>> pin(Context& context, proxy::PinRequest request) {
    // What was refused, waited for and then held: so it cannot be refused again.
    std::vector<lock::LockSet> waited;
    for (;;) {
        auto result = proxy::try_pin(context.home(), request);
        if (auto* pinned = std::get_if<Pinned>(&result)) co_return std::move(*pinned);
        auto& not_pinned = std::get<NotPinned>(result);
        switch (not_pinned.why) {
            case NotPinned::Why::absent:
                co_return std::nullopt;
            case NotPinned::Why::unverified:
                co_await context.engine().verify(resolve::str(request.toolchain));
                request.verified = true;
                break;
            case NotPinned::Why::refused:
                lock::LockSet range = co_await context.acquire(
                    *not_pinned.key, lock::Mode::shared,
                    "a range that " + resolve::str(request.toolchain) + " needs");
                waited.push_back(std::move(range));
                break;
        }
    }
}

proxy::PinRequest pin_request(const proxy::ToolRequest& request) {
    const std::string& tool = request.command.front();
    proxy::PinRequest wanted{request.toolchain, tool, std::nullopt, false};
    // `rustup run` begins afresh, whatever it runs.
    if (request.source) wanted.session = proxy::find_session(request.environment);
    return wanted;
}

void succeed_with(Context& context, const proxy::ToolRequest& request, Pinned pinned) {
    auto found = proxy::find_tool(context.place(), request, pinned);
    if (!found) {
        throw missing_tool_error(context.place(), request.toolchain, pinned,
                                 request.command.front());
    }
    for (const proxy::Fallback& fallback : found->fallbacks) {
        context.log().info(
            fmt::format("`{}` is unavailable for the active toolchain", fallback.tool));
        context.log().info(fmt::format("falling back to \"{}\"", fallback.program));
    }
    context.successor = std::move(found->call);
}

}  // namespace

task::awaitable<bool> succeed_with(Context& context, proxy::ToolRequest request) {
    std::optional<Pinned> pinned = co_await pin(context, pin_request(request));
    if (!pinned) co_return false;
    succeed_with(context, request, std::move(*pinned));
    co_return true;
}

task::awaitable<int> run_proxy(Context& context, std::string tool, std::vector<std::string> words) {
    const proxy::ToolCommand command = proxy::parse_tool_command(tool, words);
    const resolve::Active active = find_toolchain(context, command.plus_toolchain);
    const proxy::ToolRequest request{active.name, command.command, active.source,
                                     context.environment()};
    // A build has all that it needs, even where its toolchain was uninstalled meanwhile.
    if (auto pinned = proxy::try_pin_session(context.home(), pin_request(request))) {
        succeed_with(context, request, std::move(*pinned));
        co_return 0;
    }
    // Again where somebody uninstalled it meanwhile.
    for (bool done = false; !done;) {
        if (command.plus_toolchain) {
            co_await require_named(context, active.name);
        } else {
            co_await make_ready(context, active);
        }
        done = co_await succeed_with(context, request);
    }
    co_return 0;
}

}  // namespace latchkey::cli

#include "tool_run.hpp"

#include <fmt/format.h>

#include "active_toolchain.hpp"
#include "latchkey/proxy/prepare.hpp"
#include "latchkey/proxy/tools.hpp"
#include "tool_errors.hpp"

namespace latchkey::cli {
namespace {

using proxy::NotPinned;
using proxy::Pinned;

/// The toolchain of a proxy, ready for use.
task::awaitable<resolve::Active> require(Context& context, std::optional<std::string> named) {
    if (!named) {
        resolve::Active active = co_await require_active(context);
        co_return active;
    }
    resolve::Name name = resolve::load_local_name(*named, context.place().host);
    co_await require_named(context, name);
    resolve::Active active{std::move(name), resolve::Source::cli, {}, {}, {}, std::nullopt};
    co_return active;
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

}  // namespace

task::awaitable<bool> succeed_with(Context& context, proxy::ToolRequest request) {
    const std::string tool = request.command.front();
    proxy::PinRequest wanted{request.toolchain, tool, std::nullopt, false};
    // `rustup run` begins afresh, whatever it runs.
    const bool member = request.source && proxy::obeys_session(tool);
    if (member) wanted.session = proxy::find_session(request.environment);
    std::optional<Pinned> pinned = co_await pin(context, std::move(wanted));
    if (!pinned) co_return false;
    auto found = proxy::find_tool(context.place(), request, std::move(*pinned));
    if (!found) throw missing_tool_error(context.place(), request.toolchain, tool);
    for (const proxy::Fallback& fallback : found->fallbacks) {
        context.log().info(
            fmt::format("`{}` is unavailable for the active toolchain", fallback.tool));
        context.log().info(fmt::format("falling back to \"{}\"", fallback.program));
    }
    context.successor = std::move(found->call);
    co_return true;
}

task::awaitable<int> run_proxy(Context& context, std::string tool, std::vector<std::string> words) {
    const proxy::ToolCommand command = proxy::parse_tool_command(tool, words);
    // Again where somebody uninstalled it meanwhile.
    for (bool done = false; !done;) {
        const resolve::Active active = co_await require(context, command.plus_toolchain);
        proxy::ToolRequest request{active.name, command.command, active.source,
                                   context.environment()};
        done = co_await succeed_with(context, std::move(request));
    }
    co_return 0;
}

}  // namespace latchkey::cli

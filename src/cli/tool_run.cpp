#include "tool_run.hpp"

#include <fmt/format.h>

#include "active_toolchain.hpp"
#include "latchkey/proxy/decision.hpp"
#include "latchkey/resolve/readiness.hpp"
#include "latchkey/resolve/toolchain_lock.hpp"
#include "tool_errors.hpp"

namespace latchkey::cli {
namespace {

using proxy::ToolNeed;

/// `pinned` is the toolchain, which has no such tool.
void succeed_with_stand_in(Context& context, const proxy::ToolRequest& request,
                           proxy::Pinned pinned) {
    auto found = proxy::find_stand_in(context.site(), request, pinned);
    if (!found) {
        throw missing_tool_error(context.site(), request.toolchain, pinned,
                                 request.command.front());
    }
    if (found->fallback) {
        context.log().info(
            fmt::format("`{}` is unavailable for the active toolchain", found->fallback->tool));
        context.log().info(fmt::format("falling back to \"{}\"", found->fallback->program));
    }
    context.successor = std::move(found->call);
}

task::awaitable<lock::LockSet> wait_for(Context& context, lock::Key range,
                                        resolve::Name toolchain) {
    lock::LockSet held = co_await context.acquire(
        std::move(range), lock::Mode::shared, "a range that " + resolve::str(toolchain) + " needs");
    co_return held;
}

}  // namespace

task::awaitable<void> succeed_with(Context& context, proxy::ToolRequest request,
                                   ProvideToolchain provide) {
    // What was refused, waited for and then held: so it cannot be refused again.
    std::vector<lock::LockSet> waited;
    for (;;) {
        proxy::ToolDecision decision = proxy::decide(context.site(), request);
        if (auto* call = std::get_if<proxy::ToolCall>(&decision)) {
            context.successor = std::move(*call);
            co_return;
        }
        auto& need = std::get<ToolNeed>(decision);
        switch (need.kind) {
            case ToolNeed::Kind::toolchain:
                waited.clear();
                co_await provide();
                break;
            case ToolNeed::Kind::contents:
                waited.clear();
                co_await provide();
                // What cannot be had was left out.
                request.components.clear();
                request.targets.clear();
                break;
            case ToolNeed::Kind::verification:
                co_await context.engine().verify(resolve::str(request.toolchain));
                request.verified = true;
                break;
            case ToolNeed::Kind::range: {
                lock::LockSet range = co_await wait_for(context, *need.range, request.toolchain);
                waited.push_back(std::move(range));
                break;
            }
            case ToolNeed::Kind::tool:
                succeed_with_stand_in(context, request, std::move(*need.pinned));
                co_return;
        }
    }
}

task::awaitable<int> run_proxy(Context& context, std::vector<std::string> command) {
    const resolve::Active active = load_active(context);
    resolve::require_listed(context.site(), active);
    auto provide = [&context, &active] {
        const bool named = active.source == resolve::Source::cli;
        return named ? require_named(context, active.name) : make_ready(context, active);
    };
    if (resolve::is_locked(context.site(), active)) co_await make_ready(context, active);
    proxy::ToolRequest request =
        proxy::request_of(active, std::move(command), context.environment());
    co_await succeed_with(context, std::move(request), provide);
    co_return 0;
}

}  // namespace latchkey::cli

#include "latchkey/proxy/decision.hpp"

#include "latchkey/base/error.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/resolve/readiness.hpp"

namespace latchkey::proxy {
namespace {

using Kind = ToolNeed::Kind;

ToolNeed need_of(const NotPinned& not_pinned) {
    switch (not_pinned.why) {
        case NotPinned::Why::absent:
            return {Kind::toolchain, std::nullopt, std::nullopt};
        case NotPinned::Why::unverified:
            return {Kind::verification, std::nullopt, std::nullopt};
        case NotPinned::Why::refused:
            break;
    }
    return {Kind::range, not_pinned.key, std::nullopt};
}

/// A link or a path of the user's may lead nowhere.
bool leads_nowhere(const Pinned& pinned) {
    return !pinned.session && !platform::is_directory(pinned.directory);
}

ToolDecision decide_pinned(const resolve::Site& site, const ToolRequest& request, Pinned pinned) {
    if (auto call = find_own_tool(site, request, pinned)) return std::move(*call);
    return ToolNeed{Kind::tool, std::nullopt, std::move(pinned)};
}

}  // namespace

ToolDecision decide(const resolve::Site& site, const ToolRequest& request) {
    const store::Home home(site.variables.rustup_home);
    PinRequest wanted{request.toolchain, request.command.front(), std::nullopt, request.verified};
    // `rustup run` begins afresh, whatever it runs.
    if (request.source) wanted.session = find_session(request.environment);
    if (auto member = try_pin_session(home, wanted)) {
        return decide_pinned(site, request, std::move(*member));
    }
    auto result = try_pin(home, wanted);
    if (const auto* not_pinned = std::get_if<NotPinned>(&result)) return need_of(*not_pinned);
    Pinned& pinned = std::get<Pinned>(result);
    if (leads_nowhere(pinned)) return ToolNeed{Kind::toolchain, std::nullopt, std::nullopt};
    if (resolve::check_listed(site, request.toolchain, request.components, request.targets,
                              pinned.directory) != resolve::Readiness::ready) {
        return ToolNeed{Kind::contents, std::nullopt, std::nullopt};
    }
    return decide_pinned(site, request, std::move(pinned));
}

}  // namespace latchkey::proxy

#include "latchkey/proxy/tool_call.hpp"

#include <cerrno>
#include <string_view>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/dist/tools.hpp"
#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/own_program.hpp"
#include "latchkey/platform/process.hpp"
#include "latchkey/platform/standard_streams.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/proxy/called_name.hpp"
#include "latchkey/proxy/tool_environment.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::proxy {
namespace {

/// cargo tells its children where it is by CARGO. Where that is a link to rustup, they would start
/// a proxy, perhaps of another toolchain.
void correct_cargo(platform::Environment& environment, const std::string& program) {
    const auto told = environment.find("CARGO");
    const auto target = told ? platform::find_link(*told) : std::nullopt;
    if (!target) return;
    const std::string file = target->substr(target->rfind('/') + 1);
    const std::string base = file.substr(0, file.rfind('.'));
    if (base != "rustup" && base != "latchkey" && base != "latchkey-proxy") return;
    if (const auto real = platform::find_canonical(program)) environment.set("CARGO", *real);
}

bool is_executable(const platform::FileStatus& status) {
    return status.kind == platform::FileKind::regular && (status.permissions & 0111) != 0;
}

/// As execvp(3) looks: what may not be executed is taken only where there is nothing better.
std::optional<std::string> find_on_path(const std::string& name,
                                        const platform::Environment& environment) {
    std::optional<std::string> forbidden;
    for (const std::string& path : environment.paths_of(name)) {
        const auto status = platform::find_target_status(path);
        if (!status || status->kind != platform::FileKind::regular) continue;
        if (is_executable(*status)) return path;
        if (!forbidden) forbidden = path;
    }
    return forbidden;
}

std::optional<std::string> find_foreign(const std::string& name,
                                        const platform::Environment& environment) {
    for (const std::string& path : environment.paths_of(name)) {
        const auto status = platform::find_target_status(path);
        if (status && is_executable(*status) && !platform::is_own_program(path)) return path;
    }
    return std::nullopt;
}

/// A program that stands in for the one asked for.
struct Substitute {
    std::string program;
    std::string shown;
    std::optional<lock::LockSet> ranges;
};

/// A linked toolchain without cargo borrows an official one's.
std::optional<Substitute> find_borrowed_cargo(const resolve::Site& site) {
    const store::Home home(site.variables.rustup_home);
    for (const char* channel : {"nightly", "beta", "stable"}) {
        const resolve::Name name = dist::parse_official_name(channel).resolve(site.host);
        if (!resolve::is_installed(home.layout(), name)) continue;
        auto pinned = try_pin(home, {name, "cargo", std::nullopt, true});
        if (const auto* not_pinned = std::get_if<NotPinned>(&pinned)) {
            if (not_pinned->why == NotPinned::Why::absent) continue;
            throw Error(Errc::busy, "toolchain '" + resolve::str(name) + "' is being changed");
        }
        auto& lender = std::get<Pinned>(pinned);
        return Substitute{lender.directory + "/bin/cargo",
                          resolve::toolchain_path(home.layout(), name) + "/bin/cargo",
                          std::move(lender.ranges)};
    }
    return std::nullopt;
}

std::optional<Substitute> find_substitute(const resolve::Site& site, const ToolRequest& request) {
    const std::string& tool = request.command.front();
    if (tool == "cargo" && resolve::official(request.toolchain) == nullptr) {
        return find_borrowed_cargo(site);
    }
    if (tool != "rust-analyzer") return std::nullopt;
    const auto path = find_foreign(tool, request.environment);
    if (!path) return std::nullopt;
    return Substitute{*path, *path, std::nullopt};
}

/// The call, whatever its program will be. Lets the tool hold what was pinned for it.
ToolCall begin_call(const resolve::Site& site, const ToolRequest& request, Pinned& pinned) {
    ToolCall call;
    call.name = request.command.front();
    call.arguments = request.command;
    call.environment =
        tool_environment(site, request.toolchain, request.source, pinned, request.environment);
    if (pinned.ranges) call.ranges.push_back(std::move(*pinned.ranges));
    // What `rustup run` runs may start anything.
    const dist::Tool* tool = dist::find_tool_named(call.name);
    const bool begins_session = tool != nullptr && tool->begins_session;
    if (pinned.session && (begins_session || !request.source)) {
        Session session = *pinned.session;
        session.whole = session.whole || !request.source;
        set_session(call.environment, session);
    }
    return call;
}

/// Does PATH lead from a tool's name to a proxy, which would come to the same end?
bool leads_back(const ToolCall& call) {
    if (dist::find_tool_named(call.name) == nullptr) return false;
    const auto path = find_on_path(call.name, call.environment);
    return path && platform::is_own_program(*path);
}

/// Where the tool's component was not listed when its directory was pinned: is the program whole,
/// and nobody's but the user's? One that was listed since is held by then.
bool is_whole(const resolve::Site& site, const std::string& tool, const std::string& program,
              Pinned& pinned) {
    if (pinned.has_tool || !pinned.session || !pinned.ranges) return true;
    const store::Place& at = pinned.session->place;
    const store::Home home(site.variables.rustup_home);
    const auto find = [&]() -> std::optional<store::StateComponent> {
        const auto state = store::find_state(home, at.toolchain);
        if (!state || state->word != pinned.session->mark) return std::nullopt;
        for (const store::StateComponent& each : state->components) {
            if (dist::provides(each.component.pkg, tool)) return each;
        }
        return std::nullopt;
    };
    const auto component = find();
    if (!component) return platform::is_file(program);
    if (component->standing != store::Standing::listed) return false;
    const auto key = lock::Key::use(at.name(), component->component.full_name());
    if (!pinned.ranges->try_add(key, lock::Mode::shared)) return false;
    const auto now = find();
    return now && now->standing == store::Standing::listed;
}

}  // namespace

ToolRequest request_of(const resolve::Active& active, std::vector<std::string> command,
                       platform::Environment environment) {
    ToolRequest request{active.name, std::move(command), active.source, std::move(environment)};
    if (active.wanted) return request;  // A deputy has it all: require_listed().
    request.components = active.components;
    request.targets = active.targets;
    return request;
}

std::string tool_path(const std::string& toolchain_directory, const std::string& name) {
    return name.starts_with('/') ? name : toolchain_directory + "/bin/" + name;
}

std::optional<ToolCall> find_own_tool(const resolve::Site& site, const ToolRequest& request,
                                      Pinned& pinned) {
    const std::string program = tool_path(pinned.directory, request.command.front());
    if (!platform::is_file(program)) return std::nullopt;
    if (!is_whole(site, request.command.front(), program, pinned)) return std::nullopt;
    ToolCall call = begin_call(site, request, pinned);
    if (call.name == "cargo") correct_cargo(call.environment, program);
    call.program = program;
    call.arguments.front() = program;
    return call;
}

std::optional<StandIn> find_stand_in(const resolve::Site& site, const ToolRequest& request,
                                     Pinned& pinned) {
    StandIn found;
    found.call = begin_call(site, request, pinned);
    if (auto substitute = find_substitute(site, request)) {
        found.fallback = Fallback{found.call.name, std::move(substitute->shown)};
        if (substitute->ranges) found.call.ranges.push_back(std::move(*substitute->ranges));
        found.call.program = std::move(substitute->program);
        found.call.arguments.front() = found.call.program;
        return found;
    }
    if (site.variables.recursion_count >= kMostRecursions || leads_back(found.call)) {
        if (pinned.ranges) *pinned.ranges = std::move(found.call.ranges.front());
        return std::nullopt;
    }
    found.call.program = found.call.name;  // become() asks PATH.
    return found;
}

void become(const ToolCall& call) {
    std::vector<platform::Fd> kept;
    try {
        std::string program = call.program;
        if (program.find('/') == std::string::npos) {
            const auto found = find_on_path(program, call.environment);
            if (!found) throw Error(Errc::not_found, platform::os_cause(ENOENT));
            program = *found;
        }
        for (const lock::LockSet& set : call.ranges) {
            if (set.descriptor() >= 0) kept.push_back(platform::copy_over_exec(set.descriptor()));
        }
        platform::restore_signals();
        platform::execute(program, call.arguments, call.environment);
    } catch (const Error& e) {
        throw e.cause().in("command failed: '" + call.name + "'");
    }
}

}  // namespace latchkey::proxy

#include "tool_call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "latchkey/base/text.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/process.hpp"
#include "latchkey/platform/standard_streams.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/resolve/installed.hpp"
#include "tools.hpp"

namespace latchkey::cli {
namespace {

/// From here on PATH has led back to ourselves often enough.
constexpr unsigned kMostRecursions = 19;

std::string below(const std::string& directory, const std::string& name) {
    return name.starts_with('/') ? name : directory + "/" + name;
}

/// `entry` in front, unless it is in the list already or cannot be written in one.
void put_in_front(platform::Environment& environment, const std::string& name,
                  const std::string& entry) {
    if (entry.find(':') != std::string::npos) return;
    const auto old = environment.find(name);
    if (!old) {
        environment.set(name, entry);
        return;
    }
    const auto parts = split(*old, ':');
    if (std::find(parts.begin(), parts.end(), entry) != parts.end()) return;
    environment.set(name, entry + ":" + *old);
}

/// cargo tells its children where it is by CARGO. Where that is a link to rustup, they would start
/// a proxy, perhaps of another toolchain.
void correct_cargo(platform::Environment& environment, const std::string& program) {
    const auto told = environment.find("CARGO");
    const auto target = told ? platform::find_link(*told) : std::nullopt;
    if (!target) return;
    const std::string base = target->substr(target->rfind('/') + 1);
    if (base.substr(0, base.rfind('.')) != "rustup") return;
    if (const auto real = platform::find_canonical(program)) environment.set("CARGO", *real);
}

platform::Environment tool_environment(const resolve::Place& place, const std::string& toolchain,
                                       const std::string& directory,
                                       platform::Environment environment) {
    environment.set("RUSTUP_TOOLCHAIN", toolchain);
    environment.set("RUSTUP_HOME", place.variables.rustup_home);
    environment.set("CARGO_HOME", place.variables.cargo_home);
    environment.set("RUST_RECURSION_COUNT", std::to_string(place.variables.recursion_count + 1));
    put_in_front(environment, "LD_LIBRARY_PATH", directory + "/lib");
    put_in_front(environment, "PATH", place.variables.cargo_home + "/bin");
    return environment;
}

bool is_executable(const platform::FileStatus& status) {
    return status.kind == platform::FileKind::regular && (status.permissions & 0111) != 0;
}

bool is_own_program(const platform::FileStatus& status) {
    const auto own = platform::find_target_status(platform::load_own_path());
    return own && own->device == status.device && own->inode == status.inode;
}

/// As execvp(3) looks: what may not be executed is taken only where there is nothing better.
std::optional<std::string> find_on_path(const std::string& name,
                                        const platform::Environment& environment,
                                        bool skip_own_program) {
    std::optional<std::string> forbidden;
    const std::string folders = environment.find("PATH").value_or("");
    for (const std::string_view part : split(folders, ':')) {
        const std::string path = part.empty() ? name : std::string(part) + "/" + name;
        const auto status = platform::find_target_status(path);
        if (!status || status->kind != platform::FileKind::regular) continue;
        if (skip_own_program && is_own_program(*status)) continue;
        if (is_executable(*status)) return path;
        if (!forbidden) forbidden = path;
    }
    return skip_own_program ? std::nullopt : forbidden;
}

/// A linked toolchain without cargo borrows an official one's.
std::optional<std::string> find_borrowed_cargo(const resolve::Place& place) {
    for (const char* channel : {"nightly", "beta", "stable"}) {
        const resolve::Name name = dist::parse_official_name(channel).resolve(place.host);
        const std::string& home = place.variables.rustup_home;
        if (!resolve::is_installed(home, name)) continue;
        return resolve::toolchain_path(home, name) + "/bin/cargo";
    }
    return std::nullopt;
}

std::optional<std::string> find_fallback(const resolve::Place& place,
                                         const resolve::Name& toolchain, const std::string& tool,
                                         const platform::Environment& environment) {
    if (tool == "cargo" && resolve::official(toolchain) == nullptr) {
        return find_borrowed_cargo(place);
    }
    if (tool == "rust-analyzer") return find_on_path(tool, environment, true);
    return std::nullopt;
}

}  // namespace

FoundTool find_tool(const resolve::Place& place, const resolve::Name& toolchain,
                    const std::vector<std::string>& command,
                    const platform::Environment& environment) {
    const std::string& tool = command.front();
    const std::string directory = resolve::toolchain_path(place.variables.rustup_home, toolchain);
    FoundTool found;
    found.call.name = tool;
    found.call.program = below(directory + "/bin", tool);
    found.call.environment =
        tool_environment(place, resolve::str(toolchain), directory, environment);
    if (platform::is_file(found.call.program)) {
        if (tool == "cargo") correct_cargo(found.call.environment, found.call.program);
    } else if (const auto other = find_fallback(place, toolchain, tool, environment)) {
        found.fallbacks.push_back({tool, *other});
        found.call.program = *other;
    } else if (place.variables.recursion_count > kMostRecursions) {
        throw missing_tool_error(place, toolchain, tool);
    } else {
        found.call.program = tool;  // become() asks PATH.
    }
    found.call.arguments = command;
    found.call.arguments.front() = found.call.program;
    return found;
}

void become(const ToolCall& call) {
    try {
        std::string program = call.program;
        if (program.find('/') == std::string::npos) {
            const auto found = find_on_path(program, call.environment, false);
            if (!found) throw Error(Errc::not_found, platform::os_cause(ENOENT));
            program = *found;
        }
        platform::restore_broken_pipe();
        platform::execute(program, call.arguments, call.environment);
    } catch (const Error& e) {
        throw Error(e.code(), e.chain().back()).in(fmt::format("command failed: '{}'", call.name));
    }
}

}  // namespace latchkey::cli

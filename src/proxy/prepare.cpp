#include "latchkey/proxy/prepare.hpp"

#include "full_program.hpp"
#include "latchkey/base/file_error.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/config/change_variables.hpp"
#include "latchkey/config/variables.hpp"
#include "latchkey/dist/tools.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/proxy/bin_links.hpp"
#include "latchkey/proxy/called_name.hpp"
#include "latchkey/proxy/decision.hpp"
#include "latchkey/resolve/readiness.hpp"
#include "latchkey/resolve/toolchain_lock.hpp"

namespace latchkey::proxy {
namespace {

std::optional<resolve::Active> find_active(const resolve::Site& site, const ToolCommand& command) {
    bool odd = false;
    resolve::Request request;
    request.plus_toolchain = command.plus_toolchain;
    request.warn = [&odd](const std::string&) { odd = true; };
    auto active = resolve::find_active(site, request);
    return odd ? std::nullopt : active;
}

std::optional<ToolCall> find_call(const Start& start) {
    (void)config::parse_io_threads(start.environment);
    // Who asks what is going on is told by the program that has a log, if there is one.
    if (start.environment.find("RUSTUP_LOG") && find_full_program(start.environment)) {
        return std::nullopt;
    }
    const std::string tool = called_name(start.environment, start.words);
    if (dist::find_tool_named(tool) == nullptr) return std::nullopt;
    const std::string directory = platform::load_working_directory();
    auto variables = config::load_variables(start.environment, directory);
    if (variables.recursion_count > kMostRecursions) return std::nullopt;
    if (has_lost_names(variables.cargo_home, tool) && find_full_program(start.environment)) {
        return std::nullopt;
    }
    remove_leftover(variables.cargo_home);
    const resolve::Site site = resolve::load_site(std::move(variables), directory);
    ToolCommand command = parse_tool_command(tool, start.words);
    const auto active = find_active(site, command);
    if (!active) return std::nullopt;
    if (resolve::is_locked(site, *active)) return std::nullopt;  // To be looked at first.
    resolve::require_listed(site, *active);
    auto decision =
        decide(site, request_of(*active, std::move(command.command), start.environment));
    auto* call = std::get_if<ToolCall>(&decision);
    return call == nullptr ? std::nullopt : std::optional(std::move(*call));
}

}  // namespace

ToolCommand parse_tool_command(const std::string& tool, const std::vector<std::string>& words) {
    ToolCommand command;
    command.command = words;
    if (command.command.empty()) command.command.emplace_back();
    command.command.front() = tool;
    if (words.size() > 1 && words[1].starts_with('+')) {
        command.plus_toolchain = shown_as_utf8(std::string_view(words[1]).substr(1));
        command.command.erase(command.command.begin() + 1);
    }
    return command;
}

void remove_leftover(const std::string& cargo_home) {
    const std::string path = cargo_home + "/bin/rustup-init";
    if (!platform::find_status(path)) return;
    try {
        platform::remove_file(path);
    } catch (const Error& e) {
        throw file_error(e, "remove 'setup' file", path);
    }
}

std::optional<ToolCall> prepare(const Start& start) {
    try {
        return find_call(start);
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace latchkey::proxy

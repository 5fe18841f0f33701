#include "latchkey/resolve/alias.hpp"

#include <fmt/format.h>

#include "latchkey/base/printable.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/resolve/name.hpp"

namespace latchkey::resolve {
namespace {

[[noreturn]] void refuse_alias(std::string text) {
    throw Error(Errc::usage, std::move(text));
}

void check_alias_name(const dist::HomeLayout& home, const std::string& alias) {
    if (dist::PartialToolchainName::parse(alias)) {
        refuse_alias(fmt::format(
            "invalid alias '{}': it is the name of a channel; choose another, such as 'my-{}'",
            alias, alias));
    }
    const bool leads = alias.starts_with('+') || alias.starts_with('-');
    const auto name = leads ? std::nullopt : dist::CustomName::parse(alias);
    if (!name || printable_line(alias) != alias) {
        refuse_alias(fmt::format(
            "invalid alias '{}': an alias is a word without slashes, such as 'msrv', and not "
            "'none'",
            printable_line(alias)));
    }
    if (!is_listed(home, *name)) return;
    refuse_alias(fmt::format(
        "'{0}' is an installed toolchain; choose another alias, or run `rustup toolchain "
        "uninstall {0}` first",
        alias));
}

}  // namespace

void set_alias(config::Settings& settings, const dist::HomeLayout& home, const std::string& alias,
               const std::string& toolchain) {
    check_alias_name(home, alias);
    const dist::ResolvableName written = dist::parse_resolvable_name(toolchain);
    const std::string target = dist::str(written);
    if (target == alias) refuse_alias(fmt::format("alias '{}' would stand for itself", alias));
    if (settings.aliases.contains(target)) {
        refuse_alias(fmt::format("'{}' is itself an alias, of '{}'; name that toolchain", target,
                                 settings.real_name(target)));
    }
    for (const auto& [other, real] : settings.aliases) {
        if (real != alias) continue;
        refuse_alias(fmt::format("alias '{}' stands for '{}', which so cannot be an alias itself",
                                 other, alias));
    }
    const auto* custom = std::get_if<dist::CustomName>(&written);
    if (custom != nullptr && !is_listed(home, *custom)) {
        throw Error(Errc::not_found,
                    fmt::format("toolchain '{}' is neither official nor installed", target));
    }
    settings.aliases[alias] = target;
}

void remove_alias(config::Settings& settings, const std::string& alias) {
    if (settings.aliases.erase(alias) > 0) return;
    throw Error(Errc::not_found,
                fmt::format("no alias '{}'; `rustup toolchain alias` lists those there are",
                            printable_line(alias)));
}

Error alias_in_use_error(const std::string& alias, const std::string& toolchain) {
    return Error(Errc::usage,
                 fmt::format("'{0}' is an alias of '{1}'; choose another name, or run `rustup "
                             "toolchain alias --remove {0}` first",
                             alias, toolchain));
}

}  // namespace latchkey::resolve

#include "name_faults.hpp"

#include "latchkey/base/error.hpp"
#include "latchkey/config/settings_file.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::cli {
namespace {

void check_local_name(const std::string& text) {
    const dist::LocalName name = dist::parse_local_name(text);
    const auto* path = std::get_if<dist::PathName>(&name);
    if (path == nullptr || platform::is_directory(path->path + "/bin")) return;
    throw Error(Errc::usage, dist::no_bin_text(path->path));
}

void check_name(args::ValueClass value_class, const std::string& text) {
    switch (value_class) {
        case args::ValueClass::official_toolchain:
            (void)dist::parse_official_name(text);
            return;
        case args::ValueClass::custom_toolchain:
            (void)dist::parse_custom_name(text);
            return;
        case args::ValueClass::resolvable_toolchain:
        case args::ValueClass::plus_toolchain:
            (void)dist::parse_resolvable_name(text);
            return;
        case args::ValueClass::resolvable_or_none:
            (void)dist::parse_resolvable_name_or_none(text);
            return;
        case args::ValueClass::official_or_none:
            (void)dist::parse_official_name_or_none(text);
            return;
        case args::ValueClass::local_toolchain:
            check_local_name(text);
            return;
        case args::ValueClass::text:
        case args::ValueClass::path:
            return;
    }
}

}  // namespace

std::optional<std::string> find_name_fault(args::ValueClass value_class, const std::string& text) {
    try {
        check_name(value_class, text);
        return std::nullopt;
    } catch (const Error& e) {
        return e.what();
    }
}

std::optional<std::string> find_alias(const dist::HomeLayout& home, const std::string& text) {
    if (!dist::CustomName::parse(text)) return std::nullopt;
    try {
        const auto settings = config::find_settings(home);
        if (!settings || !settings->aliases.contains(text)) return std::nullopt;
        return settings->real_name(text);
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace latchkey::cli

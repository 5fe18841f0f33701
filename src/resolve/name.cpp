#include "latchkey/resolve/name.hpp"

#include "latchkey/base/error.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/current.hpp"

namespace latchkey::resolve {
namespace {

struct ToText {
    std::string operator()(const dist::ToolchainName& name) const { return name.str(); }
    std::string operator()(const dist::CustomName& name) const { return name.str(); }
    std::string operator()(const dist::PathName& name) const { return name.path; }
};

dist::PathName require_bin(std::string path) {
    if (!platform::is_directory(path + "/bin")) {
        throw Error(Errc::not_found, dist::no_bin_text(path));
    }
    return {std::move(path)};
}

}  // namespace

std::string str(const Name& name) {
    return std::visit(ToText{}, name);
}

Name to_name(const dist::AnyName& name) {
    return std::visit([](const auto& kind) { return Name(kind); }, name);
}

const dist::ToolchainName* official(const Name& name) {
    return std::get_if<dist::ToolchainName>(&name);
}

Name resolve_name(const dist::LocalName& name, std::string_view host) {
    if (const auto* partial = std::get_if<dist::PartialToolchainName>(&name)) {
        return partial->resolve(host);
    }
    if (const auto* custom = std::get_if<dist::CustomName>(&name)) return *custom;
    return std::get<dist::PathName>(name);
}

Name load_local_name(std::string_view text, std::string_view host) {
    Name name = resolve_name(dist::parse_local_name(text), host);
    if (auto* path = std::get_if<dist::PathName>(&name)) return require_bin(std::move(path->path));
    return name;
}

dist::PathName load_path_name(const std::string& text) {
    const bool separated = text.find_first_of("/\\") != std::string::npos;
    if (!separated || dist::PartialToolchainName::parse(text)) {
        throw Error(Errc::usage, "invalid path toolchain '" + text + "'");
    }
    if (text.find_first_not_of('/') == std::string::npos) throw dist::invalid_name_error("/");
    if (!text.starts_with('/')) throw dist::relative_path_error(text);
    return require_bin(text);
}

std::string toolchain_path(const dist::HomeLayout& home, const Name& name) {
    if (const auto* path = std::get_if<dist::PathName>(&name)) return path->path;
    return store::current_directory(store::Home(home), str(name));
}

}  // namespace latchkey::resolve

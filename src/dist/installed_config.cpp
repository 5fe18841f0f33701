#include "latchkey/dist/installed_config.hpp"

#include <fmt/format.h>

#include "component_writer.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"
#include "toml_reader.hpp"

namespace latchkey::dist {
namespace {

InstalledConfig parse_toml(std::string_view text) {
    const TomlReader toml(text);
    const auto& root = toml.root();
    if (const auto& version = toml.string(root, "config_version"); version != "1") {
        toml.fail_value(root, "config_version",
                        fmt::format("unknown variant `{}`, expected `1`", version));
    }
    InstalledConfig config;
    const auto* list = toml.find_array(root, "components");
    if (!list) return config;
    for (const auto& node : *list) {
        const auto& entry = toml.as_table(node);
        Component component;
        component.pkg = toml.string(entry, "pkg");
        if (const auto& target = toml.string(entry, "target"); target != "*") {
            component.target = target;
        }
        component.is_extension = toml.find_boolean(entry, "is_extension");
        config.components.push_back(std::move(component));
    }
    return config;
}

/// A path that stays inside whatever it is joined to.
bool is_inside(std::string_view path) {
    if (path.find('\0') != std::string_view::npos || !is_utf8(path)) return false;
    for (const auto part : split(path, '/')) {
        if (part.empty() || part == "." || part == "..") return false;
    }
    return true;
}

}  // namespace

InstalledConfig parse_installed_config(std::string_view text, const std::string& shown_path) {
    try {
        return parse_toml(text);
    } catch (const Error& e) {
        throw e.in("error parsing config")
            .in(fmt::format("could not parse Config file: '{}'", shown_path));
    }
}

std::string serialise(const InstalledConfig& config) {
    std::string out = "config_version = \"1\"\n";
    if (config.components.empty()) out += "components = []\n";
    for (const auto& component : config.components) {
        out += "\n[[components]]\n";
        append_component(out, component);
    }
    return out;
}

std::vector<std::string> parse_installed_components(std::string_view text) {
    std::vector<std::string> names;
    for (const auto line : lines(text)) {
        if (!line.empty()) names.emplace_back(line);
    }
    return names;
}

std::string serialise_installed_components(std::span<const std::string> names) {
    std::string out;
    for (const auto& name : names) out += name + "\n";
    return out;
}

Error corrupt_payload_error(std::string_view component) {
    return {Errc::corrupt, fmt::format("component manifest for '{}' is corrupt", component)};
}

std::vector<PayloadLine> parse_payload_manifest(std::string_view text, std::string_view component) {
    std::vector<PayloadLine> payload;
    for (const auto line : lines(text)) {
        const auto colon = line.find(':');
        const auto kind = line.substr(0, colon);
        const auto path = colon == std::string_view::npos ? "" : line.substr(colon + 1);
        if ((kind != "file" && kind != "dir") || !is_inside(path)) {
            throw corrupt_payload_error(component);
        }
        payload.push_back(
            {kind == "file" ? PayloadLine::Kind::file : PayloadLine::Kind::dir, std::string(path)});
    }
    return payload;
}

std::string serialise_payload_manifest(std::span<const PayloadLine> payload) {
    std::string out;
    for (const auto& line : payload) {
        out += line.kind == PayloadLine::Kind::file ? "file:" : "dir:";
        out += line.path;
        out += '\n';
    }
    return out;
}

}  // namespace latchkey::dist

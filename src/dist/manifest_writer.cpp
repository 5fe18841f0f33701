#include <array>

#include "component_writer.hpp"
#include "latchkey/dist/manifest.hpp"
#include "latchkey/dist/toml_text.hpp"

namespace latchkey::dist {
namespace {

void append_string_line(std::string& out, std::string_view key, std::string_view value) {
    out += key;
    out += " = ";
    out += toml_string(value);
    out += '\n';
}

/// The names of the keys of a source; gz came first, and has none of its own.
std::string_view key_prefix(Encoding encoding) {
    switch (encoding) {
        case Encoding::xz:
            return "xz_";
        case Encoding::gz:
            return "";
        case Encoding::zst:
            break;
    }
    return "zst_";
}

/// The components that are extensions, or those that are not. None: one line, which must come
/// before any table of the other list.
void append_list(std::string& out, const PackageTarget& target, bool extensions,
                 std::string_view header, bool as_line) {
    const std::string_view key = extensions ? "extensions" : "components";
    bool any = false;
    for (const auto& component : target.components) {
        if (component.is_extension != extensions) continue;
        any = true;
        if (as_line) break;
        out += '\n';
        out += "[[";
        out += header;
        out += '.';
        out += key;
        out += "]]\n";
        append_component(out, component);
    }
    if (!any && as_line) {
        out += key;
        out += " = []\n";
    }
}

void append_target(std::string& out, std::string_view header, const PackageTarget& target) {
    out += "\n[";
    out += header;
    out += target.available ? "]\navailable = true\n" : "]\navailable = false\n";
    for (const auto encoding : {Encoding::gz, Encoding::xz, Encoding::zst}) {
        for (const auto& source : target.sources) {
            if (source.encoding != encoding) continue;
            const std::string prefix(key_prefix(encoding));
            append_string_line(out, prefix + "url", source.url);
            append_string_line(out, prefix + "hash", source.hash);
        }
    }
    for (const bool as_line : {true, false}) {
        append_list(out, target, false, header, as_line);
        append_list(out, target, true, header, as_line);
    }
}

void append_package(std::string& out, std::string_view name, const Package& package) {
    std::string header = "pkg.";
    header += toml_key(name);
    out += "\n[" + header + "]\n";
    append_string_line(out, "version", package.version);
    header += ".target";
    if (package.targets.empty()) out += "\n[" + header + "]\n";
    for (const auto& [tuple, target] : package.targets) {
        std::string target_header = header + ".";
        target_header += toml_key(tuple);
        append_target(out, target_header, target);
    }
}

}  // namespace

std::string serialise(const Manifest& manifest) {
    std::string out;
    out.reserve(1 << 20);
    append_string_line(out, "manifest-version", "2");
    append_string_line(out, "date", manifest.date);
    for (const auto& [name, package] : manifest.packages) append_package(out, name, package);
    for (const auto& [from, to] : manifest.renames) {
        out += "\n[renames.";
        out += toml_key(from);
        out += "]\n";
        append_string_line(out, "to", to);
    }
    out += "\n[profiles]\n";
    for (const auto& [profile, names] : manifest.profiles) {
        out += str(profile);
        out += " = [";
        std::string_view separator;
        for (const auto& name : names) {
            out += separator;
            out += toml_string(name);
            separator = ", ";
        }
        out += "]\n";
    }
    return out;
}

}  // namespace latchkey::dist

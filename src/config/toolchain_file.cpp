#include "latchkey/config/toolchain_file.hpp"

#include "document.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"

namespace latchkey::config {
namespace {

constexpr std::string_view kEmptyText =
    "empty toolchain override file detected. Please remove it, or else specify the desired "
    "toolchain properties in the file";

std::string join_path(const std::string& directory, std::string_view name) {
    std::string path = directory;
    if (!path.ends_with('/')) path += '/';
    return path.append(name);
}

std::optional<std::string> find_readable_text(const std::string& path) {
    try {
        auto text = platform::find_file_text(path);
        if (text && !is_utf8(*text)) return std::nullopt;
        return text;
    } catch (const Error&) {
        return std::nullopt;  // A directory, or no right to read: rustup walks on.
    }
}

ToolchainFile parse_legacy(std::string_view line) {
    const std::string_view name = trim(line);
    if (name.empty()) throw Error(Errc::usage, std::string(kEmptyText));
    ToolchainFile file;
    (name.starts_with('/') ? file.toolchain_path : file.channel) = std::string(name);
    return file;
}

ToolchainFile parse_toml(std::string_view text) {
    ToolchainFile file;
    try {
        const Section root = Document::parse(text);
        const auto toolchain = root.find_section("toolchain", "struct ToolchainSection");
        if (!toolchain) throw root.missing_field("toolchain");
        file.channel = toolchain->find_string("channel");
        file.toolchain_path = toolchain->find_string("path");
        file.components = toolchain->find_strings("components");
        file.targets = toolchain->find_strings("targets");
        file.profile = toolchain->find_string("profile");
    } catch (const Error& e) {
        throw e.in("error parsing override file");
    }
    if (!file.channel && !file.toolchain_path && !file.components && !file.targets) {
        throw Error(Errc::usage, "missing toolchain properties in toolchain override file");
    }
    return file;
}

ToolchainFile parse_text(const FoundToolchainFile& found) {
    const std::size_t line_count = lines(found.text).size();
    if (line_count == 0) throw Error(Errc::usage, std::string(kEmptyText));
    const bool legacy = found.may_be_legacy && line_count == 1;
    return legacy ? parse_legacy(found.text) : parse_toml(found.text);
}

}  // namespace

std::optional<std::string> FoundToolchainFile::warning() const {
    if (!ignored) return std::nullopt;
    const std::string used = platform::find_canonical(path).value_or(path);
    const std::string unused = platform::find_canonical(*ignored).value_or(*ignored);
    return "both " + used + " and " + unused + " exist; using contents of " + used;
}

std::optional<FoundToolchainFile> find_toolchain_file(const std::string& directory) {
    const std::string plain_path = join_path(directory, "rust-toolchain");
    const std::string toml_path = join_path(directory, "rust-toolchain.toml");
    auto plain = find_readable_text(plain_path);
    auto toml = find_readable_text(toml_path);
    if (plain) {
        return FoundToolchainFile{plain_path, std::move(*plain), true,
                                  toml ? std::optional(toml_path) : std::nullopt};
    }
    if (toml) return FoundToolchainFile{toml_path, std::move(*toml), false, std::nullopt};
    return std::nullopt;
}

ToolchainFile parse_toolchain_file(const FoundToolchainFile& found) {
    try {
        ToolchainFile file = parse_text(found);
        file.path = found.path;
        return file;
    } catch (const Error& e) {
        throw e.in("could not parse override file: '" + found.path + "'");
    }
}

}  // namespace latchkey::config

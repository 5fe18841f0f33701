#include "latchkey/config/toolchain_file.hpp"

#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/dist/toml_document.hpp"
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

constexpr std::string_view kMark = "\xEF\xBB\xBF";  // Of byte order: RFC 3629.

/// UTF-16 of ASCII has a zero in each pair of bytes.
bool is_utf16(std::string_view bytes) {
    return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF") ||
           bytes.find('\0') != std::string_view::npos;
}

using Warn = std::function<void(const std::string&)>;

struct Readable {
    std::string text;
    std::uint32_t owner;
};

std::optional<Readable> find_readable(const std::string& path, const Warn& warn) {
    std::optional<std::string> text;
    std::uint32_t owner = 0;
    try {
        const auto file = platform::find_file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
        if (!file) return std::nullopt;
        const platform::FileStatus status = platform::load_status(*file, path);
        if (status.kind != platform::FileKind::regular) return std::nullopt;
        owner = status.user;
        text = platform::load_rest(*file, path);
    } catch (const Error&) {
        return std::nullopt;  // No right to read: rustup walks on.
    }
    if (is_utf16(*text) || !is_utf8(*text)) {
        if (warn) {
            warn("ignoring '" + path + "', which is " + (is_utf16(*text) ? "UTF-16" : "not UTF-8") +
                 ": save it as UTF-8");
        }
        return std::nullopt;
    }
    if (text->starts_with(kMark)) text->erase(0, kMark.size());
    return Readable{std::move(*text), owner};
}

std::optional<std::uint32_t> find_link_owner(const std::string& path) {
    const auto status = platform::find_status(path);
    if (!status || status->kind != platform::FileKind::symlink) return std::nullopt;
    return status->user;
}

FoundToolchainFile found_at(const std::string& path, Readable readable) {
    FoundToolchainFile found;
    found.path = path;
    found.text = std::move(readable.text);
    found.owner = readable.owner;
    found.link_owner = find_link_owner(path);
    return found;
}

ToolchainFile parse_legacy(std::string_view line) {
    const std::string_view name = trim_utf8(line);
    if (name.empty()) throw Error(Errc::usage, std::string(kEmptyText));
    ToolchainFile file;
    (name.starts_with('/') ? file.toolchain_path : file.channel) = std::string(name);
    return file;
}

ToolchainFile parse_toml(std::string_view text) {
    ToolchainFile file;
    try {
        const dist::TomlSection root = dist::parse_toml_document(text, Errc::usage);
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

std::optional<FoundToolchainFile> find_toolchain_file(const std::string& directory,
                                                      const Warn& warn) {
    const std::string plain_path = join_path(directory, "rust-toolchain");
    const std::string toml_path = join_path(directory, "rust-toolchain.toml");
    auto plain = find_readable(plain_path, warn);
    auto toml = find_readable(toml_path, warn);
    if (plain) {
        FoundToolchainFile found = found_at(plain_path, std::move(*plain));
        found.may_be_legacy = true;
        if (toml) found.ignored = toml_path;
        return found;
    }
    if (toml) return found_at(toml_path, std::move(*toml));
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

#include "latchkey/setup/release.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>

#include "latchkey/base/error.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/toml_document.hpp"

namespace latchkey::setup {
namespace {

constexpr std::string_view kOwnMark = "(latchkey ";
constexpr std::string_view kOwnProgram = "latchkey";

constexpr std::array<std::string_view, 1> kSchemas{"1"};

bool is_version_digit(char letter) {
    return std::isdigit(static_cast<unsigned char>(letter)) != 0 || letter == '.';
}

/// "1.29.0" of "rustup-init 1.29.0 (28d1352db 2026-03-05)".
std::string first_version(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::size_t end = at;
        while (end < text.size() && is_version_digit(text[end])) ++end;
        const std::string_view word = trim(text.substr(at, end - at));
        const auto parts = split(word, '.');
        if (parts.size() == 3 && !parts[0].empty() && !parts[1].empty() && !parts[2].empty()) {
            return std::string(word);
        }
        at = end;
    }
    return "(unknown)";
}

}  // namespace

std::string release_url(std::string_view root) {
    return fmt::format("{}/release-stable.toml", root);
}

std::string program_url(std::string_view root, std::string_view version, std::string_view target) {
    return fmt::format("{}/archive/{}/{}/rustup-init", root, version, target);
}

Release parse_release(std::string_view text) {
    try {
        const dist::TomlSection root = dist::parse_toml_document(text, Errc::corrupt);
        const auto schema = root.find_choice("schema-version", kSchemas);
        if (!schema) throw root.missing_field("schema-version");
        const auto version = root.find_string("version");
        if (!version) throw root.missing_field("version");
        return {printable_line(*version), root.has("program", kOwnProgram)};
    } catch (const Error& e) {
        throw e.in("unable to parse rustup release file");
    }
}

Digest parse_hash_file(std::string_view text, const std::string& url) {
    const auto digest = Digest::parse(text.substr(0, text.find_first_of(" \t\r\n")));
    if (!digest)
        throw Error(Errc::corrupt, fmt::format("no SHA-256 in '{}'", without_credentials(url)));
    return *digest;
}

std::string printed_version(std::string_view text) {
    const std::size_t mark = text.find(kOwnMark);
    if (mark == std::string_view::npos) return first_version(text);
    const std::string_view rest = text.substr(mark + kOwnMark.size());
    return std::string(rest.substr(0, rest.find_first_of(" )")));
}

}  // namespace latchkey::setup

#include "latchkey/setup/release.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <cctype>

#include "latchkey/base/error.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/toml_depth.hpp"
#include "latchkey/dist/toml_error.hpp"

namespace latchkey::setup {
namespace {

constexpr std::string_view kOwnMark = "(latchkey ";
constexpr std::string_view kOwnProgram = "latchkey";

[[noreturn]] void fail(std::string_view text, const toml::source_region& at,
                       std::string_view cause) {
    const std::size_t width = at.begin.line == at.end.line && at.end.column > at.begin.column
                                  ? at.end.column - at.begin.column
                                  : 1;
    throw Error(Errc::corrupt,
                dist::toml_error_text(text, at.begin.line, at.begin.column, cause, width))
        .in("unable to parse rustup release file");
}

toml::table parse_table(std::string_view text) {
    if (auto fault = dist::deep_key_text(text)) {
        throw Error(Errc::corrupt, std::move(*fault)).in("unable to parse rustup release file");
    }
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& e) {
        fail(text, toml::source_region{e.source().begin, e.source().begin, nullptr},
             e.description());
    }
}

std::string find_text(std::string_view text, const toml::table& table, const std::string& key) {
    const toml::node* const node = table.get(key);
    const toml::source_region start{{1, 1}, {1, 1}, nullptr};
    if (node == nullptr) fail(text, start, fmt::format("missing field `{}`", key));
    const auto* const value = node->as_string();
    if (value == nullptr) fail(text, node->source(), "invalid type, expected a string");
    return value->get();
}

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
    const toml::table table = parse_table(text);
    const std::string schema = find_text(text, table, "schema-version");
    if (schema != "1") {
        fail(text, table.get("schema-version")->source(),
             fmt::format("unknown variant `{}`, expected `1`", printable_line(schema)));
    }
    Release release;
    release.version = printable_line(find_text(text, table, "version"));
    release.ours = table["program"].value<std::string_view>() == kOwnProgram;
    return release;
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

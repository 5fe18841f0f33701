#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/base/error.hpp"

namespace latchkey::dist {

/// One table of a TOML document, which it keeps.
///
/// Every reader says what is wrong as rustup does: "TOML parse error at line L, column C", the
/// line, a mark, the cause.
class TomlSection {
public:
    [[nodiscard]] bool contains(std::string_view key) const;
    [[nodiscard]] std::vector<std::string> keys() const;

    /// False also for a value of another type.
    [[nodiscard]] bool has(std::string_view key, std::string_view value) const;

    [[nodiscard]] std::optional<std::string> find_string(std::string_view key) const;
    [[nodiscard]] std::optional<std::vector<std::string>> find_strings(std::string_view key) const;

    /// One of a few words.
    [[nodiscard]] std::optional<std::string> find_choice(
        std::string_view key, std::span<const std::string_view> choices) const;

    /// `wanted` is what the text for a wrong type calls the table: "a map".
    [[nodiscard]] std::optional<TomlSection> find_section(std::string_view key,
                                                          std::string_view wanted) const;

    /// The value as one line of TOML, tables inline. Refused if it nests so deep that it could not
    /// be read again.
    [[nodiscard]] std::string value_text(std::string_view key) const;

    /// For a key that must be there.
    [[nodiscard]] Error missing_field(std::string_view key) const;

    /// For a key that is there under two names, as rustup calls it. The mark is the first line's.
    [[nodiscard]] Error duplicate_field(std::string_view key) const;

private:
    friend TomlSection parse_toml_document(std::string_view text, Errc code);
    struct Table;
    explicit TomlSection(std::shared_ptr<const Table> table) : table_(std::move(table)) {}
    std::shared_ptr<const Table> table_;
};

/// The root of a TOML file. `code` is that of whatever is said of it and of its sections.
///
/// Throws: `code`, if it is not TOML.
TomlSection parse_toml_document(std::string_view text, Errc code);

}  // namespace latchkey::dist

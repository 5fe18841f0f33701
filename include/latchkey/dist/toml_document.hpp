#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/base/error.hpp"

namespace latchkey::dist {

/// One table of a TOML document. It keeps the document alive.
///
/// Every function that reads reports a fault in rustup's words: "TOML parse error at line L, column
/// C", the line, a mark, the cause.
class TomlSection {
public:
    [[nodiscard]] bool contains(std::string_view key) const;
    [[nodiscard]] std::vector<std::string> keys() const;

    /// Whether the key has this string as its value. False for a value of another type.
    [[nodiscard]] bool has(std::string_view key, std::string_view value) const;

    [[nodiscard]] std::optional<std::string> find_string(std::string_view key) const;
    [[nodiscard]] std::optional<std::vector<std::string>> find_strings(std::string_view key) const;

    [[nodiscard]] std::optional<std::int64_t> find_integer(std::string_view key) const;
    [[nodiscard]] std::optional<bool> find_boolean(std::string_view key) const;

    /// The value of a key that must be one of a few words.
    [[nodiscard]] std::optional<std::string> find_choice(
        std::string_view key, std::span<const std::string_view> choices) const;

    /// The table under a key. `wanted` is what the text about a wrong type calls it: "a map".
    [[nodiscard]] std::optional<TomlSection> find_section(std::string_view key,
                                                          std::string_view wanted) const;

    /// The tables of `[[key]]`, in the order of the file. Empty: there are none.
    [[nodiscard]] std::vector<TomlSection> find_sections(std::string_view key) const;

    /// The value as one line of TOML, with tables inline. An error if it nests so deep that it
    /// could not be read again.
    [[nodiscard]] std::string value_text(std::string_view key) const;

    /// The error for a key that is there with a value of no use. `cause` says why.
    [[nodiscard]] Error bad_value(std::string_view key, std::string_view cause) const;

    /// The line in which a key stands, counted from 1.
    ///
    /// Requires: contains(key).
    [[nodiscard]] std::size_t line_of(std::string_view key) const;

    /// The error for a key that is missing.
    [[nodiscard]] Error missing_field(std::string_view key) const;

    /// The error for a key that occurs under two names, in rustup's words. The mark is at the first
    /// of them.
    [[nodiscard]] Error duplicate_field(std::string_view key) const;

private:
    friend TomlSection parse_toml_document(std::string_view text, Errc code);
    struct Table;
    explicit TomlSection(std::shared_ptr<const Table> table) : table_(std::move(table)) {}
    std::shared_ptr<const Table> table_;
};

/// The root table of a TOML text. Errors about it and its sections have this code.
///
/// Throws: `code` if the text is not TOML.
TomlSection parse_toml_document(std::string_view text, Errc code);

}  // namespace latchkey::dist

#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/base/error.hpp"

namespace latchkey::config {

/// One table of a TOML document. Valid as long as its Document.
///
/// Every reader says what is wrong as rustup does: "TOML parse error at line L, column C", the
/// line, a mark, the cause. All of these are Errc::usage.
class Section {
public:
    [[nodiscard]] bool contains(std::string_view key) const;
    [[nodiscard]] std::vector<std::string> keys() const;

    [[nodiscard]] std::optional<std::string> find_string(std::string_view key) const;
    [[nodiscard]] std::optional<std::vector<std::string>> find_strings(std::string_view key) const;

    /// One of a few words.
    [[nodiscard]] std::optional<std::string> find_choice(
        std::string_view key, std::span<const std::string_view> choices) const;

    /// `wanted` is what the text for a wrong type calls the table: "a map".
    [[nodiscard]] std::optional<Section> find_section(std::string_view key,
                                                      std::string_view wanted) const;

    /// The value as one line of TOML, tables inline. Refused if it nests so deep that it could not
    /// be read again.
    [[nodiscard]] std::string value_text(std::string_view key) const;

    /// For a key that must be there.
    [[nodiscard]] Error missing_field(std::string_view key) const;

    /// For a key that is there under two names, as rustup calls it. The mark is the first line's.
    [[nodiscard]] Error duplicate_field(std::string_view key) const;

private:
    friend class Document;
    struct Place;
    explicit Section(std::shared_ptr<const Place> place) : place_(std::move(place)) {}
    std::shared_ptr<const Place> place_;
};

/// A TOML file, parsed.
class Document {
public:
    /// Throws: Errc::usage, as Section.
    static Section parse(std::string_view text);
};

/// A string as a TOML value: `"x"`, or `'x'` where that saves escapes, as rustup writes it.
std::string toml_string(std::string_view text);

/// A key, bare where it may be.
std::string toml_key(std::string_view text);

}  // namespace latchkey::config

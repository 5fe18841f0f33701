#pragma once

#include <toml++/toml.h>

#include <string>
#include <string_view>

#include "latchkey/base/error.hpp"

namespace latchkey::dist {

/// A TOML document, parsed, and what is said of its faults: place, line and mark as
/// toml_error_text() has them, the cause in rustup's words.
class TomlSource {
public:
    /// `code` is that of all errors.
    ///
    /// Throws: `code`, if it is not TOML or has a key with too many parts.
    TomlSource(std::string document, Errc code);

    [[nodiscard]] const toml::table& root() const noexcept { return root_; }

    [[nodiscard]] Error fault(const toml::source_region& at, std::string_view cause) const;

    /// "invalid type: integer `5`, expected a string". `wanted` is the last part.
    [[nodiscard]] Error wrong_type(const toml::node& node, std::string_view wanted) const;

    /// "missing field `key`", at the header of the table.
    [[nodiscard]] Error missing_field(const toml::table& in, std::string_view key) const;

    /// "duplicate field `key`", for a key that is there under two names. The mark is the first
    /// line's.
    [[nodiscard]] Error duplicate_field(std::string_view key) const;

private:
    [[nodiscard]] std::size_t mark_width(const toml::source_region& at) const;

    std::string document_;
    Errc code_;
    toml::table root_;
};

/// A number with its point, "inf" or "nan", as TOML writes it.
std::string toml_float(double value);

}  // namespace latchkey::dist

#pragma once

#include <toml++/toml.h>

#include <string>
#include <string_view>

#include "toml_source.hpp"

namespace latchkey::dist {

/// A TOML document of a server's or of an installed toolchain's, asked as PlainToml is.
///
/// Throws: everywhere Errc::corrupt, as TomlSource.
class TomlReader {
public:
    using Table = toml::table;

    explicit TomlReader(std::string_view document)
        : source_(std::string(document), Errc::corrupt) {}

    [[nodiscard]] const toml::table& root() const { return source_.root(); }

    // A value that must be there, of one type.
    [[nodiscard]] const std::string& string(const toml::table& in, std::string_view key) const;
    [[nodiscard]] bool boolean(const toml::table& in, std::string_view key) const;
    [[nodiscard]] const toml::table& table(const toml::table& in, std::string_view key) const;
    [[nodiscard]] const toml::array& array(const toml::table& in, std::string_view key) const;

    // A value that may be absent: null, or false.
    [[nodiscard]] const std::string* find_string(const toml::table& in, std::string_view key) const;
    [[nodiscard]] bool find_boolean(const toml::table& in, std::string_view key) const;
    [[nodiscard]] const toml::table* find_table(const toml::table& in, std::string_view key) const;
    [[nodiscard]] const toml::array* find_array(const toml::table& in, std::string_view key) const;

    // A value that stands alone.
    [[nodiscard]] const std::string& as_string(const toml::node& node) const;
    [[nodiscard]] const toml::table& as_table(const toml::node& node) const;
    [[nodiscard]] const toml::array& as_array(const toml::node& node) const;

    /// Calls `each` with the key and the value of every entry.
    template <typename Each>
    static void for_each(const toml::table& table, Each each) {
        for (const auto& [key, node] : table) each(key.str(), node);
    }

    // With the place of a value, or of its key, that is there.
    [[noreturn]] void fail_value(const toml::table& in, std::string_view key,
                                 std::string_view cause) const;
    [[noreturn]] void fail_key(const toml::table& in, std::string_view key,
                               std::string_view cause) const;

private:
    const toml::node& require(const toml::table& in, std::string_view key) const;

    TomlSource source_;
};

}  // namespace latchkey::dist

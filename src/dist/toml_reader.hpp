#pragma once

#include <toml++/toml.h>

#include <string>
#include <string_view>

namespace latchkey::dist {

/// A TOML document, read with errors that name key and place.
///
/// Throws: everywhere Errc::corrupt, with toml_error_text().
class TomlReader {
public:
    using Table = toml::table;

    /// The document must outlive the reader.
    explicit TomlReader(std::string_view document);

    [[nodiscard]] const toml::table& root() const { return root_; }

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
    [[noreturn]] void fail(const toml::source_region& at, std::string_view cause) const;
    [[noreturn]] void fail_type(const toml::node& node, std::string_view expected) const;

    std::string_view document_;
    toml::table root_;
};

}  // namespace latchkey::dist

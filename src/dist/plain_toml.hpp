#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory_resource>
#include <string_view>
#include <variant>
#include <vector>

namespace latchkey::dist {

/// A TOML document in the shape in which channels' manifests are written: on each line a header, a
/// key and its value, or nothing; values are true, false, strings without escapes, and arrays of
/// those in one line; everything is printable ASCII, and said once. It is asked like a TomlReader,
/// and answers as that does, ten times as fast: toml++ takes 45 ms for a manifest as upstream
/// has it, whose 32 hosts list 160 components each.
///
/// Throws: everywhere NotPlain. Whether the document is of another shape or wrong, a TomlReader
/// says.
class PlainToml {
public:
    struct NotPlain : std::exception {};

    struct Table;
    struct Array;
    using Value = std::variant<bool, std::string_view, Table*, Array*>;
    struct Entry;

    /// Its entries in the document's order, linked: most tables have two, and none has many.
    struct Table {
        Entry* first = nullptr;
        Entry* last = nullptr;
        std::uint32_t count = 0;
        bool named = false;  ///< By a header of its own.
    };
    struct Entry {
        std::string_view key;
        Value value;
        Entry* next = nullptr;
    };
    struct Array {
        explicit Array(std::pmr::memory_resource* memory) : items(memory) {}

        std::pmr::vector<Value> items;
    };

    /// Whether a header of an element, such as `[[a.b]]`, and what follows it are left out.
    using Skips = std::function<bool(std::string_view header)>;

    /// The document must outlive the reader, and what the reader has answered. `skips` may be
    /// empty.
    explicit PlainToml(std::string_view document, const Skips& skips = {});
    PlainToml(const PlainToml&) = delete;
    PlainToml& operator=(const PlainToml&) = delete;

    [[nodiscard]] const Table& root() const { return root_; }

    [[nodiscard]] std::string_view string(const Table& in, std::string_view key) const;
    [[nodiscard]] bool boolean(const Table& in, std::string_view key) const;
    [[nodiscard]] const Table& table(const Table& in, std::string_view key) const;

    [[nodiscard]] const std::string_view* find_string(const Table& in, std::string_view key) const;
    [[nodiscard]] bool find_boolean(const Table& in, std::string_view key) const;
    [[nodiscard]] const Table* find_table(const Table& in, std::string_view key) const;
    [[nodiscard]] const std::pmr::vector<Value>* find_array(const Table& in,
                                                            std::string_view key) const;

    [[nodiscard]] std::string_view as_string(const Value& value) const;
    [[nodiscard]] const Table& as_table(const Value& value) const;
    [[nodiscard]] const std::pmr::vector<Value>& as_array(const Value& value) const;

    /// Calls `each` with the key and the value of every entry.
    template <typename Each>
    static void for_each(const Table& table, Each each) {
        for (const Entry* entry = table.first; entry; entry = entry->next) {
            each(entry->key, entry->value);
        }
    }

    [[noreturn]] void fail_value(const Table& in, std::string_view key,
                                 std::string_view cause) const;
    [[noreturn]] void fail_key(const Table& in, std::string_view key, std::string_view cause) const;

private:
    class Line;

    template <typename Kind, typename... Arguments>
    Kind* make(Arguments&&... arguments);
    Entry& add(Table& in, std::string_view key);
    void read_line(Line line);
    void read_header(Line& line, std::string_view end, bool of_array);
    void read_value(Line& line);
    Value read_array(Line& line);
    Table& enter(Table& in, std::string_view key);
    void begin_table(Table& in, std::string_view key);
    void begin_element(Table& in, std::string_view key);
    void add_element();

    std::pmr::monotonic_buffer_resource memory_;  ///< Of all that is below the root.
    Table root_;
    Table* current_ = &root_;
    Array* growing_ = nullptr;  ///< The array of the last header of an element.
};

}  // namespace latchkey::dist

#include "plain_toml.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace latchkey::dist {
namespace {

/// Headers with more keys are not plain. A manifest's have five.
constexpr std::size_t kMostKeys = 8;

/// Nor are tables with more entries: they are looked through from the front. A manifest's have a
/// hundred.
constexpr std::uint32_t kMostEntries = 512;

constexpr bool is_bare(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

constexpr bool is_plain(char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

template <typename Kind>
const Kind& as(const PlainToml::Value& value) {
    if (const Kind* const found = std::get_if<Kind>(&value)) return *found;
    throw PlainToml::NotPlain();
}

PlainToml::Entry* find_entry(const PlainToml::Table& in, std::string_view key) {
    if (in.last && in.last->key == key)
        return in.last;  // A header goes through what it has just met.
    for (PlainToml::Entry* entry = in.first; entry; entry = entry->next) {
        if (entry->key == key) return entry;
    }
    return nullptr;
}

const PlainToml::Value* find(const PlainToml::Table& in, std::string_view key) {
    const PlainToml::Entry* const entry = find_entry(in, key);
    return entry ? &entry->value : nullptr;
}

const PlainToml::Value& require(const PlainToml::Table& in, std::string_view key) {
    if (const PlainToml::Value* const value = find(in, key)) return *value;
    throw PlainToml::NotPlain();
}

}  // namespace

/// Taken from its front.
class PlainToml::Line {
public:
    explicit Line(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool skip(std::string_view expected) {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }

    void expect(std::string_view expected) {
        if (!skip(expected)) throw NotPlain();
    }

    void expect_end() const {
        if (!rest_.empty()) throw NotPlain();
    }

    [[nodiscard]] bool at_string() const { return rest_.starts_with('"'); }

    std::string_view take_string() {
        expect("\"");
        const std::string_view text = take_while(is_plain);
        expect("\"");
        return text;
    }

    std::string_view take_key() {
        if (at_string()) return take_string();
        const std::string_view key = take_while(is_bare);
        if (key.empty()) throw NotPlain();
        return key;
    }

private:
    std::string_view take_while(bool (*fits)(char)) {
        const auto end = std::ranges::find_if_not(rest_, fits);
        const std::string_view taken =
            rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
        rest_.remove_prefix(taken.size());
        return taken;
    }

    std::string_view rest_;
};

PlainToml::PlainToml(std::string_view document, const Skips& skips)
    : memory_(1024 + (skips ? 1 : 2) * document.size()) {
    std::string_view last_header;
    bool skipping = false;
    while (!document.empty()) {
        const std::size_t length = std::min(document.find('\n'), document.size());
        const std::string_view line = document.substr(0, length);
        // Nine headers of ten are the one before them, said again.
        const bool again = line.starts_with("[[") && line == last_header;
        if (line.starts_with('[') && !again) {
            skipping = skips && line.starts_with("[[") && skips(line);
            last_header = line;
        }
        if (again && !skipping) {
            add_element();
        } else if (!skipping && !line.empty()) {
            read_line(Line(line));
        }
        document.remove_prefix(std::min(length + 1, document.size()));
    }
}

void PlainToml::read_line(Line line) {
    if (line.skip("[[")) {
        read_header(line, "]]", true);
    } else if (line.skip("[")) {
        read_header(line, "]", false);
    } else {
        read_value(line);
    }
    line.expect_end();
}

void PlainToml::read_header(Line& line, std::string_view end, bool of_array) {
    Table* place = &root_;
    std::string_view key = line.take_key();
    for (std::size_t keys = 1; line.skip("."); ++keys) {
        if (keys == kMostKeys) throw NotPlain();
        place = &enter(*place, key);
        key = line.take_key();
    }
    line.expect(end);
    if (of_array) {
        begin_element(*place, key);
    } else {
        begin_table(*place, key);
    }
}

/// Never destroyed: its memory goes with all the rest.
template <typename Kind, typename... Arguments>
Kind* PlainToml::make(Arguments&&... arguments) {
    return new (memory_.allocate(sizeof(Kind), alignof(Kind)))
        Kind{std::forward<Arguments>(arguments)...};
}

PlainToml::Entry& PlainToml::add(Table& in, std::string_view key) {
    if (++in.count > kMostEntries) throw NotPlain();
    Entry* const entry = make<Entry>();
    entry->key = key;
    (in.last ? in.last->next : in.first) = entry;
    in.last = entry;
    return *entry;
}

PlainToml::Table& PlainToml::enter(Table& in, std::string_view key) {
    if (const Entry* const entry = find_entry(in, key)) return *as<Table*>(entry->value);
    Table* const table = make<Table>();
    add(in, key).value = table;
    return *table;
}

/// A header names a table once. One that is known by what is in it may be named yet.
void PlainToml::begin_table(Table& in, std::string_view key) {
    current_ = &enter(in, key);
    if (current_->named) throw NotPlain();
    current_->named = true;
}

void PlainToml::begin_element(Table& in, std::string_view key) {
    if (const Entry* const entry = find_entry(in, key)) {
        // The array of a value is closed. So, here, is one after which another was begun.
        if (as<Array*>(entry->value) != growing_) throw NotPlain();
    } else {
        growing_ = make<Array>(&memory_);
        add(in, key).value = growing_;
    }
    add_element();
}

void PlainToml::add_element() {
    current_ = make<Table>();
    growing_->items.emplace_back(current_);
}

void PlainToml::read_value(Line& line) {
    const std::string_view key = line.take_key();
    line.expect(" = ");
    if (find_entry(*current_, key)) throw NotPlain();
    Value& value = add(*current_, key).value;
    if (line.at_string()) {
        value = line.take_string();
    } else if (line.skip("true")) {
        value = true;
    } else if (line.skip("false")) {
        value = false;
    } else {
        value = read_array(line);
    }
}

PlainToml::Value PlainToml::read_array(Line& line) {
    Array* const array = make<Array>(&memory_);
    line.expect("[");
    if (line.skip("]")) return array;
    do {
        array->items.emplace_back(line.take_string());
    } while (line.skip(", "));
    line.expect("]");
    return array;
}

std::string_view PlainToml::string(const Table& in, std::string_view key) const {
    return as_string(require(in, key));
}

bool PlainToml::boolean(const Table& in, std::string_view key) const {
    return as<bool>(require(in, key));
}

const PlainToml::Table& PlainToml::table(const Table& in, std::string_view key) const {
    return as_table(require(in, key));
}

const std::string_view* PlainToml::find_string(const Table& in, std::string_view key) const {
    const Value* const value = find(in, key);
    return value ? &as<std::string_view>(*value) : nullptr;
}

bool PlainToml::find_boolean(const Table& in, std::string_view key) const {
    const Value* const value = find(in, key);
    return value && as<bool>(*value);
}

const PlainToml::Table* PlainToml::find_table(const Table& in, std::string_view key) const {
    const Value* const value = find(in, key);
    return value ? &as_table(*value) : nullptr;
}

const std::pmr::vector<PlainToml::Value>* PlainToml::find_array(const Table& in,
                                                                std::string_view key) const {
    const Value* const value = find(in, key);
    return value ? &as_array(*value) : nullptr;
}

std::string_view PlainToml::as_string(const Value& value) const {
    return as<std::string_view>(value);
}

const PlainToml::Table& PlainToml::as_table(const Value& value) const {
    return *as<Table*>(value);
}

const std::pmr::vector<PlainToml::Value>& PlainToml::as_array(const Value& value) const {
    return as<Array*>(value)->items;
}

void PlainToml::fail_value(const Table&, std::string_view, std::string_view) const {
    throw NotPlain();
}

void PlainToml::fail_key(const Table&, std::string_view, std::string_view) const {
    throw NotPlain();
}

}  // namespace latchkey::dist

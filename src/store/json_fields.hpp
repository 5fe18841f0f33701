#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "latchkey/dist/component.hpp"

namespace latchkey::store {

/// Reads the fields of a JSON object; what is missing or of another type is Errc::corrupt and names
/// the key and the file.
class Fields {
public:
    Fields(const boost::json::value& value, std::string shown_path);

    [[nodiscard]] std::string text(std::string_view key) const;
    [[nodiscard]] std::uint64_t number(std::string_view key) const;
    [[nodiscard]] bool flag(std::string_view key) const;
    [[nodiscard]] const boost::json::array& list(std::string_view key) const;
    [[nodiscard]] Fields fields(std::string_view key) const;
    [[nodiscard]] const boost::json::value* find(std::string_view key) const;
    [[noreturn]] void refuse(std::string_view key, std::string_view what) const;

private:
    const boost::json::object* object_;
    std::string shown_path_;
};

/// Throws: Errc::corrupt naming the file.
boost::json::value parse_json(std::string_view text, const std::string& shown_path);

boost::json::object to_json(const dist::Component& component);
dist::Component parse_component(const Fields& fields);

}  // namespace latchkey::store

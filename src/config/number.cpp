#include "number.hpp"

#include "latchkey/base/text.hpp"

namespace latchkey::config {

Number parse_env_number(std::string_view text) {
    if (text.empty()) return {std::nullopt, "cannot parse integer from empty string"};
    const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
        return {std::nullopt, "invalid digit found in string"};
    }
    const auto value = parse_number(digits);
    if (!value) return {std::nullopt, "number too large to fit in target type"};
    return {value, ""};
}

}  // namespace latchkey::config

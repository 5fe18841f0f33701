#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace latchkey::config {

/// A number of the environment, read as rustup reads it: decimal digits, perhaps after a "+".
struct Number {
    std::optional<std::uint64_t> value;
    std::string_view cause;  ///< Why there is none, in rustup's words; else empty.
};

Number parse_env_number(std::string_view text);

}  // namespace latchkey::config

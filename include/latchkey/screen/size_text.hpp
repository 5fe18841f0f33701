#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace latchkey::screen {

struct SizeUnit {
    double bytes;
    std::string_view name;  ///< "MiB".
};

/// The unit in which people read a size.
SizeUnit size_unit(std::uint64_t bytes);

/// "3.4", without the unit.
std::string in_unit(std::uint64_t bytes, const SizeUnit& unit);

/// "3.4 MiB", "17 B".
std::string size_text(std::uint64_t bytes);

}  // namespace latchkey::screen

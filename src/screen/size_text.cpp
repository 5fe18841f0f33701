#include "latchkey/screen/size_text.hpp"

#include <fmt/format.h>

#include <array>

namespace latchkey::screen {

SizeUnit size_unit(std::uint64_t bytes) {
    constexpr std::array<SizeUnit, 4> kUnits = {
        {{1, "B"}, {1024, "KiB"}, {1024.0 * 1024, "MiB"}, {1024.0 * 1024 * 1024, "GiB"}}};
    std::size_t at = 0;
    while (at + 1 < kUnits.size() && static_cast<double>(bytes) >= kUnits[at + 1].bytes) ++at;
    return kUnits[at];
}

std::string in_unit(std::uint64_t bytes, const SizeUnit& unit) {
    return fmt::format("{:.{}f}", static_cast<double>(bytes) / unit.bytes, unit.bytes > 1 ? 1 : 0);
}

std::string size_text(std::uint64_t bytes) {
    const SizeUnit unit = size_unit(bytes);
    return fmt::format("{} {}", in_unit(bytes, unit), unit.name);
}

}  // namespace latchkey::screen

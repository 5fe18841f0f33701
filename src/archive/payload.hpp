#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/archive/unpacked.hpp"

namespace latchkey::archive {

/// What a component's `manifest.in` lists.
class Payload {
public:
    /// Where a directory stands.
    enum class Place {
        outside,  ///< Nothing below it is listed.
        above,    ///< Something below it is listed.
        inside,   ///< A line names it, or a directory that it lies in.
    };

    /// Empty for what is no UTF-8, and for a text with a line that is not `file:PATH` or
    /// `dir:PATH`, whose path leaves the component, or whose path lies in another line's.
    static std::optional<Payload> parse(std::string_view text);

    [[nodiscard]] const std::vector<PayloadLine>& lines() const noexcept { return lines_; }

    [[nodiscard]] bool takes_file(std::string_view path) const;
    [[nodiscard]] Place place_of_directory(std::string_view path) const;

private:
    [[nodiscard]] bool lies_in_listed(std::string_view path) const;

    std::vector<PayloadLine> lines_;
    std::map<std::string, PayloadLine::Kind, std::less<>> listed_;
    std::set<std::string, std::less<>> above_;
};

}  // namespace latchkey::archive

#include "latchkey/dist/profile.hpp"

#include <fmt/format.h>

#include "latchkey/base/error.hpp"

namespace latchkey::dist {

Profile parse_profile(std::string_view text) {
    if (text == "minimal" || text == "m") return Profile::minimal;
    if (text == "default" || text == "d" || text.empty()) return Profile::default_;
    if (text == "complete" || text == "c") return Profile::complete;
    throw Error(Errc::usage, fmt::format("unknown profile name: '{}'; valid profile names are: "
                                         "minimal, default, complete",
                                         text));
}

std::string_view str(Profile profile) noexcept {
    switch (profile) {
        case Profile::minimal:
            return "minimal";
        case Profile::default_:
            return "default";
        case Profile::complete:
            break;
    }
    return "complete";
}

}  // namespace latchkey::dist

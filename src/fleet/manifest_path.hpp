#pragma once

#include <optional>
#include <string>

namespace latchkey::fleet {

/// The place of a channel's manifest in a tree; of the undated one without `date`.
inline std::string manifest_path(const std::string& channel,
                                 const std::optional<std::string>& date) {
    return "dist/" + (date ? *date + "/" : "") + "channel-rust-" + channel + ".toml";
}

}  // namespace latchkey::fleet

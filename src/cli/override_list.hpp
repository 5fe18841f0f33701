#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

namespace latchkey::cli {

struct OverrideLine {
    std::string directory;
    std::string toolchain;
    bool gone = false;  ///< It is no directory now.
};

/// What `override list` prints: two columns, and an empty line below where a directory is gone.
std::string override_list_text(const std::vector<OverrideLine>& lines);

/// The same for a document: an object for each line, `directory`, `exists`, `toolchain`.
boost::json::array override_values(const std::vector<OverrideLine>& lines);

}  // namespace latchkey::cli

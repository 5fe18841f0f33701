#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

namespace latchkey::cli {

/// An override, for `override list`.
struct OverrideLine {
    std::string directory;
    std::string toolchain;
    bool gone = false;  ///< The directory is not there any more.
};

/// The text of `override list`: two columns, and an empty line at the end if a directory is gone.
std::string override_list_text(const std::vector<OverrideLine>& lines);

/// The same for a document: an object for each line, `directory`, `exists`, `toolchain`.
boost::json::array override_values(const std::vector<OverrideLine>& lines);

}  // namespace latchkey::cli

#pragma once

#include <string_view>
#include <vector>

namespace latchkey::args {

/// A page of a toolchain's documentation that `rustup doc` has a flag for.
struct DocFlag {
    std::string_view name;  ///< Without dashes.
    std::string_view help;
    std::string_view folder;  ///< Its index.html is the page. Empty: the page is NAME.html.
};

/// Every page's flag, in the order of the help.
const std::vector<DocFlag>& doc_flags();

}  // namespace latchkey::args

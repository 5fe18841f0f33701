#pragma once

#include <string>

#include "latchkey/base/error.hpp"
#include "latchkey/resolve/place.hpp"

namespace latchkey::cli {

/// Why `tool` cannot be run from this toolchain, for `run` and proxies. `directory` is where the
/// toolchain is, held by the caller: by now its name may lead elsewhere, or nowhere.
///
/// Throws: what reading the installed manifest throws.
Error missing_tool_error(const resolve::Place& place, const resolve::Name& toolchain,
                         const std::string& directory, const std::string& tool);

/// The same for `which`, which looks at no manifest. `active`: the help need not name the
/// toolchain.
Error unknown_tool_error(const resolve::Name& toolchain, const std::string& tool, bool active);

}  // namespace latchkey::cli

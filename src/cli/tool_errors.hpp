#pragma once

#include <string>

#include "latchkey/base/error.hpp"
#include "latchkey/proxy/pin.hpp"
#include "latchkey/resolve/site.hpp"

namespace latchkey::cli {

/// Why `tool` cannot be run from this toolchain, for `run` and proxies. `pinned` is what the caller
/// holds and found without the tool: by now the toolchain's name may lead elsewhere, or nowhere.
///
/// Throws: what reading the installed manifest throws.
Error missing_tool_error(const resolve::Site& site, const resolve::Name& toolchain,
                         const proxy::Pinned& pinned, const std::string& tool);

/// The same for `which`, which looks at no manifest. `active`: the help need not name the
/// toolchain.
Error unknown_tool_error(const resolve::Name& toolchain, const std::string& tool, bool active);

}  // namespace latchkey::cli

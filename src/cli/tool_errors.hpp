#pragma once

#include <string>

#include "latchkey/base/error.hpp"
#include "latchkey/proxy/pin.hpp"
#include "latchkey/resolve/site.hpp"

namespace latchkey::cli {

/// Why `tool` cannot be run from this toolchain, for `run` and proxies. `pinned` is the toolchain
/// that the caller holds, and that does not have the tool. It is used instead of the name, which
/// may lead elsewhere or nowhere by now.
///
/// Throws: the error of reading the installed manifest.
Error missing_tool_error(const resolve::Site& site, const resolve::Name& toolchain,
                         const proxy::Pinned& pinned, const std::string& tool);

/// Why `which` does not find `tool`. Reads no manifest. `active`: the toolchain is the active one,
/// so the help need not name it.
Error unknown_tool_error(const resolve::Name& toolchain, const std::string& tool, bool active);

}  // namespace latchkey::cli

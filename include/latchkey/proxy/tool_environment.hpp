#pragma once

#include <optional>
#include <string>

#include "latchkey/platform/environment.hpp"
#include "latchkey/proxy/pin.hpp"
#include "latchkey/resolve/active.hpp"
#include "latchkey/resolve/site.hpp"

namespace latchkey::proxy {

/// The environment for a tool: the caller's, with the tool's toolchain, both homes, the depth of
/// nesting, and the folders of its libraries and of the proxies.
///
/// LD_LIBRARY_PATH names the pinned directory. An entry for another generation of the toolchain is
/// replaced: every nightly's LLVM has the same file name, so the tool would load another
/// compiler's.
///
/// `source` is empty for `rustup run`, which leaves RUSTUP_TOOLCHAIN_SOURCE unchanged.
platform::Environment tool_environment(const resolve::Site& site, const resolve::Name& toolchain,
                                       std::optional<resolve::Source> source, const Pinned& pinned,
                                       platform::Environment environment);

}  // namespace latchkey::proxy

#pragma once

#include <optional>
#include <string>

#include "latchkey/platform/environment.hpp"
#include "latchkey/proxy/pin.hpp"
#include "latchkey/resolve/active.hpp"
#include "latchkey/resolve/site.hpp"

namespace latchkey::proxy {

/// What a tool finds in its environment: the caller's, with its toolchain, its homes, how deep it
/// is nested, and where its libraries and the proxies are. LD_LIBRARY_PATH names the generation,
/// never the toolchain: every nightly's LLVM has the same file name, so a path that moves would mix
/// compilers. For the same reason an entry for another generation of this toolchain is replaced.
///
/// `source`: empty for `rustup run`, which leaves RUSTUP_TOOLCHAIN_SOURCE as it is.
platform::Environment tool_environment(const resolve::Site& site, const resolve::Name& toolchain,
                                       std::optional<resolve::Source> source, const Pinned& pinned,
                                       platform::Environment environment);

}  // namespace latchkey::proxy

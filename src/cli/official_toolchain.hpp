#pragma once

#include "context.hpp"
#include "latchkey/args/invocation.hpp"
#include "latchkey/dist/toolchain_name.hpp"

namespace latchkey::cli {

/// The toolchain whose components a command changes: `--toolchain`, else the active one.
///
/// Throws: as require_toolchain; Errc::unsupported for one that is not official.
task::awaitable<dist::ToolchainName> require_official(Context& context,
                                                      args::Invocation invocation);

}  // namespace latchkey::cli

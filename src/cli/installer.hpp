#pragma once

#include "context.hpp"
#include "latchkey/args/invocation.hpp"

namespace latchkey::cli {

/// `rustup-init`: places this program, tells the shells, installs a toolchain. Until the user
/// agrees it makes no file.
task::awaitable<int> run_installer(Context& context, args::Invocation invocation);

/// `rustup-init --self-replace`, the last step of a self-update: this program becomes the one that
/// is installed.
task::awaitable<int> run_self_replace(Context& context);

}  // namespace latchkey::cli

#pragma once

#include "context.hpp"
#include "latchkey/args/invocation.hpp"

namespace latchkey::cli {

/// `rustup-init`: places this program, sets up the shells, installs a toolchain. Makes no file
/// before the user agrees.
task::awaitable<int> run_installer(Context& context, args::Invocation invocation);

/// `rustup-init --self-replace`, the last step of a self-update: puts this program in the place of
/// the installed one.
task::awaitable<int> run_self_replace(Context& context);

}  // namespace latchkey::cli

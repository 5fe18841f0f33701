#pragma once

#include <string_view>

#include "context.hpp"
#include "latchkey/args/invocation.hpp"

namespace latchkey::cli {

/// One command. Its value is the exit status; an Error is printed and means 1.
using CommandFunction = task::awaitable<int> (*)(Context& context, args::Invocation invocation);

/// What `check` answers where there is something newer: no failure.
inline constexpr int kUpdateAvailable = 100;

/// By the path of canonical names, "toolchain install". Null: it is none.
CommandFunction find_command(std::string_view path);

/// What `--version` says below the version: the active rustc.
task::awaitable<int> run_version(Context& context);

// commands/doctor.cpp
task::awaitable<int> run_doctor(Context& context, args::Invocation invocation);

// commands/hand_back.cpp
task::awaitable<int> run_hand_back(Context& context, args::Invocation invocation);

// commands/man_pages.cpp
task::awaitable<int> run_man_pages(Context& context, args::Invocation invocation);

// commands/tidy.cpp
task::awaitable<int> run_tidy(Context& context, args::Invocation invocation);

// commands/locks.cpp
task::awaitable<int> run_locks(Context& context, args::Invocation invocation);

// commands/install.cpp
task::awaitable<int> run_install(Context& context, args::Invocation invocation);
task::awaitable<int> run_update(Context& context, args::Invocation invocation);

// commands/toolchain.cpp
task::awaitable<int> run_toolchain_list(Context& context, args::Invocation invocation);
task::awaitable<int> run_toolchain_link(Context& context, args::Invocation invocation);
task::awaitable<int> run_uninstall(Context& context, args::Invocation invocation);

// commands/default.cpp
task::awaitable<int> run_default(Context& context, args::Invocation invocation);

// commands/show.cpp
task::awaitable<int> run_show(Context& context, args::Invocation invocation);
task::awaitable<int> run_show_active_toolchain(Context& context, args::Invocation invocation);
task::awaitable<int> run_show_home(Context& context, args::Invocation invocation);
task::awaitable<int> run_show_profile(Context& context, args::Invocation invocation);

// commands/check.cpp
task::awaitable<int> run_check(Context& context, args::Invocation invocation);

// commands/component.cpp
task::awaitable<int> run_component_list(Context& context, args::Invocation invocation);
task::awaitable<int> run_component_add(Context& context, args::Invocation invocation);
task::awaitable<int> run_component_remove(Context& context, args::Invocation invocation);

// commands/target.cpp
task::awaitable<int> run_target_list(Context& context, args::Invocation invocation);
task::awaitable<int> run_target_add(Context& context, args::Invocation invocation);
task::awaitable<int> run_target_remove(Context& context, args::Invocation invocation);

// commands/override.cpp
task::awaitable<int> run_override_list(Context& context, args::Invocation invocation);
task::awaitable<int> run_override_set(Context& context, args::Invocation invocation);
task::awaitable<int> run_override_unset(Context& context, args::Invocation invocation);

// commands/run.cpp
task::awaitable<int> run_run(Context& context, args::Invocation invocation);
task::awaitable<int> run_which(Context& context, args::Invocation invocation);

// commands/self.cpp
task::awaitable<int> run_self_update(Context& context, args::Invocation invocation);
task::awaitable<int> run_self_uninstall(Context& context, args::Invocation invocation);
task::awaitable<int> run_self_upgrade_data(Context& context, args::Invocation invocation);
task::awaitable<int> run_dump_testament(Context& context, args::Invocation invocation);

// commands/completions.cpp
task::awaitable<int> run_completions(Context& context, args::Invocation invocation);

// commands/doc.cpp
task::awaitable<int> run_doc(Context& context, args::Invocation invocation);
task::awaitable<int> run_man(Context& context, args::Invocation invocation);

// commands/set.cpp
task::awaitable<int> run_set_default_host(Context& context, args::Invocation invocation);
task::awaitable<int> run_set_profile(Context& context, args::Invocation invocation);
task::awaitable<int> run_set_auto_self_update(Context& context, args::Invocation invocation);
task::awaitable<int> run_set_auto_install(Context& context, args::Invocation invocation);
task::awaitable<int> run_set_release_hint(Context& context, args::Invocation invocation);

}  // namespace latchkey::cli

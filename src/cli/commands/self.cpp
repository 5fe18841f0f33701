#include <fmt/format.h>

#include "commands.hpp"
#include "installer_texts.hpp"
#include "latchkey/cli/help.hpp"
#include "latchkey/config/settings_file.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/setup/start_up_files.hpp"
#include "own_programs.hpp"
#include "self_update.hpp"
#include "shell_scene.hpp"

namespace latchkey::cli {
namespace {

// --- uninstall

Error removal_error(const Error& e, const std::string& kind, const std::string& path) {
    return e.cause().in(fmt::format("could not remove '{}': '{}'", kind, path));
}

void remove_tree(const OnWorker& on, const std::string& kind, const std::string& path) {
    try {
        platform::remove_tree(on, path);
    } catch (const Error& e) {
        throw removal_error(e, kind + "' directory", path);
    }
}

/// Everything in a folder, but for one name.
void remove_all_but(const OnWorker& on, const std::string& folder, const std::string& name) {
    for (const platform::DirectoryEntry& entry : platform::find_entries(folder)) {
        if (entry.name != name) remove_tree(on, entry.name, folder + "/" + entry.name);
    }
}

/// The program last, so that it can be asked again if this is killed.
void remove_cargo_home(const OnWorker& on, const std::string& cargo_home) {
    remove_all_but(on, cargo_home, "bin");
    const auto bin = platform::find_status(cargo_home + "/bin");
    if (bin && bin->kind == platform::FileKind::directory) {
        remove_all_but(on, cargo_home + "/bin", "rustup");
    }
}

bool keeps_path(const Invocation& invocation) {
    return invocation.flag("no-modify-path");
}

task::awaitable<bool> confirm_uninstall(Context& context, const setup::ShellScene& scene,
                                        bool modify_path) {
    context.print(uninstall_text(setup::shown_cargo_home(scene), modify_path, context.color()));
    co_return co_await context.input().confirm("\nContinue? (y/N)");
}

task::awaitable<void> uninstall(Context& context, setup::ShellScene scene, bool modify_path) {
    task::Workers& workers = context.loop().workers();
    const std::string rustup_home = context.home().root();
    const std::string cargo_home = scene.cargo_home;
    const lock::LockSet held = co_await context.acquire(
        lock::Key::cargo_home(), lock::Mode::exclusive, "the programs in " + bin_folder(context));

    context.log().info("removing rustup home");
    auto first = [&](const OnWorker& on) { remove_tree(on, "rustup_home", rustup_home); };
    co_await task::offload(workers, std::move(first));

    context.log().info("removing cargo home");
    if (modify_path) {
        setup::remove_from_start_up_files(held, setup::find_shells(scene));
        setup::remove_historic_lines(held, setup::historic_lines(scene));
    }
    auto second = [&](const OnWorker& on) { remove_cargo_home(on, cargo_home); };
    co_await task::offload(workers, std::move(second));

    context.log().info("removing rustup binaries");
    auto third = [&](const OnWorker& on) { remove_tree(on, "cargo_home", cargo_home); };
    co_await task::offload(workers, std::move(third));
    context.log().info("rustup is uninstalled");
}

// --- upgrade-data

task::awaitable<void> upgrade_from(Context& context, std::string version) {
    context.log().info(
        fmt::format("upgrading metadata version from {} to {}", version, config::kSettingsVersion));
    context.log().warn(
        "this upgrade will remove all existing toolchains; you will need to reinstall them");
    const store::Home& home = context.home();
    auto job = [&home](const OnWorker& on) {
        remove_tree(on, "toolchains", home.toolchains());
        remove_tree(on, "update-hashes", home.root() + "/update-hashes");
    };
    co_await task::offload(context.loop().workers(), std::move(job));
    const lock::LockSet held =
        co_await context.acquire(lock::Key::settings(), lock::Mode::exclusive, "the settings");
    config::upgrade_settings(held, home.root());
}

}  // namespace

task::awaitable<int> run_self_update(Context& context, Invocation) {
    co_return co_await update_self(context, SelfUpdateCause::asked_for);
}

task::awaitable<int> run_self_uninstall(Context& context, Invocation invocation) {
    const std::string& cargo_home = context.place().variables.cargo_home;
    if (!platform::find_target_status(cargo_home + "/bin/rustup")) {
        throw Error(Errc::not_found, fmt::format("rustup is not installed at '{}'", cargo_home));
    }
    const bool modify_path = !keeps_path(invocation);
    const setup::ShellScene scene = co_await load_shell_scene(context);
    if (!invocation.flag("y")) {
        const bool wanted = co_await confirm_uninstall(context, scene, modify_path);
        if (!wanted) {
            context.log().info("aborting uninstallation");
            co_return 0;
        }
    }
    co_await uninstall(context, scene, modify_path);
    co_return 0;
}

task::awaitable<int> run_self_upgrade_data(Context& context, Invocation) {
    const auto settings = config::find_settings_of_any_version(context.home().root());
    const std::string version =
        settings ? settings->version : std::string(config::kSettingsVersion);
    if (version == config::kSettingsVersion) {
        context.log().info(
            fmt::format("nothing to upgrade: metadata version is already '{}'", version));
    } else {
        co_await upgrade_from(context, version);
    }
    co_return 0;
}

task::awaitable<int> run_dump_testament(Context& context, Invocation) {
    context.print(testament_text());
    co_return 0;
}

}  // namespace latchkey::cli

#include <fmt/format.h>

#include "commands.hpp"
#include "latchkey/args/help.hpp"
#include "latchkey/base/file_error.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/config/settings_file.hpp"
#include "latchkey/init/texts.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/rewritten_file.hpp"
#include "latchkey/setup/own_programs.hpp"
#include "latchkey/setup/start_up_files.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/home_removal.hpp"
#include "latchkey/store/in_use_error.hpp"
#include "placed_programs.hpp"
#include "self_update.hpp"
#include "shell_scene.hpp"

namespace latchkey::cli {
namespace {

// --- uninstall

void remove_useless(const OnWorker& on, const std::string& toolchain) {
    try {
        platform::remove_tree(on, toolchain);
    } catch (const Error& e) {
        throw file_error(e, "remove 'toolchains' directory", toolchain);
    }
}

void remove_env_scripts(const std::string& cargo_home) {
    for (const std::string_view name : setup::kEnvNames) {
        const std::string path = cargo_home + "/" + std::string(name);
        try {
            platform::remove_file(platform::draft_path(path));
            platform::remove_file(path);
        } catch (const Error& e) {
            throw file_error(e, fmt::format("remove '{}'", name), path);
        }
    }
}

/// Words that a user may have meant otherwise: nobody installs into these.
void refuse_common_folder(const Context& context, std::string_view variable,
                          const std::string& path) {
    const auto status = platform::find_target_status(path);
    if (!status) return;
    const auto& home = context.site().variables.home;
    for (const std::string& common : {std::string("/"), home.value_or("/")}) {
        const auto other = platform::find_target_status(common);
        if (!other || other->device != status->device || other->inode != status->inode) continue;
        throw Error(Errc::unsupported,
                    fmt::format("{} is '{}', which is {}: nothing is removed there", variable, path,
                                common == "/" ? "the root directory" : "the home directory"));
    }
}

bool keeps_path(const args::Invocation& invocation) {
    return invocation.flag("no-modify-path");
}

task::awaitable<bool> confirm_uninstall(Context& context, const setup::ShellScene& scene,
                                        bool modify_path) {
    context.print(
        init::uninstall_text(setup::shown_cargo_home(scene), modify_path, context.color()));
    co_return co_await context.input().confirm(init::kContinue);
}

/// Throws: the first failure, before anything is removed that cannot be had again.
void leave_start_up_files(const lock::LockSet& held, const setup::ShellScene& scene) {
    for (const auto& failures :
         {setup::remove_from_start_up_files(held, setup::find_shells(scene)),
          setup::remove_historic_lines(held, setup::historic_lines(scene))}) {
        if (!failures.empty()) throw failures.front();
    }
}

/// Everything that anybody could hold in the home. Empty: nothing was ever held there.
///
/// Throws: Errc::busy where somebody holds something.
task::awaitable<std::optional<lock::LockSet>> take_home(Context& context) {
    const lock::LockFile file = context.home().lock_file();
    // One folder for both homes has one lock file, in which we hold something ourselves.
    const bool shared =
        file.path() == setup::lock_file_of(context.site().variables.cargo_home).path();
    if (shared || !platform::find_status(context.home().latchkey())) co_return std::nullopt;
    auto job = [&file](const OnWorker&) { return lock::LockSet::try_acquire_everything(file); };
    auto everything = co_await task::offload(context.loop().workers(), std::move(job));
    if (!everything) throw store::in_use_error(context.home());
    co_return everything;
}

/// Source: rustup 1.30's words.
void warn_of_kept(Context& context, std::string_view kind, const std::string& folder) {
    context.log().warn(
        fmt::format("keeping non-empty cargo {} directory `{}`", kind, shown_as_utf8(folder)));
}

/// Beside programs of others the folder goes on being a part of PATH, with all that makes it one.
struct Leaving {
    bool others = false;
    bool modify_path = true;
};

task::awaitable<void> uninstall(Context& context, setup::ShellScene scene, Leaving leaving) {
    task::Workers& workers = context.loop().workers();
    const store::Home& home = context.home();
    const std::string cargo_home = scene.cargo_home;
    const lock::LockSet held =
        co_await context.acquire_cargo_home("the programs in " + bin_folder(context));
    const setup::BinFolder bin(held, bin_folder(context));
    bin.require_removable();
    const auto nobody = co_await take_home(context);
    if (leaving.modify_path) leave_start_up_files(held, scene);

    context.log().info("removing rustup home");
    auto first = [&](const OnWorker& on) { store::remove_home(on, home); };
    co_await task::offload(workers, std::move(first));

    context.log().info("removing cargo home");
    if (!leaving.others) remove_env_scripts(cargo_home);

    context.log().info("removing rustup binaries");
    auto last = [&](const OnWorker& on) { bin.remove(on, setup::own_tools()); };
    co_await task::offload(workers, std::move(last));
    if (leaving.others) warn_of_kept(context, "bin", bin_folder(context));
    // The range lies in there: who waits for it begins anew.
    auto forget = [&](const OnWorker& on) { platform::remove_tree(on, cargo_home + "/latchkey"); };
    co_await task::offload(workers, std::move(forget));
    store::remove_if_empty(cargo_home);
    if (!platform::find_entries(cargo_home).empty()) warn_of_kept(context, "home", cargo_home);
    context.log().info("rustup is uninstalled");
}

// --- upgrade-data

bool is_useful(const store::Home& home, const std::string& toolchain) {
    return platform::is_file(store::current_directory(home, toolchain) + "/bin/rustc");
}

/// Before 1.0 toolchains had another form, and no compiler where one is expected. What works stays,
/// whatever a settings file from somewhere else says.
std::vector<std::string> find_useless_toolchains(const store::Home& home) {
    std::vector<std::string> useless;
    for (const platform::DirectoryEntry& entry : platform::find_entries(home.toolchains())) {
        if (entry.kind != platform::FileKind::directory) continue;
        if (!is_useful(home, entry.name)) useless.push_back(entry.name);
    }
    return useless;
}

task::awaitable<void> upgrade_from(Context& context, std::string version) {
    context.log().info(
        fmt::format("upgrading metadata version from {} to {}", version, config::kSettingsVersion));
    const store::Home& home = context.home();
    const std::vector<std::string> useless = find_useless_toolchains(home);
    for (const std::string& name : useless) {
        context.log().warn(fmt::format(
            "this upgrade removes the toolchain '{}', which has no compiler; you will need to "
            "reinstall it",
            name));
    }
    for (const std::string& name : useless) {
        const lock::LockSet range =
            co_await context.acquire(lock::Key::toolchain(name), lock::Mode::exclusive, name);
        auto job = [&](const OnWorker& on) {
            if (is_useful(home, name)) return;  // By now.
            remove_useless(on, home.toolchain(name));
            platform::remove_file(home.update_hash(name));
        };
        co_await task::offload(context.loop().workers(), std::move(job));
    }
    const lock::LockSet held =
        co_await context.acquire(lock::Key::settings(), lock::Mode::exclusive, "the settings");
    config::upgrade_settings(held, home.layout());
}

task::awaitable<int> run_self_update(Context& context, args::Invocation) {
    co_return co_await update_self(context, SelfUpdateCause::asked_for);
}

task::awaitable<int> run_self_uninstall(Context& context, args::Invocation invocation) {
    if (setup::is_packaged()) {
        context.log().error("self-uninstall is disabled for this build of rustup");
        context.log().error(
            "you should probably use your system package manager to uninstall rustup");
        co_return 1;
    }
    const std::string& cargo_home = context.site().variables.cargo_home;
    require_installed(context);
    refuse_common_folder(context, "CARGO_HOME", cargo_home);
    refuse_common_folder(context, "RUSTUP_HOME", context.home().root());
    Leaving leaving;
    leaving.others = setup::has_others(bin_folder(context), setup::own_tools());
    leaving.modify_path = !leaving.others && !keeps_path(invocation);
    const setup::ShellScene scene = co_await load_shell_scene(context);
    if (!invocation.flag("yes")) {
        const bool wanted = co_await confirm_uninstall(context, scene, leaving.modify_path);
        if (!wanted) {
            context.log().info("aborting uninstallation");
            co_return 0;
        }
    }
    co_await uninstall(context, scene, leaving);
    co_return 0;
}

task::awaitable<int> run_self_upgrade_data(Context& context, args::Invocation) {
    const auto settings = config::find_settings_of_any_version(context.home().layout());
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

task::awaitable<int> run_dump_testament(Context& context, args::Invocation) {
    context.print(args::testament_text());
    co_return 0;
}

}  // namespace

CommandEntries self_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "self update", .run = run_self_update, .warns_of_empty_setup = false},
        CommandEntry{
            .path = "self uninstall", .run = run_self_uninstall, .warns_of_empty_setup = false},
        CommandEntry{.path = "self upgrade-data",
                     .run = run_self_upgrade_data,
                     .reads_settings = false,
                     .warns_of_empty_setup = false},
        CommandEntry{
            .path = "dump-testament", .run = run_dump_testament, .warns_of_empty_setup = false},
    };
    return kEntries;
}

}  // namespace latchkey::cli

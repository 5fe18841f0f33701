#include "shell_scene.hpp"

#include "latchkey/setup/start_up_files.hpp"

namespace latchkey::cli {

task::awaitable<setup::ShellScene> load_shell_scene(Context& context) {
    setup::ShellScene scene;
    scene.home = context.site().variables.home;
    scene.cargo_home = context.site().variables.cargo_home;
    scene.environment = context.environment();
    auto job = [&scene](const OnWorker& on) {
        return setup::find_zsh_folder(on, scene.environment);
    };
    scene.zsh_folder = co_await task::offload(context.loop().workers(), std::move(job));
    co_return scene;
}

std::vector<std::string> edited_files(const setup::ShellScene& scene) {
    std::vector<std::string> files;
    for (const setup::Shell& shell : setup::find_shells(scene)) {
        files.insert(files.end(), shell.edited.begin(), shell.edited.end());
    }
    return files;
}

task::awaitable<void> add_shell_set_up(Context& context, setup::ShellScene scene, bool edit) {
    const lock::LockSet held = co_await context.acquire_cargo_home("the files of shells");
    const std::vector<setup::Shell> shells = setup::find_shells(scene);
    setup::write_env_scripts(held, scene.cargo_home, shells);
    if (!edit) co_return;
    for (const auto& failures :
         {setup::add_to_start_up_files(held, shells),
          setup::remove_historic_lines(held, setup::historic_lines(scene))}) {
        for (const Error& e : failures) context.log().warn(e.what());
    }
}

}  // namespace latchkey::cli

#include "latchkey/setup/shells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/process.hpp"
#include "shell_scripts.hpp"

namespace latchkey::setup {
namespace {

constexpr std::chrono::seconds kZshPatience{10};

/// Without slashes and dots that say nothing: "/a//b/./c/" is "/a/b/c".
std::string plain(std::string_view path) {
    std::string text = path.starts_with('/') ? "/" : "";
    for (const std::string_view part : split(path, '/')) {
        if (part.empty() || part == ".") continue;
        if (!text.empty() && !text.ends_with('/')) text += '/';
        text += part;
    }
    return text;
}

bool shell_variable_names(const ShellScene& scene, std::string_view name) {
    const auto shell = scene.environment.find("SHELL");
    return shell && shell->find(name) != std::string::npos;
}

bool is_used(const ShellScene& scene, std::string_view name) {
    return shell_variable_names(scene, name) || is_on_path(scene.environment, name);
}

/// The files below the home directory; none without a home.
std::vector<std::string> at_home(const ShellScene& scene,
                                 const std::vector<std::string_view>& names) {
    std::vector<std::string> files;
    for (const std::string_view name : names) {
        if (scene.home) files.push_back(*scene.home + "/" + std::string(name));
    }
    return files;
}

/// `$XDG_CONFIG_HOME/NAME` if it is set, and `~/.config/NAME`.
std::vector<std::string> configured(const ShellScene& scene, const std::string& name) {
    std::vector<std::string> files;
    if (const auto folder = scene.environment.find("XDG_CONFIG_HOME")) {
        files.push_back(*folder + "/" + name);
    }
    for (std::string& file : at_home(scene, {".config/" + name})) files.push_back(std::move(file));
    return files;
}

std::vector<std::string> existing(const std::vector<std::string>& files) {
    std::vector<std::string> found;
    std::copy_if(files.begin(), files.end(), std::back_inserter(found), platform::is_file);
    return found;
}

std::vector<std::string> first_of(std::vector<std::string> files) {
    if (files.size() > 1) files.resize(1);
    return files;
}

/// The first that exists, else the first.
std::vector<std::string> first_existing_of(const std::vector<std::string>& files) {
    const std::vector<std::string> found = existing(files);
    return first_of(found.empty() ? files : found);
}

/// sh, bash and zsh read the same script.
Shell posix_shell(std::string_view shown, const std::string& cargo_home,
                  std::vector<std::string> edited, std::vector<std::string> searched) {
    return {shown,
            "env",
            scripts::posix(cargo_home),
            fmt::format(". \"{}/env\"", cargo_home),
            "",
            std::move(edited),
            std::move(searched)};
}

void add_posix(const ShellScene& scene, const std::string& cargo_home, std::vector<Shell>& shells) {
    const auto profile = at_home(scene, {".profile"});
    shells.push_back(posix_shell("sh/ash/dash/pdksh", cargo_home, profile, profile));
}

void add_bash(const ShellScene& scene, const std::string& cargo_home, std::vector<Shell>& shells) {
    const auto files = at_home(scene, {".bash_profile", ".bash_login", ".bashrc"});
    const auto edited = existing(files);
    if (!edited.empty()) shells.push_back(posix_shell("bash", cargo_home, edited, files));
}

void add_zsh(const ShellScene& scene, const std::string& cargo_home, std::vector<Shell>& shells) {
    if (!is_used(scene, "zsh")) return;
    std::vector<std::string> files;
    if (scene.zsh_folder) files.push_back(*scene.zsh_folder + "/.zshenv");
    for (std::string& file : at_home(scene, {".zshenv"})) files.push_back(std::move(file));
    shells.push_back(posix_shell("zsh", cargo_home, first_existing_of(files), files));
}

void add_fish(const ShellScene& scene, const std::string& cargo_home, std::vector<Shell>& shells) {
    if (!is_used(scene, "fish")) return;
    const auto files = configured(scene, "fish/conf.d/rustup.fish");
    shells.push_back({"fish", "env.fish", scripts::fish(cargo_home),
                      fmt::format("source \"{}/env.fish\"", cargo_home), "", first_of(files),
                      files});
}

void add_nushell(const ShellScene& scene, std::string cargo_home, std::vector<Shell>& shells) {
    if (!is_used(scene, "nu")) return;
    if (cargo_home.starts_with("$HOME")) cargo_home.replace(0, 5, "~");
    const auto files = configured(scene, "nushell/config.nu");
    shells.push_back({"nushell", "env.nu", scripts::nushell(cargo_home),
                      fmt::format("source \"{}/env.nu\"", cargo_home), "", first_of(files), files});
}

void add_tcsh(const ShellScene& scene, const std::string& cargo_home, std::vector<Shell>& shells) {
    if (!is_used(scene, "tcsh")) return;
    const auto files = at_home(scene, {".tcshrc", ".cshrc"});
    shells.push_back({"tcsh", "env.tcsh", scripts::tcsh(cargo_home),
                      fmt::format("source \"{}/env.tcsh\"", cargo_home), "",
                      first_existing_of(files), files});
}

void add_powershell(const ShellScene& scene, const std::string& cargo_home,
                    std::vector<Shell>& shells) {
    if (!is_used(scene, "pwsh")) return;
    const auto files = at_home(scene, {".config/powershell/profile.ps1"});
    shells.push_back({"pwsh", "env.ps1", scripts::powershell(cargo_home),
                      fmt::format(". \"{}/env.ps1\"", cargo_home), "", files, files});
}

void add_xonsh(const ShellScene& scene, const std::string& cargo_home, std::vector<Shell>& shells) {
    if (!scene.environment.find("XONSHRC") && !is_on_path(scene.environment, "xonsh")) return;
    auto files = configured(scene, "xonsh/rc.xsh");
    const auto edited = first_of(files);
    for (std::string& file : at_home(scene, {".xonshrc"})) files.push_back(std::move(file));
    shells.push_back({"xonsh", "env.xsh", scripts::xonsh(cargo_home),
                      fmt::format("source \"{}/env.xsh\"", cargo_home), "", edited, files});
}

std::vector<Shell> all_shells(const ShellScene& scene, const std::string& cargo_home) {
    std::vector<Shell> shells;
    add_posix(scene, cargo_home, shells);
    add_bash(scene, cargo_home, shells);
    add_zsh(scene, cargo_home, shells);
    add_fish(scene, cargo_home, shells);
    add_nushell(scene, cargo_home, shells);
    add_tcsh(scene, cargo_home, shells);
    add_powershell(scene, cargo_home, shells);
    add_xonsh(scene, cargo_home, shells);
    return shells;
}

}  // namespace

std::optional<std::string> find_zsh_folder(const OnWorker& on,
                                           const platform::Environment& environment) {
    const auto shell = environment.find("SHELL");
    if (shell && shell->find("zsh") != std::string::npos) return environment.find("ZDOTDIR");
    const std::string path = environment.find("PATH").value_or("");
    for (const std::string_view folder : split(path, ':')) {
        const std::string program = std::string(folder) + "/zsh";
        if (folder.empty() || !platform::is_file(program)) continue;
        try {
            const auto output = platform::run_and_capture(
                on, program, {"zsh", "-c", "echo -n $ZDOTDIR"}, environment, kZshPatience);
            if (output.text.empty()) return std::nullopt;
            return output.text;
        } catch (const Error&) {
            continue;  // What cannot be started says nothing.
        }
    }
    return std::nullopt;
}

std::vector<Shell> find_shells(const ShellScene& scene) {
    std::vector<Shell> shells = all_shells(scene, shown_cargo_home(scene));
    const std::vector<Shell> long_ones = all_shells(scene, plain(scene.cargo_home));
    for (std::size_t i = 0; i < shells.size(); ++i) shells[i].long_line = long_ones[i].source_line;
    return shells;
}

std::string shown_cargo_home(const ShellScene& scene) {
    const std::string path = plain(scene.cargo_home);
    return path == plain(scene.home.value_or(".") + "/.cargo") ? "$HOME/.cargo" : path;
}

Historic historic_lines(const ShellScene& scene) {
    const std::string cargo_home = shown_cargo_home(scene);
    Historic historic;
    historic.lines = {fmt::format("export PATH=\"{}/bin:$PATH\"", cargo_home),
                      fmt::format("source \"{}/env\"", cargo_home)};
    historic.files = at_home(scene, {".bash_profile", ".profile"});
    if (scene.zsh_folder) historic.files.push_back(*scene.zsh_folder + "/.zprofile");
    for (std::string& file : at_home(scene, {".zprofile"})) {
        historic.files.push_back(std::move(file));
    }
    return historic;
}

bool is_on_path(const platform::Environment& environment, std::string_view name) {
    return std::ranges::any_of(environment.paths_of(name), [](const std::string& file) {
        try {
            return platform::find_target_status(file).has_value();
        } catch (const Error&) {
            return false;
        }
    });
}

}  // namespace latchkey::setup

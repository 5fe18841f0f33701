#include <catch2/catch.hpp>

#include "latchkey/base/text.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/setup/start_up_files.hpp"
#include "setup_home.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::setup;
using test::error_text;
using test::SetupHome;

namespace {

const std::string kRecorded = LATCHKEY_TEST_DATA "/setup/";

/// Where there is every shell that rustup knows, bash with three files.
ShellScene scene_with_all_shells(const SetupHome& home) {
    for (const char* shell : {"zsh", "fish", "nu", "tcsh", "pwsh", "xonsh"}) {
        home.folder.write(std::string("shells/") + shell, "");
    }
    home.folder.write("home/.bashrc", "");
    home.folder.write("home/.bash_profile", "umask 022");
    home.folder.write("home/.bash_login", "umask 022\n");
    ShellScene scene;
    scene.home = home.home();
    scene.cargo_home = home.cargo_home();
    scene.environment.set("PATH", home.folder / "shells");
    return scene;
}

ShellScene plain_scene(const SetupHome& home) {
    ShellScene scene;
    scene.home = home.home();
    scene.cargo_home = home.cargo_home();
    return scene;
}

/// Files only.
std::vector<std::string> files_below(const SetupHome& home, const std::string& folder) {
    std::vector<std::string> files;
    platform::walk_tree(home.on, folder, [&](const std::string& name, platform::FileKind kind) {
        if (kind != platform::FileKind::directory) files.push_back(name);
    });
    std::sort(files.begin(), files.end());
    return files;
}

void check_like_recorded(const SetupHome& home, const std::string& recorded,
                         const std::string& found) {
    const auto expected = files_below(home, recorded);
    CHECK(files_below(home, found) == expected);
    for (const std::string& file : expected) {
        CAPTURE(file);
        CHECK(platform::load_file(found + "/" + file) ==
              platform::load_file(recorded + "/" + file));
    }
}

}  // namespace

TEST_CASE("scripts and start-up files are rustup's, but for what fails with them", "[setup]") {
    const std::string kind = GENERATE("usual", "elsewhere");
    const SetupHome home;
    ShellScene scene = scene_with_all_shells(home);
    if (kind == "elsewhere") scene.cargo_home = "/tmp/elsewhere/cargo";
    const auto shells = find_shells(scene);
    const std::string scripts = home.folder.make("scripts");
    write_env_scripts(home.held, scripts, shells);
    CHECK(add_to_start_up_files(home.held, shells).empty());
    platform::remove_tree(home.on, home.cargo_home());
    check_like_recorded(home, kRecorded + kind + "/home", home.home());
    for (const std::string& script : files_below(home, scripts)) {
        CAPTURE(script);
        CHECK(platform::load_file(scripts + "/" + script) ==
              platform::load_file(kRecorded + kind + "/" + script));
    }
    CHECK(files_below(home, scripts).size() == 6);
}

TEST_CASE("a line that is there is not added again", "[setup]") {
    const SetupHome home;
    const auto shells = find_shells(scene_with_all_shells(home));
    CHECK(add_to_start_up_files(home.held, shells).empty());
    const std::string before = platform::load_file(home.folder / "home/.bashrc");
    CHECK(add_to_start_up_files(home.held, shells).empty());
    CHECK(platform::load_file(home.folder / "home/.bashrc") == before);
    CHECK(before == "\n. \"$HOME/.cargo/env\"\n");
}

TEST_CASE("what was added is taken out again, and nothing else", "[setup]") {
    const SetupHome home;
    const auto shells = find_shells(scene_with_all_shells(home));
    CHECK(add_to_start_up_files(home.held, shells).empty());
    CHECK(remove_from_start_up_files(home.held, shells).empty());
    CHECK(platform::load_file(home.folder / "home/.bash_profile") == "umask 022\n");
    CHECK(platform::load_file(home.folder / "home/.bash_login") == "umask 022\n");
    CHECK(platform::load_file(home.folder / "home/.profile").empty());
    CHECK(platform::load_file(home.folder / "home/.config/fish/conf.d/rustup.fish").empty());
    CHECK(platform::load_file(home.folder / "home/.config/xonsh/rc.xsh").empty());
}

TEST_CASE("a part of a line is not ours, and neither is a comment", "[setup]") {
    const std::string theirs =
        GENERATE("[ -f x ] && . \"$HOME/.cargo/env\"", "  . \"$HOME/.cargo/env\"",
                 "# . \"$HOME/.cargo/env\"", ". \"$HOME/.cargo/env\" # mine",
                 ". \"$HOME/.cargo/env.sh\"", "source \"$HOME/.cargo/env\";",
                 "if true; then\n. \"$HOME/.cargo/env\"\nfi", "f() {\n\n. \"$HOME/.cargo/env\"\n}",
                 "[ -f x ] &&\n. \"$HOME/.cargo/env\"", "false \\\n. \"$HOME/.cargo/env\"");
    const std::string ending = GENERATE("\n", "\nsource \"$HOME/.cargo/env\" || true\n");
    const SetupHome home;
    const std::string profile = home.folder.write("home/.profile", theirs + ending);
    const ShellScene scene = plain_scene(home);
    const auto shells = find_shells(scene);
    CHECK(add_to_start_up_files(home.held, shells).empty());
    CHECK(platform::load_file(profile) == theirs + ending + ". \"$HOME/.cargo/env\"\n");
    CHECK(remove_historic_lines(home.held, historic_lines(scene)).empty());
    CHECK(remove_from_start_up_files(home.held, shells).empty());
    CHECK(platform::load_file(profile) == theirs + ending);
}

TEST_CASE("a line is ours however its path is written", "[setup]") {
    const SetupHome home;
    const ShellScene scene = plain_scene(home);
    const std::string line = replace_all(GENERATE("$HOME//.cargo/env", "$HOME/./.cargo/./env",
                                                  "{}/env", "{}//env", "$HOME/.cargo///env"),
                                         "{}", home.cargo_home());
    const std::string ending = GENERATE("", "\n", "\r\n", "\nb\n");
    const std::string text = "a\n. \"" + line + "\"" + ending;
    const std::string profile = home.folder.write("home/.profile", text);
    CHECK(add_to_start_up_files(home.held, find_shells(scene)).empty());
    CHECK(platform::load_file(profile) == text);
    CHECK(remove_from_start_up_files(home.held, find_shells(scene)).empty());
    CHECK(platform::load_file(profile) == (ending == "\nb\n" ? "a\nb\n" : "a\n"));
}

TEST_CASE("all lines of ours go, however many there are", "[setup]") {
    const SetupHome home;
    const std::string line = ". \"$HOME/.cargo/env\"\n";
    const std::string profile =
        home.folder.write("home/.profile", line + "a\n" + line + line + "b");
    CHECK(remove_from_start_up_files(home.held, find_shells(plain_scene(home))).empty());
    CHECK(platform::load_file(profile) == "a\nb");
}

TEST_CASE("the usual folder is known by its parts", "[setup]") {
    ShellScene scene;
    scene.home = GENERATE("/home/me", "/home/me/", "//home/./me", "/home/me/./");
    scene.cargo_home = GENERATE("/home/me/.cargo", "/home/me//.cargo/", "/home/./me/.cargo/.");
    CHECK(shown_cargo_home(scene) == "$HOME/.cargo");
    scene.cargo_home = "/home//me/./cargo//";
    CHECK(shown_cargo_home(scene) == "/home/me/cargo");
}

TEST_CASE("a start-up file keeps its mode, its other names and its folder", "[setup]") {
    const SetupHome home;
    const std::string profile = home.folder.write("home/.profile", "a\n");
    platform::change_mode(profile, 0640);
    const bool linked = GENERATE(false, true);
    if (linked) platform::add_name(profile, home.folder / "second");
    home.folder.write("home/.profile.latchkey", "of a killed process");
    const auto shells = find_shells(plain_scene(home));
    CHECK(add_to_start_up_files(home.held, shells).empty());
    CHECK(remove_from_start_up_files(home.held, shells).empty());
    CHECK(platform::load_file(profile) == "a\n");
    CHECK(platform::find_status(profile)->permissions == 0640);
    CHECK(platform::find_status(profile)->links == (linked ? 2 : 1));
    CHECK(files_below(home, home.home()) == std::vector<std::string>{".profile"});
}

TEST_CASE("a file that cannot be changed keeps no other from being changed", "[setup]") {
    const SetupHome home;
    home.folder.make("home/.profile");
    const std::string bashrc = home.folder.write("home/.bashrc", "a\n");
    CHECK(add_to_start_up_files(home.held, find_shells(plain_scene(home))).size() == 1);
    CHECK(platform::load_file(bashrc) == "a\n. \"$HOME/.cargo/env\"\n");
}

TEST_CASE("bytes that are no text do not hide a line", "[setup]") {
    const SetupHome home;
    home.folder.write("home/.profile", "\xFF\n. \"$HOME/.cargo/env\"\n");
    const auto shells = find_shells(plain_scene(home));
    CHECK(add_to_start_up_files(home.held, shells).empty());
    CHECK(platform::load_file(home.folder / "home/.profile") == "\xFF\n. \"$HOME/.cargo/env\"\n");
    CHECK(remove_from_start_up_files(home.held, shells).empty());
    CHECK(platform::load_file(home.folder / "home/.profile") == "\xFF\n");
}

TEST_CASE("a start-up file behind a symlink stays there", "[setup]") {
    const SetupHome home;
    const std::string real = home.folder.write("dotfiles/profile", "a\n");
    platform::make_link(real, home.home() + "/.profile");
    const auto shells = find_shells(plain_scene(home));
    CHECK(add_to_start_up_files(home.held, shells).empty());
    CHECK(platform::load_file(real) == "a\n. \"$HOME/.cargo/env\"\n");
    CHECK(remove_from_start_up_files(home.held, shells).empty());
    CHECK(platform::load_file(real) == "a\n");
    CHECK(platform::find_link(home.home() + "/.profile") == real);
}

TEST_CASE("what rustup once wrote goes", "[setup]") {
    const SetupHome home;
    ShellScene scene = plain_scene(home);
    scene.zsh_folder = home.folder.make("zsh");
    const std::string text =
        "export PATH=\"$HOME/.cargo/bin:$PATH\"\nb\nsource \"$HOME/.cargo/env\"\nc\n";
    for (const char* file : {"home/.profile", "home/.bash_profile", "home/.zprofile",
                             "zsh/.zprofile", "home/.bashrc"}) {
        home.folder.write(file, text);
    }
    CHECK(remove_historic_lines(home.held, historic_lines(scene)).empty());
    for (const char* file :
         {"home/.profile", "home/.bash_profile", "home/.zprofile", "zsh/.zprofile"}) {
        CAPTURE(file);
        CHECK(platform::load_file(home.folder / file) == "b\nc\n");
    }
    CHECK(platform::load_file(home.folder / "home/.bashrc") == text);
}

TEST_CASE("files that cannot be written are named as rustup names them", "[setup]") {
    const SetupHome home;
    const auto shells = find_shells(plain_scene(home));
    const std::string profile = home.folder.make("home/.profile");
    const auto failures = add_to_start_up_files(home.held, shells);
    REQUIRE(failures.size() == 1);
    CHECK(std::string(failures.front().what()) == "could not amend shell profile: '" + profile +
                                                      "': could not write rcfile file: '" +
                                                      profile + "': Is a directory (os error 21)");
    const std::string script = home.folder.make("home/.cargo/env");
    CHECK(error_text([&] { write_env_scripts(home.held, home.cargo_home(), shells); }) ==
          "could not write env file: '" + script + "': Is a directory (os error 21)");
}

TEST_CASE("each shell is found by its own sign", "[setup]") {
    const SetupHome home;
    ShellScene scene = plain_scene(home);
    CHECK(find_shells(scene).size() == 1);
    scene.environment.set("SHELL", "/usr/bin/fish");
    CHECK(find_shells(scene).back().env_name == "env.fish");
    scene.environment.set("SHELL", "/bin/zsh");
    CHECK(find_shells(scene).back().edited == std::vector<std::string>{home.home() + "/.zshenv"});
    scene.zsh_folder = home.folder.make("zsh");
    CHECK(find_shells(scene).back().edited ==
          std::vector<std::string>{home.folder / "zsh/.zshenv"});
    home.folder.write("home/.zshenv", "");
    CHECK(find_shells(scene).back().edited == std::vector<std::string>{home.home() + "/.zshenv"});
    scene.environment.set("SHELL", "/bin/tcsh");
    home.folder.write("home/.cshrc", "");
    CHECK(find_shells(scene).back().edited == std::vector<std::string>{home.home() + "/.cshrc"});
    scene.environment.unset("SHELL");
    scene.environment.set("XONSHRC", "anything");
    scene.environment.set("XDG_CONFIG_HOME", "/x");
    CHECK(find_shells(scene).back().edited == std::vector<std::string>{"/x/xonsh/rc.xsh"});
    CHECK(find_shells(scene).back().searched ==
          std::vector<std::string>{"/x/xonsh/rc.xsh", home.home() + "/.config/xonsh/rc.xsh",
                                   home.home() + "/.xonshrc"});
}

TEST_CASE("zsh's folder is what zsh says, for those who use another shell", "[setup]") {
    const SetupHome home;
    platform::Environment environment;
    CHECK(find_zsh_folder(home.on, environment) == std::nullopt);
    const std::string zsh = home.folder.write("shells/zsh", "#!/bin/sh\nprintf /from/zsh\n");
    platform::save_file(home.folder / "shells/zsh2", "");
    environment.set("PATH", home.folder / "shells");
    CHECK(find_zsh_folder(home.on, environment) == std::nullopt);  // It may not be executed.
    platform::remove_file(zsh);
    platform::save_file(zsh, "#!/bin/sh\nprintf /from/zsh\n", 0777);
    CHECK(find_zsh_folder(home.on, environment) == "/from/zsh");
    environment.set("SHELL", "/bin/zsh");
    CHECK(find_zsh_folder(home.on, environment) == std::nullopt);
    environment.set("ZDOTDIR", "/from/variable");
    CHECK(find_zsh_folder(home.on, environment) == "/from/variable");
}

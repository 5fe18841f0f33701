#include "latchkey/init/texts.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::init;

namespace {

std::string last_lines(const std::string& text) {
    return text.substr(text.find("Consider "));
}

}  // namespace

TEST_CASE("the closing text has a line for each command that a running shell may need", "[init]") {
    CHECK(farewell_text("$HOME/.cargo", {{". \"$HOME/.cargo/env\"", "sh/ash/dash/pdksh"}}, true,
                        false) ==
          "\nRust is installed now. Great!\n"
          "\n"
          "To get started you may need to restart your current shell.\n"
          "This would reload your PATH environment variable to include\n"
          "Cargo's bin directory ($HOME/.cargo/bin).\n"
          "\n"
          "To configure your current shell, you need to source the\n"
          "corresponding env file under $HOME/.cargo.\n"
          "\n"
          "Consider running the right command for your shell (note the leading DOT):\n"
          ". \"$HOME/.cargo/env\" # For sh/ash/dash/pdksh\n");
    CHECK(last_lines(farewell_text("$HOME/.cargo",
                                   {{". \"$HOME/.cargo/env\"", "sh/ash/dash/pdksh/bash/zsh"},
                                    {"source \"$HOME/.cargo/env.fish\"", "fish"},
                                    {"source \"~/.cargo/env.nu\"", "nushell"}},
                                   true, false)) ==
          "Consider running the right command for your shell (note the leading DOT):\n"
          ". \"$HOME/.cargo/env\"           # For sh/ash/dash/pdksh/bash/zsh\n"
          "source \"$HOME/.cargo/env.fish\" # For fish\n"
          "source \"~/.cargo/env.nu\"       # For nushell\n");
}

// Upstream: smoke_case_install_no_modify_path.
TEST_CASE("the closing text says that PATH was left alone", "[init]") {
    const std::string text = farewell_text("$HOME/.cargo", {}, false, false);
    CHECK(text.find(
              "\nTo get started you need Cargo's bin directory ($HOME/.cargo/bin) in your PATH\n"
              "environment variable. This has not been done automatically.\n"
              "\n"
              "To configure your current shell, you need to source\n"
              "the corresponding env file under $HOME/.cargo.\n") != std::string::npos);
}

TEST_CASE("the closing text's lines break where they are too long", "[init]") {
    const std::string home = "/home/me/projects/work/toolchains/rust/cargo";
    CHECK(last_lines(farewell_text(home,
                                   {{". \"" + home + "/env\"", "sh/ash/dash/pdksh/bash"},
                                    {"source \"" + home + "/env.fish\"", "fish"}},
                                   true, false)) ==
          "Consider running the right command for your shell (note the leading DOT):\n"
          ". \"/home/me/projects/work/toolchains/rust/cargo/env\"           # For \n"
          "sh/ash/dash/pdksh/bash\n"
          "source \"/home/me/projects/work/toolchains/rust/cargo/env.fish\" # For fish\n");
}

// Upstream: installer_shows_default_host_tuple.
TEST_CASE("the menu shows the default host's tuple", "[init]") {
    const std::string text =
        choices_text({"x86_64-unknown-linux-gnu", "stable (default)", "default", true}, false);
    CHECK(text.find("\n    default host tuple: x86_64-unknown-linux-gnu\n"
                    "     default toolchain: stable (default)\n") != std::string::npos);
}

TEST_CASE("the installer names every start-up file, or none", "[init]") {
    CHECK(welcome_text({"/r", "/c", {"/h/.profile", "/h/.bashrc"}}, false)
              .find("modifying the profile files located at:\n\n  /h/.profile\n  /h/.bashrc\n\n") !=
          std::string::npos);
    CHECK(welcome_text({"/r", "/c", {}}, false).find("but will not be added automatically.\n") !=
          std::string::npos);
}

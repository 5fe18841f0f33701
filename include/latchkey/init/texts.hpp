#pragma once

#include <string>
#include <vector>

namespace latchkey::init {

// The texts of rustup-init and of `self uninstall`, in the words of rustup 1.29.

/// What the welcome tells.
struct WelcomeFacts {
    std::string rustup_home;
    std::string cargo_home;
    std::vector<std::string> start_up_files;  ///< Those that will be edited.
};
std::string welcome_text(const WelcomeFacts& facts, bool color);

/// What the installer is about to do.
struct InitChoices {
    std::string host;
    std::string toolchain;
    std::string profile;
    bool modify_path = true;
};
std::string choices_text(const InitChoices& choices, bool color);

/// `customized`: the user has already chosen other options.
std::string menu_text(bool customized);

/// The line with which a shell that is running already gets the new PATH.
struct SourceLine {
    std::string command;  ///< `. "$HOME/.cargo/env"`
    std::string shells;   ///< "sh/ash/dash/pdksh/bash"
};

/// `cargo_home` is written as in start-up files. Each of `lines` is printed on a line of its own.
std::string farewell_text(const std::string& cargo_home, const std::vector<SourceLine>& lines,
                          bool modify_path, bool color);

/// The question after a warning.
inline constexpr const char* kContinue = "\nContinue? (y/N)";

std::string uninstall_text(const std::string& cargo_home, bool modify_path, bool color);

}  // namespace latchkey::init

#pragma once

#include <string>
#include <vector>

namespace latchkey::init {

/// What rustup-init asks and tells, as rustup 1.29 words it.

struct WelcomeFacts {
    std::string rustup_home;
    std::string cargo_home;
    std::vector<std::string> start_up_files;  ///< To be edited. Empty: none is.
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

/// `customized`: the user has answered questions.
std::string menu_text(bool customized);

/// What a shell that is running already has to be told.
struct SourceLine {
    std::string command;  ///< `. "$HOME/.cargo/env"`
    std::string shells;   ///< "sh/ash/dash/pdksh/bash"
};

/// `cargo_home` is as start-up files name it. The lines stand below each other.
std::string farewell_text(const std::string& cargo_home, const std::vector<SourceLine>& lines,
                          bool modify_path, bool color);

/// The question after a warning.
inline constexpr const char* kContinue = "\nContinue? (y/N)";

std::string uninstall_text(const std::string& cargo_home, bool modify_path, bool color);

}  // namespace latchkey::init

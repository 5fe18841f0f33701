#include "latchkey/init/texts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "latchkey/base/text.hpp"
#include "latchkey/screen/prose.hpp"

namespace latchkey::init {
namespace {

std::string bold(std::string_view text) {
    return fmt::format("{}{}{}", screen::kBoldMark, text, screen::kBoldMark);
}

/// `*text*` becomes bold.
std::string marked(std::string_view text) {
    return replace_all(text, "*", std::string(1, screen::kBoldMark));
}

std::string path_paragraph(const std::vector<std::string>& files) {
    if (files.empty()) {
        return marked(
            "This path needs to be in your *PATH* environment variable,\n"
            "but will not be added automatically.\n");
    }
    std::string text =
        marked(fmt::format("This path will then be added to your *PATH* environment variable by\n"
                           "modifying the profile file{} located at:\n\n",
                           files.size() == 1 ? "" : "s"));
    for (const std::string& file : files) text += "  " + file + "\n";
    return text;
}

std::string choice_line(std::size_t width, std::string_view name, std::string_view value,
                        bool color) {
    const std::string label = fmt::format("{:>{}}", name, width);
    const std::size_t blanks = label.find_first_not_of(' ');
    // rustup's own text marks the blanks, too, unless they are two.
    const bool mark_blanks = color && blanks != 2;
    const auto boldly = [color](std::string_view text) {
        return color ? fmt::format("\033[0m\033[1m{}\033[0m", text) : std::string(text);
    };
    return fmt::format("{}{}: {}\n",
                       mark_blanks ? boldly(label.substr(0, blanks)) : label.substr(0, blanks),
                       label.substr(blanks), boldly(value));
}

}  // namespace

std::string welcome_text(const WelcomeFacts& facts, bool color) {
    const std::string text =
        marked(
            "# Welcome to Rust!\n"
            "This will download and install the official compiler for the Rust\n"
            "programming language, and its package manager, Cargo.\n"
            "\n"
            "Rustup metadata and toolchains will be installed into the Rustup\n"
            "home directory, located at:\n"
            "\n") +
        "  " + facts.rustup_home +
        "\n\n"
        "This can be modified with the RUSTUP_HOME environment variable.\n"
        "\n"
        "The Cargo home directory is located at:\n"
        "\n"
        "  " +
        facts.cargo_home +
        marked(
            "\n\n"
            "This can be modified with the CARGO_HOME environment variable.\n"
            "\n"
            "The *cargo*, *rustc*, *rustup* and other commands will be added to\n"
            "Cargo's bin directory, located at:\n"
            "\n") +
        "  " + facts.cargo_home + "/bin\n\n" + path_paragraph(facts.start_up_files) +
        marked(
            "\n"
            "You can uninstall at any time with *rustup self uninstall* and\n"
            "these changes will be reverted.\n");
    return screen::prose_text(text, color);
}

std::string choices_text(const InitChoices& choices, bool color) {
    constexpr std::size_t kWidth = 22;
    return "\nCurrent installation options:\n\n\n" +
           choice_line(kWidth, "default host tuple", choices.host, color) +
           choice_line(kWidth, "default toolchain", choices.toolchain, color) +
           choice_line(kWidth, "profile", choices.profile, color) +
           choice_line(kWidth, "modify PATH variable", choices.modify_path ? "yes" : "no", color) +
           "\n";
}

std::string menu_text(bool customized) {
    return fmt::format(
        "1) Proceed with {} (default - just press enter)\n"
        "2) Customize installation\n"
        "3) Cancel installation\n"
        ">",
        customized ? "selected options" : "standard installation");
}

std::string farewell_text(const std::string& cargo_home, const std::vector<SourceLine>& lines,
                          bool modify_path, bool color) {
    std::string text = "# Rust is installed now. Great!\n";
    if (modify_path) {
        text += fmt::format(
            "To get started you may need to restart your current shell.\n"
            "This would reload your {0} environment variable to include\n"
            "Cargo's bin directory ({1}/bin).\n"
            "\n"
            "To configure your current shell, you need to source the\n"
            "corresponding {2} file under {1}.\n",
            bold("PATH"), cargo_home, bold("env"));
    } else {
        text += fmt::format(
            "To get started you need Cargo's bin directory ({1}/bin) in your {0}\n"
            "environment variable. This has not been done automatically.\n"
            "\n"
            "To configure your current shell, you need to source\n"
            "the corresponding {2} file under {1}.\n",
            bold("PATH"), cargo_home, bold("env"));
    }
    text += "\nConsider running the right command for your shell (note the leading DOT):\n";
    std::size_t width = 0;
    for (const SourceLine& line : lines) width = std::max(width, line.command.size());
    for (const SourceLine& line : lines) {
        text += fmt::format("{:<{}} # For {}\n", line.command, width, line.shells);
    }
    return screen::prose_text(text, color);
}

std::string uninstall_text(const std::string& cargo_home, bool modify_path, bool color) {
    std::string text = "# Thanks for hacking in Rust!\n";
    if (modify_path) {
        text += fmt::format(
            "This will uninstall all Rust toolchains and data, and remove\n"
            "{} from your {} environment variable.\n",
            bold(cargo_home + "/bin"), bold("PATH"));
    } else {
        text += fmt::format(
            "This will uninstall all Rust toolchains and data.\n"
            "Your {} environment variable will not be touched.\n",
            bold("PATH"));
    }
    return "\n" + screen::prose_text(text, color);
}

}  // namespace latchkey::init

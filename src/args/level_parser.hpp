#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "latchkey/args/command_table.hpp"
#include "latchkey/args/invocation.hpp"
#include "latchkey/args/parse_setup.hpp"
#include "level_end.hpp"

namespace latchkey::args {

/// What all levels of a command line share.
struct ParseContext {
    const ParseSetup& setup;
    Invocation& invocation;
    bool only_stderr;               ///< rustup-init prints no error to stdout.
    bool own = false;               ///< A command or an argument came that only Latchkey has.
    const Command* last = nullptr;  ///< The last command of the path.
};

/// Parses the words of one command. A subcommand's words are parsed by another LevelParser.
///
/// As in clap, a value is checked when the next word shows that it is complete. The order of these
/// checks decides which of several faults is reported.
class LevelParser {
public:
    /// `path` is the usage name: "rustup[EXE] toolchain".
    LevelParser(const Command& command, std::string path, ParseContext& context);

    /// Fills the context's Invocation. Empty: the command line has no fault and runs a command.
    std::optional<ParseExit> parse(std::span<const std::string> words);

    /// Whether a subcommand was given.
    [[nodiscard]] bool has_subcommand() const noexcept { return subcommand_ != nullptr; }

private:
    using Exit = std::optional<ParseExit>;

    struct Match {
        const Argument* argument;
        std::vector<std::string> values;
    };

    Exit read_words(std::span<const std::string> words);
    [[nodiscard]] bool is_signed_value(std::string_view word) const;
    Exit read_option(const std::string& word, std::span<const std::string> rest);
    Exit read_long(const std::string& word, std::span<const std::string> rest);
    Exit read_letters(const std::string& word);
    Exit read_positional(const std::string& word);
    Exit take_flag(const Argument& option);
    Exit take_value(const Argument& argument, std::vector<std::string> values);
    void await_value(const Argument& argument);
    Exit resolve();

    void put_real_name(const Argument& argument, std::string& value) const;
    Exit check_value(const Argument& argument, const std::string& value);
    Exit check_toolchain(const Argument& argument, const std::string& value);
    Exit validate();
    void store();

    Exit unknown_option(const std::string& name, std::span<const std::string> rest);

    [[nodiscard]] std::vector<const Argument*> used() const;
    Match& start(const Argument& argument);
    bool forget(const Argument& argument);

    const Command& command_;
    ParseContext& context_;
    LevelEnd end_;
    std::vector<Match> matches_;          // In the order in which they came first.
    std::optional<Match> pending_;        // Not judged yet.
    const Argument* awaiting_ = nullptr;  // An option whose value is the next word.
    std::size_t next_positional_ = 0;
    bool in_list_ = false;      // A repeatable positional takes what comes.
    bool only_values_ = false;  // Behind "--" or a passthrough value.
    const Command* subcommand_ = nullptr;
    std::span<const std::string> subcommand_words_;
};

}  // namespace latchkey::args

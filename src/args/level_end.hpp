#pragma once

#include <optional>
#include <span>
#include <string>

#include "latchkey/args/command_table.hpp"
#include "latchkey/args/invocation.hpp"
#include "latchkey/args/parse_setup.hpp"
#include "parse_error.hpp"

namespace latchkey::args {

/// Makes the ParseExit of a command line that ends at one command: help, the version, or an error.
class LevelEnd {
public:
    using Arguments = std::span<const Argument* const>;

    /// `path` is the usage name: "rustup[EXE] toolchain". `only_stderr`: no error goes to stdout.
    LevelEnd(const Command& command, std::string path, const ParseSetup& setup, bool only_stderr)
        : command_(command), path_(std::move(path)), setup_(setup), only_stderr_(only_stderr) {}

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    [[nodiscard]] ParseExit help(int exit_code) const;

    /// The end at the subcommand `help`: the help of the command that `words` lead to.
    [[nodiscard]] ParseExit help_of(std::span<const std::string> words) const;

    [[nodiscard]] ParseExit version() const;

    [[nodiscard]] ParseExit fail(parse_error::Message message) const;

    /// `name` is without dashes, `used` what the usage line shows.
    [[nodiscard]] ParseExit unknown_option(const std::string& name,
                                           const std::optional<parse_error::SimilarOption>& similar,
                                           Arguments used) const;

    /// `letters` are the rest of a word of options.
    [[nodiscard]] ParseExit unknown_letter(const std::string& letters) const;

    /// `only_values`: the word came behind "--".
    [[nodiscard]] ParseExit unknown_word(const std::string& word, bool only_values) const;

    /// The usage line of errors. Without arguments: the general one.
    [[nodiscard]] std::string usage(Arguments used = {}) const;

private:
    const Command& command_;
    std::string path_;
    const ParseSetup& setup_;
    bool only_stderr_;
};

/// The option of this command. Null: it has none of this name.
const Argument* find_long(const Command& command, std::string_view name);

/// The option similar to `name`: one of this command, or of a subcommand that is named later.
std::optional<parse_error::SimilarOption> find_similar_option(const Command& command,
                                                              const std::string& name,
                                                              std::span<const std::string> rest);

/// The subcommand of this name, the implicit `help` included. Null: there is none.
const Command* find_subcommand_of(const Command& command, std::string_view word);

}  // namespace latchkey::args

#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "latchkey/args/command_table.hpp"
#include "latchkey/args/invocation.hpp"

namespace latchkey::args {

/// The words of every parse error. Texts are coloured, without "error: " and without the line on
/// `--help`, which `finish` adds.
namespace parse_error {

/// Whether rustup prints it to stdout (unknown words) or to stderr (everything else).
enum class Stream { out, err };

struct Message {
    Stream stream;
    std::string text;   ///< Coloured.
    std::string usage;  ///< Coloured; may be empty.
};

/// A suggested option, in this command (`command` empty) or a subcommand.
struct SimilarOption {
    std::string name;
    std::string command;
};

Message unknown_argument(const std::string& argument, const std::optional<SimilarOption>& similar,
                         bool may_be_value, std::string usage);
Message unknown_subcommand(const std::string& word, std::span<const std::string> similar,
                           std::string usage);
Message needless_dashes(const std::string& subcommand, std::string usage);
Message missing_value(const Argument& argument);
Message unexpected_value(const Argument& argument, const std::string& value, std::string usage);
Message impossible_value(const Argument& argument, const std::string& value);
Message refused_value(const Argument& argument, const std::string& value,
                      const std::string& reason);
Message repeated(const Argument& argument, std::string usage);
Message conflict(const Argument& argument, std::span<const Argument* const> others,
                 std::string usage);
Message missing_arguments(std::span<const Argument* const> arguments, std::string usage);
Message not_utf8(std::string usage);

/// The whole text. `help_flag`: the command has a `--help` to point to.
ParseExit finish(const Message& message, bool help_flag, bool color_on_stdout,
                 bool color_on_stderr);

}  // namespace parse_error

}  // namespace latchkey::args

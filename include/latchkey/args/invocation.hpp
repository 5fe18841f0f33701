#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::args {

/// A command line without faults.
///
/// Holds the arguments of the last command of the path, and those of the whole line, under their
/// Argument::key(): "force", "yes", "TOOLCHAIN". `verbose` and `quiet` are `-v` and `-q` of the top
/// level.
class Invocation {
public:
    std::vector<std::string>
        command_path;  ///< Canonical names: {"toolchain", "install"}. May be empty.
    bool verbose = false;
    bool quiet = false;
    std::optional<std::string> plus_toolchain;  ///< Without the plus.
    std::vector<std::string> notes;             ///< To be logged as info before anything else.

    /// The path in one text: "toolchain install".
    [[nodiscard]] std::string command() const;

    /// Whether this flag was given.
    [[nodiscard]] bool flag(std::string_view key) const;

    /// Whether `--format json` was given, anywhere.
    [[nodiscard]] bool json() const;

    /// The value on the command line, else the table's default, else empty.
    [[nodiscard]] std::optional<std::string> value(std::string_view key) const;

    /// The value of a required argument.
    ///
    /// Throws: Errc::bug if the table does not make it required.
    [[nodiscard]] std::string required(std::string_view key) const;

    /// All values in their order. The values of a repeatable option are split at commas.
    [[nodiscard]] std::vector<std::string> values(std::string_view key) const;

    void set(std::string key, std::vector<std::string> values);

private:
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

/// A command line that runs no command: it asks for help or the version, or has a fault.
struct ParseExit {
    /// `help` is also the answer if only global options were given; the text then goes to stderr,
    /// and the exit status is 1. After `version`, rustup logs lines about the active toolchain.
    enum class Kind { help, version, error };

    Kind kind;
    std::string text;  ///< With its last line end.
    bool to_stderr;
    int exit_code;
    std::string message = {};  ///< Of an error, what is wrong: without colours and usage.
    bool json = false;         ///< A document is asked for.
    std::vector<std::string> notes = {};  ///< To be logged as info before the text.

    /// Without the plus. For `version`, as in rustup: the first word with a plus of the whole line,
    /// even if it is not a toolchain's name.
    std::optional<std::string> plus_toolchain = {};
};

}  // namespace latchkey::args

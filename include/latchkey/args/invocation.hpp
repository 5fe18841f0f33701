#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::args {

/// A command line that was understood.
///
/// Arguments are named by Argument::key(): "force", "yes", "TOOLCHAIN". Those of the last command
/// of the path are here, and those of the whole line; `-v` and `-q` of the top level are `verbose`
/// and `quiet`.
class Invocation {
public:
    std::vector<std::string>
        command_path;  ///< Canonical names: {"toolchain", "install"}. Maybe empty.
    bool verbose = false;
    bool quiet = false;
    std::optional<std::string> plus_toolchain;  ///< Without the plus.
    std::vector<std::string> notes;             ///< To be logged as info before anything else.

    /// "toolchain install".
    [[nodiscard]] std::string command() const;

    /// Was this flag given?
    [[nodiscard]] bool flag(std::string_view key) const;

    /// Was `--format json` given, anywhere?
    [[nodiscard]] bool json() const;

    /// The value given, else the table's default, else empty.
    [[nodiscard]] std::optional<std::string> value(std::string_view key) const;

    /// The value of something required.
    ///
    /// Throws: Errc::bug if the table does not make it required.
    [[nodiscard]] std::string required(std::string_view key) const;

    /// All values, split at commas where the table says so, in order.
    [[nodiscard]] std::vector<std::string> values(std::string_view key) const;

    void set(std::string key, std::vector<std::string> values);

private:
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

/// A command line that ends here: help, the version, or an error.
struct ParseExit {
    /// `help` also answers nothing but global options, then on stderr and with exit status 1.
    /// `version`: rustup then adds log lines on the active toolchain.
    enum class Kind { help, version, error };

    Kind kind;
    std::string text;  ///< With its last line end.
    bool to_stderr;
    int exit_code;
    std::string message = {};  ///< Of an error, what is wrong: without colours and usage.
    bool json = false;         ///< A document is asked for.
    std::vector<std::string> notes = {};  ///< To be logged as info before the text.

    /// Without its plus. For `version` the first such word of the whole line, unchecked, as in
    /// rustup.
    std::optional<std::string> plus_toolchain = {};
};

}  // namespace latchkey::args

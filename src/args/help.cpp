#include "latchkey/args/help.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "latchkey/base/text.hpp"
#include "styled_text.hpp"
#include "usage.hpp"

#ifndef LATCHKEY_VERSION
#error "the build says which version this is"
#endif

namespace latchkey::args {

namespace {

constexpr std::size_t kIndent = 2;           // Before every name.
constexpr std::size_t kShortWidth = 4;       // "-h, "
constexpr std::size_t kNextLineIndent = 10;  // Of a description below its name.
constexpr unsigned kDefaultWidth = 100;

/// One line of a list: a name and what it means.
struct Row {
    std::string name;  // Coloured.
    std::size_t width;
    std::string help;
};

std::string spaces(std::size_t count) {
    return std::string(count, ' ');
}

/// Not all of the text fits beside its name, and the names take more than 40 % of the line.
bool squeezed(std::size_t longest, std::size_t help_width, unsigned width) {
    const std::size_t taken = longest + 2 * kIndent;
    return width >= taken && static_cast<double>(taken) / width > 0.40 &&
           help_width > width - taken;
}

std::string list_text(const std::vector<Row>& rows, HelpForm form, unsigned width) {
    std::size_t longest = 2;
    for (const Row& row : rows) longest = std::max(longest, row.width);
    const bool below = form == HelpForm::expanded ||
                       std::any_of(rows.begin(), rows.end(), [longest, width](const Row& row) {
                           return squeezed(longest, row.help.size(), width);
                       });
    const std::size_t column = below ? kNextLineIndent : longest + 2 * kIndent;

    std::string text;
    for (const Row& row : rows) {
        if (!text.empty()) text += form == HelpForm::expanded ? "\n\n" : "\n";
        text += spaces(kIndent) + row.name;
        text += below ? "\n" + spaces(column) : spaces(column - kIndent - row.width);
        text += hanging(
            wrapped(row.help, width - std::min<unsigned>(width, static_cast<unsigned>(column))),
            column);
    }
    return text;
}

Row option_row(const Argument& option) {
    std::string name = styled_name(option, true);
    if (option.short_name == 0) {
        name = spaces(kShortWidth) + name;
    } else if (!option.long_name.empty()) {
        name = styled(Style::literal, std::string("-") + option.short_name) + ", " + name;
    }
    const std::size_t width = without_escapes(name).size();
    return {std::move(name), width, described(option)};
}

std::vector<Row> option_rows(const Command& command) {
    std::vector<Row> rows;
    for (const Argument* option : options_of(command)) {
        if (option->visible) rows.push_back(option_row(*option));
    }
    return rows;
}

std::vector<Row> positional_rows(const Command& command) {
    std::vector<Row> rows;
    for (const Argument& positional : command.positionals) {
        std::string name = styled_name(positional, positional.required);
        const std::size_t width = without_escapes(name).size();
        rows.push_back({std::move(name), width, described(positional)});
    }
    return rows;
}

std::vector<Row> command_rows(const Command& command) {
    std::vector<Row> rows;
    const auto add = [&rows](const Command& subcommand) {
        rows.push_back({styled(Style::literal, subcommand.name), subcommand.name.size(),
                        std::string(subcommand.about)});
    };
    for (const Command& subcommand : command.subcommands) {
        if (subcommand.visible) add(subcommand);
    }
    if (!command.subcommands.empty()) add(help_command());
    return rows;
}

}  // namespace

std::string help_text(const Command& command, std::string_view path, HelpForm form, unsigned width,
                      bool color) {
    std::string text;
    const auto add_block = [&text](const std::string& block) {
        if (!text.empty()) text += "\n\n";
        text += block;
    };
    const auto add_list = [&](std::string_view title, const std::vector<Row>& rows,
                              HelpForm rows_form) {
        if (rows.empty()) return;
        add_block(styled(Style::heading, title) + "\n" + list_text(rows, rows_form, width));
    };

    if (command.version_flag) add_block(wrapped(version_text(command.name), width));
    add_block(wrapped(command.about, width));
    add_block(styled_usage(command, path, {}));
    add_list("Commands:", command_rows(command), HelpForm::normal);
    add_list("Arguments:", positional_rows(command), form);
    add_list("Options:", option_rows(command), form);
    if (!command.discussion.empty()) add_block(wrapped(styled_markup(command.discussion), width));
    text += '\n';
    return color ? text : without_escapes(text);
}

std::string version_text(std::string_view program) {
    if (program == "latchkey") return "latchkey " LATCHKEY_VERSION "\n";
    return fmt::format("{} {} (latchkey " LATCHKEY_VERSION ")\n", program, kEmulatedVersion);
}

std::string testament_text() {
    return fmt::format("Rustup version renders as: {0} (latchkey " LATCHKEY_VERSION
                       ")\n"
                       "Current crate version: {0}\n"
                       "Branch information missing\n"
                       "Commit info: latchkey " LATCHKEY_VERSION
                       "\n"
                       "Working tree is clean\n",
                       kEmulatedVersion);
}

unsigned help_width(const platform::Environment& environment, unsigned terminal_columns) {
    if (terminal_columns > 0) return terminal_columns;
    const std::optional<std::string> columns = environment.find("COLUMNS");
    const std::optional<std::uint64_t> number = columns ? parse_number(*columns) : std::nullopt;
    if (!number || *number > 100'000) return kDefaultWidth;
    return static_cast<unsigned>(*number);
}

}  // namespace latchkey::args

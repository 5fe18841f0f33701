#include "parse_error.hpp"

#include "latchkey/base/printable.hpp"
#include "styled_text.hpp"
#include "suggestion.hpp"
#include "usage.hpp"

namespace latchkey::args::parse_error {

namespace {

std::string quoted(Style style, const std::string& text) {
    return "'" + styled(style, printable_line(text)) + "'";
}

std::string next_tip(const std::string& text) {
    return "\n  " + styled(Style::valid, "tip:") + " " + text;
}

std::string tip(const std::string& text) {
    return "\n" + next_tip(text);
}

std::string possible_values(const Argument& argument) {
    if (argument.possible_values.empty()) return {};
    std::string list;
    for (const std::string_view value : argument.possible_values) {
        list += (list.empty() ? "" : ", ") + styled(Style::valid, value);
    }
    return "\n  [possible values: " + list + "]";
}

}  // namespace

Message unknown_argument(const std::string& argument, const std::optional<SimilarOption>& similar,
                         bool may_be_value, std::string usage) {
    std::string text = "unexpected argument " + quoted(Style::invalid, argument) + " found";
    if (similar && similar->command.empty()) {
        text += tip("a similar argument exists: " + quoted(Style::valid, "--" + similar->name));
    } else if (similar) {
        text += tip(quoted(Style::valid, similar->command + " --" + similar->name) + " exists");
    }
    if (may_be_value) {
        const std::string advice = "to pass " + quoted(Style::invalid, argument) +
                                   " as a value, use " + quoted(Style::valid, "-- " + argument);
        text += similar ? next_tip(advice) : tip(advice);
    }
    return {Stream::out, std::move(text), std::move(usage)};
}

Message unknown_subcommand(const std::string& word, std::span<const std::string> similar,
                           std::string usage) {
    std::string text = "unrecognized subcommand " + quoted(Style::invalid, word);
    std::string list;
    for (const std::string& name : similar) {
        list += (list.empty() ? "" : ", ") + quoted(Style::valid, name);
    }
    if (similar.size() == 1) text += tip("a similar subcommand exists: " + list);
    if (similar.size() > 1) text += tip("some similar subcommands exist: " + list);
    return {Stream::out, std::move(text), std::move(usage)};
}

Message needless_dashes(const std::string& subcommand, std::string usage) {
    return {
        Stream::out,
        "unexpected argument " + quoted(Style::invalid, subcommand) + " found" +
            tip("subcommand " + quoted(Style::valid, subcommand) +
                " exists; to use it, remove the " + quoted(Style::invalid, "--") + " before it"),
        std::move(usage)};
}

Message missing_value(const Argument& argument) {
    return {Stream::err,
            "a value is required for " + quoted(Style::invalid, shown_name(argument)) +
                " but none was supplied" + possible_values(argument),
            {}};
}

Message unexpected_value(const Argument& argument, const std::string& value, std::string usage) {
    return {Stream::err,
            "unexpected value " + quoted(Style::invalid, value) + " for " +
                quoted(Style::literal, shown_name(argument)) + " found; no more were expected",
            std::move(usage)};
}

Message impossible_value(const Argument& argument, const std::string& value) {
    std::string text = "invalid value " + quoted(Style::invalid, value) + " for " +
                       quoted(Style::literal, shown_name(argument)) + possible_values(argument);
    const std::vector<std::string> similar = similar_words(value, argument.possible_values);
    if (!similar.empty()) {
        text += tip("a similar value exists: " + quoted(Style::valid, similar.back()));
    }
    return {Stream::err, std::move(text), {}};
}

Message refused_value(const Argument& argument, const std::string& value,
                      const std::string& reason) {
    return {Stream::err,
            "invalid value " + quoted(Style::invalid, value) + " for " +
                quoted(Style::literal, shown_name(argument)) + ": " + printable(reason),
            {}};
}

Message repeated(const Argument& argument, std::string usage) {
    return {Stream::err,
            "the argument " + quoted(Style::invalid, shown_name(argument)) +
                " cannot be used multiple times",
            std::move(usage)};
}

Message conflict(const Argument& argument, std::span<const Argument* const> others,
                 std::string usage) {
    std::string text =
        "the argument " + quoted(Style::invalid, shown_name(argument)) + " cannot be used with";
    if (others.size() == 1) {
        text += " " + quoted(Style::invalid, shown_name(*others.front()));
    } else {
        text += ":";
        for (const Argument* other : others) {
            text += "\n  " + styled(Style::invalid, shown_name(*other));
        }
    }
    return {Stream::err, std::move(text), std::move(usage)};
}

Message missing_arguments(std::span<const Argument* const> arguments, std::string usage) {
    std::string text = "the following required arguments were not provided:";
    for (const Argument* argument : arguments) {
        text += "\n  " + styled(Style::valid, shown_name(*argument));
    }
    return {Stream::err, std::move(text), std::move(usage)};
}

Message not_utf8(std::string usage) {
    return {Stream::err, "invalid UTF-8 was detected in one or more arguments", std::move(usage)};
}

ParseExit finish(const Message& message, bool help_flag, bool color_on_stdout,
                 bool color_on_stderr) {
    std::string text = styled(Style::error, "error:") + " " + message.text;
    if (!message.usage.empty()) text += "\n\n" + message.usage;
    if (help_flag) {
        text += "\n\nFor more information, try " + quoted(Style::literal, "--help") + ".";
    }
    text += "\n";
    const bool to_stderr = message.stream == Stream::err;
    const bool color = to_stderr ? color_on_stderr : color_on_stdout;
    return {.kind = ParseExit::Kind::error,
            .text = color ? std::move(text) : without_escapes(text),
            .to_stderr = to_stderr,
            .exit_code = 1,
            .message = without_escapes(message.text)};
}

}  // namespace latchkey::args::parse_error

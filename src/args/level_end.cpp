#include "level_end.hpp"

#include <algorithm>

#include "latchkey/args/help.hpp"
#include "latchkey/base/utf8.hpp"
#include "suggestion.hpp"
#include "usage.hpp"

namespace latchkey::args {

namespace {

std::vector<std::string_view> long_names(const Command& command) {
    std::vector<std::string_view> names;
    for (const Argument* option : options_of(command)) {
        if (!option->long_name.empty()) names.push_back(option->long_name);
    }
    return names;
}

std::vector<std::string_view> subcommand_words(const Command& command) {
    std::vector<std::string_view> words;
    for (const Command& subcommand : command.subcommands) {
        words.push_back(subcommand.name);
        words.insert(words.end(), subcommand.aliases.begin(), subcommand.aliases.end());
    }
    words.push_back(help_command().name);
    return words;
}

/// The first letter of an option word; all of the rest where that is no UTF-8.
std::string first_letter(const std::string& text) {
    const std::size_t length = code_point_length(text);
    return length == 0 ? shown_as_utf8(text) : text.substr(0, length);
}

}  // namespace

ParseExit LevelEnd::help(int exit_code) const {
    return ParseExit{.kind = ParseExit::Kind::help,
                     .text = help_text(command_, path_, HelpForm::normal, setup_.help_width,
                                       setup_.color_on_stdout),
                     .to_stderr = false,
                     .exit_code = exit_code};
}

ParseExit LevelEnd::help_of(std::span<const std::string> words) const {
    const Command* command = &command_;
    std::string path = path_;
    for (const std::string& word : words) {
        const Command* const below = find_subcommand_of(*command, word);
        if (below == nullptr) {
            const parse_error::Message message = parse_error::unknown_subcommand(
                shown_as_utf8(word), {}, styled_usage(*command, path, {}));
            return parse_error::finish(message, command->help_flag, setup_.color_on_stdout,
                                       setup_.color_on_stderr);
        }
        command = below;
        path += " " + std::string(below->name);
    }
    return LevelEnd(*command, path, setup_, only_stderr_).help(0);
}

ParseExit LevelEnd::version() const {
    return ParseExit{.kind = ParseExit::Kind::version,
                     .text = version_text(command_.name),
                     .to_stderr = false,
                     .exit_code = 0};
}

ParseExit LevelEnd::fail(parse_error::Message message) const {
    if (only_stderr_) message.stream = parse_error::Stream::err;
    return parse_error::finish(message, command_.help_flag, setup_.color_on_stdout,
                               setup_.color_on_stderr);
}

ParseExit LevelEnd::unknown_option(const std::string& name,
                                   const std::optional<parse_error::SimilarOption>& similar,
                                   Arguments used) const {
    // Where words are passed on, an unknown option is likely meant to be one of them.
    const bool passes_on = std::any_of(command_.positionals.begin(), command_.positionals.end(),
                                       [](const Argument& word) { return word.passthrough; });
    const bool may_be_value = passes_on || (!similar && !command_.positionals.empty());
    return fail(parse_error::unknown_argument("--" + name, similar, may_be_value, usage(used)));
}

ParseExit LevelEnd::unknown_letter(const std::string& letters) const {
    return fail(parse_error::unknown_argument("-" + first_letter(letters), std::nullopt,
                                              !command_.positionals.empty(), usage()));
}

ParseExit LevelEnd::unknown_word(const std::string& word, bool only_values) const {
    const std::string shown = shown_as_utf8(word);
    if (only_values && find_subcommand_of(command_, word) != nullptr) {
        return fail(parse_error::needless_dashes(shown, usage()));
    }
    if (!command_.subcommands.empty()) {
        const std::vector<std::string> similar = similar_words(shown, subcommand_words(command_));
        if (!similar.empty() || command_.positionals.empty()) {
            return fail(parse_error::unknown_subcommand(shown, similar, usage()));
        }
    }
    return fail(parse_error::unknown_argument(shown, std::nullopt, false, usage()));
}

std::string LevelEnd::usage(Arguments used) const {
    return styled_usage(command_, path_, used);
}

const Argument* find_long(const Command& command, std::string_view name) {
    for (const Argument* option : options_of(command)) {
        if (!option->long_name.empty() && option->long_name == name) return option;
    }
    return nullptr;
}

std::optional<parse_error::SimilarOption> find_similar_option(const Command& command,
                                                              const std::string& name,
                                                              std::span<const std::string> rest) {
    const std::vector<std::string> own = similar_words(name, long_names(command));
    if (!own.empty()) return parse_error::SimilarOption{own.back(), {}};

    std::optional<parse_error::SimilarOption> found;
    auto nearest = rest.end();
    for (const Command& subcommand : command.subcommands) {
        const std::vector<std::string> similar = similar_words(name, long_names(subcommand));
        const auto place = std::find(rest.begin(), nearest, subcommand.name);
        if (similar.empty() || place == nearest) continue;
        nearest = place;
        found = parse_error::SimilarOption{similar.back(), std::string(subcommand.name)};
    }
    return found;
}

const Command* find_subcommand_of(const Command& command, std::string_view word) {
    for (const Command& subcommand : command.subcommands) {
        if (subcommand.answers_to(word)) return &subcommand;
    }
    if (!command.subcommands.empty() && help_command().answers_to(word)) return &help_command();
    return nullptr;
}

}  // namespace latchkey::args

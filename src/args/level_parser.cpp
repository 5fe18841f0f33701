#include "level_parser.hpp"

#include <algorithm>

#include "latchkey/args/help.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"
#include "suggestion.hpp"
#include "usage.hpp"

namespace latchkey::args {

namespace {

const Argument* find_long(const Command& command, std::string_view name) {
    for (const Argument* option : options_of(command)) {
        if (!option->long_name.empty() && option->long_name == name) return option;
    }
    return nullptr;
}

const Argument* find_letter(const Command& command, char32_t letter) {
    for (const Argument* option : options_of(command)) {
        if (option->short_name != 0 && static_cast<char32_t>(option->short_name) == letter) {
            return option;
        }
    }
    return nullptr;
}

std::vector<std::string_view> long_names(const Command& command) {
    std::vector<std::string_view> names;
    for (const Argument* option : options_of(command)) {
        if (!option->long_name.empty()) names.push_back(option->long_name);
    }
    return names;
}

/// The option meant by `name`: one of this command, or of a subcommand that is named further on.
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

std::vector<std::string> split_at_commas(const std::vector<std::string>& values) {
    std::vector<std::string> parts;
    for (const std::string& value : values) {
        for (const std::string_view part : split(value, ',')) parts.emplace_back(part);
    }
    return parts;
}

}  // namespace

LevelParser::LevelParser(const Command& command, std::string path, ParseContext& context)
    : command_(command), path_(std::move(path)), context_(context) {}

LevelParser::Exit LevelParser::parse(std::span<const std::string> words) {
    if (Exit exit = read_words(words)) return exit;
    if (subcommand_ != nullptr) {
        const std::string name(subcommand_->name);
        context_.invocation.command_path.push_back(name);
        LevelParser below(*subcommand_, path_ + " " + name, context_);
        if (Exit exit = below.parse(subcommand_words_)) return exit;
    }
    if (Exit exit = resolve()) return exit;
    if (Exit exit = validate()) return exit;
    store();
    return std::nullopt;
}

LevelParser::Exit LevelParser::read_words(std::span<const std::string> words) {
    for (std::size_t at = 0; at < words.size(); ++at) {
        const std::string& word = words[at];
        const std::span<const std::string> rest = words.subspan(at + 1);
        if (!only_values_) {
            if (awaiting_ == nullptr && !in_list_) {
                const Command* const found = find_subcommand(word);
                if (found == &help_command()) return help_of(rest);
                if (found != nullptr) {
                    subcommand_ = found;
                    subcommand_words_ = rest;
                    return std::nullopt;
                }
            }
            if (word == "--") {
                only_values_ = true;
                continue;
            }
            if (word.size() > 1 && word.front() == '-') {
                awaiting_ = nullptr;
                in_list_ = false;
                if (Exit exit = read_option(word, rest)) return exit;
                continue;
            }
            if (awaiting_ != nullptr) {
                awaiting_ = nullptr;
                pending_->values.push_back(word);
                continue;
            }
        }
        if (Exit exit = read_positional(word)) return exit;
    }
    return std::nullopt;
}

LevelParser::Exit LevelParser::read_option(const std::string& word,
                                           std::span<const std::string> rest) {
    return word.starts_with("--") ? read_long(word, rest) : read_letters(word);
}

LevelParser::Exit LevelParser::read_long(const std::string& word,
                                         std::span<const std::string> rest) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    const bool attached = equals != std::string::npos;
    const Argument* const option = find_long(command_, name);
    if (option == nullptr) return unknown_option(name, rest);
    if (attached && !option->takes_value()) {
        std::vector<const Argument*> shown = used();
        if (std::find(shown.begin(), shown.end(), option) == shown.end()) shown.push_back(option);
        (void)resolve();
        return fail(parse_error::unexpected_value(*option, shown_as_utf8(word.substr(equals + 1)),
                                                  usage(shown)));
    }
    if (Exit exit = resolve()) return exit;
    if (!option->takes_value()) return take_flag(*option);
    if (attached) return take_value(*option, {word.substr(equals + 1)});
    await_value(*option);
    return std::nullopt;
}

LevelParser::Exit LevelParser::read_letters(const std::string& word) {
    for (std::size_t at = 1; at < word.size(); ++at) {
        const Argument* const option = find_letter(command_, static_cast<unsigned char>(word[at]));
        if (option == nullptr) {
            (void)resolve();
            return fail(parse_error::unknown_argument("-" + first_letter(word.substr(at)),
                                                      std::nullopt, !command_.positionals.empty(),
                                                      usage()));
        }
        if (Exit exit = resolve()) return exit;
        if (!option->takes_value()) {
            if (Exit exit = take_flag(*option)) return exit;
            continue;
        }
        std::string value = word.substr(at + 1);
        if (value.empty()) {
            await_value(*option);
        } else {
            if (value.front() == '=') value.erase(0, 1);
            return take_value(*option, {std::move(value)});
        }
        break;
    }
    return std::nullopt;
}

LevelParser::Exit LevelParser::read_positional(const std::string& word) {
    if (next_positional_ == command_.positionals.size()) {
        (void)resolve();
        return unknown_word(word);
    }
    const Argument& positional = command_.positionals[next_positional_];
    if (positional.passthrough) only_values_ = true;
    if (!pending_ || pending_->argument != &positional) {
        if (Exit exit = resolve()) return exit;
        pending_ = Match{&positional, {}};
    }
    awaiting_ = nullptr;
    pending_->values.push_back(word);
    in_list_ = positional.repeatable;
    if (!positional.repeatable) ++next_positional_;
    return std::nullopt;
}

LevelParser::Exit LevelParser::take_flag(const Argument& option) {
    if (&option == &help_option()) return help(0);
    if (&option == &version_option()) return version();
    if (forget(option)) return fail(parse_error::repeated(option, usage()));
    start(option);
    return std::nullopt;
}

LevelParser::Exit LevelParser::take_value(const Argument& argument,
                                          std::vector<std::string> values) {
    if (values.empty()) return fail(parse_error::missing_value(argument));
    if (argument.repeatable && !argument.positional()) values = split_at_commas(values);
    if (!argument.repeatable && forget(argument)) {
        return fail(parse_error::repeated(argument, usage()));
    }
    Match& match = start(argument);
    for (std::string& value : values) {
        if (Exit exit = check_value(argument, value)) return exit;
        match.values.push_back(std::move(value));
    }
    return std::nullopt;
}

void LevelParser::await_value(const Argument& argument) {
    pending_ = Match{&argument, {}};
    awaiting_ = &argument;
}

LevelParser::Exit LevelParser::resolve() {
    if (!pending_) return std::nullopt;
    Match complete = std::move(*pending_);
    pending_.reset();
    return take_value(*complete.argument, std::move(complete.values));
}

LevelParser::Exit LevelParser::check_value(const Argument& argument, const std::string& value) {
    if (!argument.possible_values.empty()) {
        const auto& possible = argument.possible_values;
        if (std::find(possible.begin(), possible.end(), value) != possible.end())
            return std::nullopt;
        if (value.empty()) return fail(parse_error::missing_value(argument));
        return fail(parse_error::impossible_value(argument, shown_as_utf8(value)));
    }
    if (argument.value_class == ValueClass::path) {
        return value.empty() ? fail(parse_error::missing_value(argument)) : std::nullopt;
    }
    if (!is_utf8(value)) return fail(parse_error::not_utf8(usage()));
    if (argument.value_class == ValueClass::text) return std::nullopt;
    return check_toolchain(argument, value);
}

LevelParser::Exit LevelParser::check_toolchain(const Argument& argument, const std::string& value) {
    const bool plus = argument.value_class == ValueClass::plus_toolchain;
    if (plus && !value.starts_with('+')) {
        return fail(
            parse_error::refused_value(argument, value,
                                       "error: \"" + value +
                                           "\" is not a valid subcommand, so it was interpreted as "
                                           "a toolchain name, but it is "
                                           "also invalid. To override the toolchain using the "
                                           "'rustup +toolchain' syntax, make "
                                           "sure to prefix the toolchain override with a '+'"));
    }
    if (argument.hints_self_update && value == "self") {
        context_.invocation.notes.emplace_back(
            "if you meant to update rustup itself, use `rustup self update`");
    }
    if (!context_.setup.find_fault) return std::nullopt;
    const ValueClass value_class = plus ? ValueClass::resolvable_toolchain : argument.value_class;
    const std::optional<std::string> fault =
        context_.setup.find_fault(value_class, plus ? value.substr(1) : value);
    if (!fault) return std::nullopt;
    return fail(parse_error::refused_value(argument, value, plus ? "error: " + *fault : *fault));
}

LevelParser::Exit LevelParser::validate() {
    if (subcommand_ == nullptr && command_.help_when_empty && matches_.empty()) return help(1);
    for (const Match& match : matches_) {
        const int group = match.argument->exclusive_group;
        if (group == 0) continue;
        std::vector<const Argument*> others;
        std::vector<const Argument*> shown;
        for (const Argument* argument : used()) {
            const bool excluded = argument->exclusive_group == group && argument != match.argument;
            (excluded ? others : shown).push_back(argument);
        }
        if (!others.empty()) {
            return fail(parse_error::conflict(*match.argument, others, usage(shown)));
        }
    }
    std::vector<const Argument*> shown = used();
    std::vector<const Argument*> absent;
    for (const Argument& positional : command_.positionals) {
        const bool given = std::find(shown.begin(), shown.end(), &positional) != shown.end();
        if (positional.required && !given) absent.push_back(&positional);
    }
    if (absent.empty()) return std::nullopt;
    shown.insert(shown.end(), absent.begin(), absent.end());
    return fail(parse_error::missing_arguments(absent, usage(shown)));
}

void LevelParser::store() {
    Invocation& invocation = context_.invocation;
    const bool is_top = command_.version_flag;
    for (Match& match : matches_) {
        const std::string key = match.argument->key();
        if (is_top && key == "verbose") invocation.verbose = true;
        if (is_top && key == "quiet") invocation.quiet = true;
        if (match.argument->value_class == ValueClass::plus_toolchain) {
            invocation.plus_toolchain = match.values.front().substr(1);
        }
        if (subcommand_ == nullptr) invocation.set(key, std::move(match.values));
    }
    if (subcommand_ != nullptr) return;
    const auto set_default = [&invocation](const Argument& argument) {
        if (argument.default_value.empty() || invocation.value(argument.key())) return;
        invocation.set(argument.key(), {std::string(argument.default_value)});
    };
    for (const Argument& option : command_.options) set_default(option);
    for (const Argument& positional : command_.positionals) set_default(positional);
}

LevelParser::Exit LevelParser::unknown_option(const std::string& name,
                                              std::span<const std::string> rest) {
    (void)resolve();
    const std::string shown = shown_as_utf8(name);
    const std::optional<parse_error::SimilarOption> similar =
        find_similar_option(command_, shown, rest);
    if (similar && similar->command.empty()) start(*find_long(command_, similar->name));
    // Where words are passed on, an unknown option is likely meant to be one of them.
    const bool passes_on = std::any_of(command_.positionals.begin(), command_.positionals.end(),
                                       [](const Argument& word) { return word.passthrough; });
    const bool may_be_value = passes_on || (!similar && !command_.positionals.empty());
    return fail(parse_error::unknown_argument("--" + shown, similar, may_be_value, usage(used())));
}

LevelParser::Exit LevelParser::unknown_word(const std::string& word) {
    const std::string shown = shown_as_utf8(word);
    if (only_values_ && find_subcommand(word) != nullptr) {
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

LevelParser::Exit LevelParser::help_of(std::span<const std::string> words) {
    const Command* command = &command_;
    std::string path = path_;
    for (const std::string& word : words) {
        const Command* const below = find_subcommand_of(*command, word);
        if (below == nullptr) {
            const parse_error::Message message = parse_error::unknown_subcommand(
                shown_as_utf8(word), {}, styled_usage(*command, path, {}));
            return parse_error::finish(message, command->help_flag, context_.setup.color_on_stdout,
                                       context_.setup.color_on_stderr);
        }
        command = below;
        path += " " + std::string(below->name);
    }
    return LevelParser(*command, path, context_).help(0);
}

LevelParser::Exit LevelParser::help(int exit_code) {
    const ParseSetup& setup = context_.setup;
    return ParseExit{.kind = ParseExit::Kind::help,
                     .text = help_text(command_, path_, HelpForm::normal, setup.help_width,
                                       setup.color_on_stdout),
                     .to_stderr = false,
                     .exit_code = exit_code};
}

LevelParser::Exit LevelParser::version() {
    return ParseExit{.kind = ParseExit::Kind::version,
                     .text = version_text(command_.name),
                     .to_stderr = false,
                     .exit_code = 0};
}

LevelParser::Exit LevelParser::fail(parse_error::Message message) {
    if (context_.only_stderr) message.stream = parse_error::Stream::err;
    return parse_error::finish(message, command_.help_flag, context_.setup.color_on_stdout,
                               context_.setup.color_on_stderr);
}

const Command* LevelParser::find_subcommand(const std::string& word) const {
    return find_subcommand_of(command_, word);
}

std::vector<const Argument*> LevelParser::used() const {
    std::vector<const Argument*> arguments;
    for (const Match& match : matches_) {
        if (match.argument->visible) arguments.push_back(match.argument);
    }
    return arguments;
}

std::string LevelParser::usage() const {
    return styled_usage(command_, path_, {});
}

std::string LevelParser::usage(std::span<const Argument* const> used_arguments) const {
    return styled_usage(command_, path_, used_arguments);
}

LevelParser::Match& LevelParser::start(const Argument& argument) {
    const auto same = [&argument](const Match& match) { return match.argument == &argument; };
    const auto found = std::find_if(matches_.begin(), matches_.end(), same);
    if (found != matches_.end()) return *found;
    return matches_.emplace_back(Match{&argument, {}});
}

bool LevelParser::forget(const Argument& argument) {
    return std::erase_if(matches_, [&argument](const Match& match) {
               return match.argument == &argument;
           }) > 0;
}

const Command* find_subcommand_of(const Command& command, std::string_view word) {
    for (const Command& subcommand : command.subcommands) {
        if (subcommand.answers_to(word)) return &subcommand;
    }
    if (!command.subcommands.empty() && help_command().answers_to(word)) return &help_command();
    return nullptr;
}

}  // namespace latchkey::args

#include "level_parser.hpp"

#include <algorithm>

#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"
#include "usage.hpp"

namespace latchkey::args {

namespace {

const Argument* find_letter(const Command& command, char32_t letter) {
    for (const Argument* option : options_of(command)) {
        if (option->short_name != 0 && static_cast<char32_t>(option->short_name) == letter) {
            return option;
        }
    }
    return nullptr;
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
    : command_(command),
      context_(context),
      end_(command, std::move(path), context.setup, context.only_stderr) {}

LevelParser::Exit LevelParser::parse(std::span<const std::string> words) {
    if (Exit exit = read_words(words)) return exit;
    context_.last = &command_;
    if (subcommand_ != nullptr) {
        const std::string name(subcommand_->name);
        context_.invocation.command_path.push_back(name);
        LevelParser below(*subcommand_, end_.path() + " " + name, context_);
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
                const Command* const found = find_subcommand_of(command_, word);
                if (found == &help_command()) return end_.help_of(rest);
                if (found != nullptr) {
                    subcommand_ = found;
                    context_.own = context_.own || found->own;
                    subcommand_words_ = rest;
                    return std::nullopt;
                }
            }
            if (word == "--") {
                only_values_ = true;
                continue;
            }
            if (word.size() > 1 && word.front() == '-' && !is_signed_value(word)) {
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

bool LevelParser::is_signed_value(std::string_view word) const {
    return word.size() > 2 && word[1] != '-' && awaiting_ == nullptr &&
           next_positional_ < command_.positionals.size() &&
           command_.positionals[next_positional_].takes_signs;
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
        return end_.fail(parse_error::unexpected_value(
            *option, shown_as_utf8(word.substr(equals + 1)), end_.usage(shown)));
    }
    if (Exit exit = resolve()) return exit;
    context_.own = context_.own || option->own;
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
            return end_.unknown_letter(word.substr(at));
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
        return end_.unknown_word(word, only_values_);
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
    if (&option == &help_option()) return end_.help(0);
    if (&option == &version_option()) return end_.version();
    if (forget(option)) return end_.fail(parse_error::repeated(option, end_.usage()));
    start(option);
    return std::nullopt;
}

LevelParser::Exit LevelParser::take_value(const Argument& argument,
                                          std::vector<std::string> values) {
    if (values.empty()) return end_.fail(parse_error::missing_value(argument));
    if (argument.repeatable && !argument.positional()) values = split_at_commas(values);
    if (!argument.repeatable && forget(argument)) {
        return end_.fail(parse_error::repeated(argument, end_.usage()));
    }
    Match& match = start(argument);
    for (std::string& value : values) {
        put_real_name(argument, value);
        if (Exit exit = check_value(argument, value)) return exit;
        match.values.push_back(std::move(value));
    }
    return std::nullopt;
}

void LevelParser::put_real_name(const Argument& argument, std::string& value) const {
    switch (argument.value_class) {
        case ValueClass::official_toolchain:
        case ValueClass::resolvable_toolchain:
        case ValueClass::resolvable_or_none:
        case ValueClass::local_toolchain:
        case ValueClass::plus_toolchain:
            break;
        default:
            return;
    }
    const bool plus = argument.value_class == ValueClass::plus_toolchain;
    if (!context_.setup.find_alias || (plus && !value.starts_with('+'))) return;
    auto real = context_.setup.find_alias(plus ? value.substr(1) : value);
    if (real) value = (plus ? "+" : "") + *std::move(real);
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
        if (value.empty()) return end_.fail(parse_error::missing_value(argument));
        return end_.fail(parse_error::impossible_value(argument, shown_as_utf8(value)));
    }
    if (argument.value_class == ValueClass::path) {
        if (value.empty()) return end_.fail(parse_error::missing_value(argument));
        return std::nullopt;
    }
    if (!is_utf8(value)) return end_.fail(parse_error::not_utf8(end_.usage()));
    if (argument.value_class == ValueClass::text) return std::nullopt;
    return check_toolchain(argument, value);
}

LevelParser::Exit LevelParser::check_toolchain(const Argument& argument, const std::string& value) {
    const bool plus = argument.value_class == ValueClass::plus_toolchain;
    if (plus && !value.starts_with('+')) {
        return end_.fail(
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
    return end_.fail(
        parse_error::refused_value(argument, value, plus ? "error: " + *fault : *fault));
}

LevelParser::Exit LevelParser::validate() {
    if (subcommand_ == nullptr && command_.help_when_empty && matches_.empty()) return end_.help(1);
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
            return end_.fail(parse_error::conflict(*match.argument, others, end_.usage(shown)));
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
    return end_.fail(parse_error::missing_arguments(absent, end_.usage(shown)));
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
        // What stands behind the command was stored before, and counts.
        const bool counts =
            match.argument->of_line ? !invocation.value(key) : subcommand_ == nullptr;
        if (counts) invocation.set(key, std::move(match.values));
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
    const auto similar = find_similar_option(command_, shown, rest);
    if (similar && similar->command.empty()) start(*find_long(command_, similar->name));
    return end_.unknown_option(shown, similar, used());
}

std::vector<const Argument*> LevelParser::used() const {
    std::vector<const Argument*> arguments;
    for (const Match& match : matches_) {
        if (match.argument->visible) arguments.push_back(match.argument);
    }
    return arguments;
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

}  // namespace latchkey::args

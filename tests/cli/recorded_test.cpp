// What rustup answered, tests/data/{help,parse}, against what we answer.

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include "latchkey/args/help.hpp"
#include "latchkey/args/parse.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/screen/log.hpp"

using namespace latchkey;
using namespace latchkey::cli;

namespace {

std::string load(const std::string& name) {
    std::ifstream file(std::string(LATCHKEY_TEST_DATA "/") + name, std::ios::binary);
    REQUIRE(file.good());
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The one place where we say something else on purpose. Where a narrow help wraps the version
/// line, the number of its words counts.
std::string normalised(const std::string& text) {
    static const std::regex kVersion("(rustup|rustup-init)([ \n])1\\.29\\.1[ \n]\\([^)]*\\)");
    return std::regex_replace(text, kVersion, "$1$021.29.1 (version)");
}

bool in(const std::string& text, std::initializer_list<const char*> words) {
    return std::any_of(words.begin(), words.end(), [&](const char* word) { return text == word; });
}

/// As much of the rules of names as the recorded command lines need.
std::optional<std::string> find_fault(args::ValueClass value_class, const std::string& text) {
    const bool official = in(text, {"stable", "beta", "nightly"});
    const bool separator = text.find('/') != std::string::npos;
    const bool none = text == "none";
    const auto fault = [&text](const char* what) { return what + (" '" + text + "'"); };
    if (value_class == args::ValueClass::official_toolchain) {
        if (official) return std::nullopt;
        return fault("invalid toolchain name:");
    }
    if (value_class == args::ValueClass::official_or_none) {
        if (official || none) return std::nullopt;
        return fault("invalid official toolchain name");
    }
    if (text.starts_with('+')) {
        return fault("invalid toolchain name") + "; valid toolchain names do not start with '+'";
    }
    if (text.empty()) return fault("invalid toolchain name");
    switch (value_class) {
        case args::ValueClass::custom_toolchain:
            if (!official && !none && !separator) return std::nullopt;
            return fault("invalid custom toolchain name");
        case args::ValueClass::local_toolchain:
            if (none) return fault("invalid path toolchain");
            if (separator) return fault("relative path toolchain");
            return std::nullopt;
        case args::ValueClass::resolvable_or_none:
            if (none) return std::nullopt;
            [[fallthrough]];
        case args::ValueClass::resolvable_toolchain:
            if (none || separator) return fault("invalid toolchain name");
            return std::nullopt;
        default:
            return "asked for a class that is no toolchain";
    }
}

struct Recorded {
    std::map<std::string, std::string> settings;
    std::vector<std::string> words;
    int status = -1;
    std::string out;
    std::string err;
};

std::vector<Recorded> load_recorded() {
    std::vector<Recorded> all;
    Recorded next;
    const std::string text = load("parse/recorded.txt");
    for (const std::string_view line : lines(text)) {
        if (line.empty()) {
            all.push_back(std::move(next));
            next = {};
            continue;
        }
        const std::string rest(line.substr(2));
        switch (line.front()) {
            case 'S': {
                const std::size_t equals = rest.find('=');
                next.settings[rest.substr(0, equals)] = rest.substr(equals + 1);
                break;
            }
            case 'A':
                next.words.push_back(rest);
                break;
            case 'R':
                next.status = std::stoi(rest);
                break;
            case 'O':
                next.out += rest + "\n";
                break;
            case 'E':
                next.err += rest + "\n";
                break;
            default:
                FAIL("a line of no kind: " << line);
        }
    }
    return all;
}

struct Answer {
    int status = -1;
    std::string out = {};
    std::string err = {};
    bool is_version = false;
};

Answer answer_to(const Recorded& recorded) {
    const platform::Environment environment(recorded.settings);
    args::ParseSetup setup{.find_fault = find_fault,
                           .help_width = args::help_width(environment, 0)};
    setup.color_on_stdout = setup.color_on_stderr = recorded.settings.contains("RUSTUP_TERM_COLOR");
    const std::span<const std::string> arguments = std::span(recorded.words).subspan(1);
    const args::ParseResult result = recorded.words.front() == "rustup"
                                         ? args::parse_rustup(arguments, setup)
                                         : args::parse_rustup_init(arguments, setup);
    const auto* exit = std::get_if<args::ParseExit>(&result);
    if (exit == nullptr) return {};
    Answer answer{.status = exit->exit_code};
    answer.is_version = exit->kind == args::ParseExit::Kind::version;
    screen::Log log([&](std::string_view line) { answer.err += line; },
                    {.color = setup.color_on_stderr});
    for (const std::string& note : exit->notes) log.info(note);
    (exit->to_stderr ? answer.err : answer.out) += exit->text;
    return answer;
}

void check_help(const args::Command& command, const std::vector<std::string>& path) {
    const std::string name = path.empty() ? std::string(command.name) : join(path, "-");
    const std::string expected = normalised(load("help/" + name + ".txt"));
    const auto said = [&](std::vector<std::string> words) {
        const args::ParseResult result = path.empty() && command.name == "rustup-init"
                                             ? args::parse_rustup_init(words, {})
                                             : args::parse_rustup(words, {});
        const auto& exit = std::get<args::ParseExit>(result);
        CHECK(exit.kind == args::ParseExit::Kind::help);
        CHECK(exit.exit_code == 0);
        CHECK_FALSE(exit.to_stderr);
        return normalised(exit.text);
    };
    for (const char* option : {"-h", "--help"}) {
        std::vector<std::string> words = path;
        words.emplace_back(option);
        CHECK(said(words) == expected);
    }
    if (!command.subcommands.empty() || !path.empty()) {
        std::vector<std::string> words = path;
        words.insert(words.begin(), "help");
        CHECK(said(words) == expected);
    }
}

}  // namespace

// Upstream: rustup_init_help_flag, rustup_init_sh_help_flag,
// rustup_self_cmd_uninstall_cmd_help_flag, rustup_set_cmd_help_flag,
// rustup_set_cmd_default_host_cmd_help_flag, rustup_toolchain_cmd_help_flag.
TEST_CASE("the help of every command is rustup's", "[cli]") {
    std::size_t seen = 2;  // The expanded form, and rustup-init.
    check_help(args::rustup_init_command(), {});
    const auto check_tree = [&seen](const auto& self, const args::Command& command,
                                    const std::vector<std::string>& path) -> void {
        ++seen;
        check_help(command, path);
        for (const args::Command& subcommand : command.subcommands) {
            if (subcommand.upcoming) continue;
            std::vector<std::string> below = path;
            below.emplace_back(subcommand.name);
            self(self, subcommand, below);
        }
    };
    check_tree(check_tree, args::rustup_command(), {});

    // `help` is recorded at each level, and has a text of its own.
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(LATCHKEY_TEST_DATA "/help")) {
        const std::string name = entry.path().stem();
        if (name != "help" && !name.ends_with("-help")) ++files;
    }
    CHECK(seen == files);
}

TEST_CASE("the expanded help is rustup's", "[cli]") {
    const args::ParseResult result = args::parse_rustup({}, {});
    CHECK(normalised(std::get<args::ParseExit>(result).text) ==
          normalised(load("help/rustup-expanded.txt")));
}

TEST_CASE("the help of help is rustup's", "[cli]") {
    const auto said = [](const std::vector<std::string>& words) {
        return std::get<args::ParseExit>(args::parse_rustup(words, {})).text;
    };
    CHECK(said({"help", "help"}) == load("help/help.txt"));
    CHECK(said({"help", "toolchain", "help"}) == load("help/toolchain-help.txt"));
}

TEST_CASE("every recorded command line is answered as rustup answered it", "[cli]") {
    const std::vector<Recorded> all = load_recorded();
    CHECK(all.size() > 300);
    for (const Recorded& recorded : all) {
        const std::map<std::string, std::string>& settings = recorded.settings;
        std::string title = join(recorded.words, " ");
        for (const auto& [name, value] : settings) title = name + "=" + value + " " + title;
        INFO(title);
        const Answer answer = answer_to(recorded);
        CHECK(answer.status == recorded.status);
        CHECK(normalised(answer.out) == normalised(recorded.out));
        // What rustup logs about the active toolchain is not the parser's.
        if (!answer.is_version) CHECK(normalised(answer.err) == normalised(recorded.err));
    }
}

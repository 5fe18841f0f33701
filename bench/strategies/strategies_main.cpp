// One process of the benchmark: a proxy, the tool that it becomes, or a change. `run` starts them;
// they start each other as cargo, rustc and rustup do.

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <iostream>
#include <iterator>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/process.hpp"
#include "strategy.hpp"

namespace {

using namespace latchkey;
using namespace latchkey::strategies;
using Words = std::vector<std::string>;

constexpr std::string_view kUsage = R"(usage: bench_strategies WORDS...

  change install|update VERSION [COMPONENT...]
  change add COMPONENT...
  proxy TOOL WORK...       take what the strategy takes, and become `tool TOOL DIRECTORY WORK...`
  close WORDS...           run WORDS with every descriptor above 2 closed
  both WORDS... -- WORDS...  run both at once
  when FILE WORDS...       run WORDS as soon as FILE is there
  serve HOME               be the lock server
  strategies               the names

WORK of a tool, which reads its whole toolchain before, meanwhile and after:
  read MS                  nothing else, over MS milliseconds
  watch FILE               until FILE is there
  run WORDS...             run a program of ours, as `cargo run` does
  leave WORDS...           start one in the background, and end
  build COUNT MS           run COUNT rustcs one after another, MS milliseconds each

The environment says where: BENCH_HOME, BENCH_STRATEGY, BENCH_OPERATION; and where a change is to be
killed or stopped by itself: BENCH_AT_STEP ("KILL 12", "STOP 12").
)";

/// What one process of the benchmark knows.
struct Context {
    platform::Environment environment;
    Scene scene;
    std::string strategy;
};

std::string require(const platform::Environment& environment, const std::string& name) {
    const auto value = environment.find(name);
    if (!value) throw Error(Errc::usage, name + " is not set");
    return *value;
}

Words after(const Words& words, std::size_t count) {
    if (words.size() < count) throw Error(Errc::usage, "words are missing");
    return {std::next(words.begin(), static_cast<std::ptrdiff_t>(count)), words.end()};
}

std::uint64_t number_of(const std::string& word) {
    const auto number = parse_number(word);
    if (!number) throw Error(Errc::usage, "'" + word + "' is no number");
    return *number;
}

/// A child with all that is open here, as programs start others that think of no descriptors.
pid_t start(const Context& context, Words words, bool close_descriptors = false) {
    words.insert(words.begin(), context.scene.program);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    Words entries = context.environment.entries();
    std::vector<char*> environment;
    for (std::string& entry : entries) environment.push_back(entry.data());
    environment.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    if (close_descriptors) ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    pid_t process = 0;
    const int error = ::posix_spawn(&process, context.scene.program.c_str(), &actions, nullptr,
                                    arguments.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw platform::os_error(error, "start a program");
    return process;
}

int wait_for(pid_t process) {
    int status = 0;
    while (::waitpid(process, &status, 0) < 0) {
        if (errno != EINTR) throw platform::os_error(errno, "wait for a program");
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

std::string boolean(bool value) {
    return value ? "true" : "false";
}

int change(const Context& context, const Words& words) {
    Change change;
    const std::string& kind = words.at(0);
    if (kind == "add") {
        change.components = after(words, 1);
    } else {
        change.kind = kind == "install" ? Change::Kind::install : Change::Kind::update;
        change.version = number_of(words.at(1));
        change.components = after(words, 2);
    }
    platform::make_directories(context.scene.home + "/toolchains");
    platform::make_directories(context.scene.temporary());
    make_strategy(context.strategy, context.scene, context.environment)->change(change);
    context.scene.journal.write(
        "changed", R"("kind":")" + kind + R"(","version":)" + std::to_string(change.version) +
                       R"(,"components":")" + join(change.components, " ") + "\"");
    return 0;
}

int become_tool(Context context, const Words& words) {
    const std::string& tool = words.at(0);
    const auto strategy = make_strategy(context.strategy, context.scene, context.environment);
    const std::string directory = strategy->begin_read(tool, context.environment);
    Words arguments = {context.scene.program, "tool", tool, directory};
    const Words work = after(words, 1);
    arguments.insert(arguments.end(), work.begin(), work.end());
    platform::execute(context.scene.program, arguments, context.environment);
}

int build(const Context& context, std::uint64_t count, const std::string& milliseconds) {
    int result = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        result |= wait_for(start(context, {"proxy", "rustc", "read", milliseconds}));
    }
    return result;
}

/// The tool proper: it knows a directory, and no strategy.
int tool(const Context& context, const Words& words) {
    const std::string& name = words.at(0);
    const std::string& directory = words.at(1);
    const std::string& work = words.at(2);
    Seen seen;
    read_toolchain(directory, 1, seen);
    context.scene.journal.write("reading", R"("tool":")" + name + "\"");
    int result = 0;
    if (work == "read") {
        read_toolchain(directory, static_cast<double>(number_of(words.at(3))), seen);
    } else if (work == "watch") {
        while (!platform::find_status(words.at(3))) read_toolchain(directory, 20, seen);
    } else if (work == "run") {
        result = wait_for(start(context, after(words, 3)));
    } else if (work == "leave") {
        start(context, after(words, 3));  // Nobody waits for it.
    } else if (work == "build") {
        result = build(context, number_of(words.at(3)), words.at(4));
    } else {
        throw Error(Errc::usage, "'" + work + "' is no work");
    }
    read_toolchain(directory, 1, seen);
    context.scene.journal.write(
        "read", R"("tool":")" + name + R"(","version":)" + std::to_string(seen.version) +
                    R"(,"files":)" + std::to_string(seen.files) + R"(,"failed":)" +
                    std::to_string(seen.failed) + R"(,"mixed":)" + std::to_string(seen.mixed) +
                    R"(,"child_failed":)" + boolean(result != 0));
    return result != 0 || seen.failed != 0 || seen.mixed != 0 ? 1 : 0;
}

int both(const Context& context, const Words& words) {
    Words first;
    Words second;
    bool before = true;
    for (const std::string& word : words) {
        if (before && word == "--") {
            before = false;
        } else {
            (before ? first : second).push_back(word);
        }
    }
    const pid_t one = start(context, first);
    const pid_t other = start(context, second);
    return wait_for(one) | wait_for(other);
}

int when(const Context& context, const Words& words) {
    while (!platform::find_status(words.at(0))) take_ms(2);
    return wait_for(start(context, after(words, 1)));
}

int run(const Words& words, Context& context) {
    const std::string& command = words.at(0);
    const Words rest = after(words, 1);
    if (command == "change") return change(context, rest);
    if (command == "proxy") return become_tool(std::move(context), rest);
    if (command == "tool") return tool(context, rest);
    if (command == "close") return wait_for(start(context, rest, true));
    if (command == "both") return both(context, rest);
    if (command == "when") return when(context, rest);
    throw Error(Errc::usage, "'" + command + "' is no command");
}

Context load_context() {
    platform::Environment environment = platform::load_environment();
    const std::string home = require(environment, "BENCH_HOME");
    const std::string operation = require(environment, "BENCH_OPERATION");
    const auto at_step = environment.find("BENCH_AT_STEP");
    // Not /proc/self/exe itself: a child's is the child's.
    Scene scene{home, platform::find_link("/proc/self/exe").value_or(""),
                Journal(home + "/journal", operation),
                std::make_shared<Pace>(at_step ? Pace(*at_step) : Pace())};
    std::string strategy = require(environment, "BENCH_STRATEGY");
    return {std::move(environment), std::move(scene), std::move(strategy)};
}

int run_or_tell(const Words& words) {
    Context context = load_context();
    const Journal journal = context.scene.journal;
    try {
        return run(words, context);
    } catch (const Error& e) {
        const std::string text = replace_all(replace_all(e.what(), "\\", "/"), "\"", "'");
        journal.write("error", R"("command":")" + words.front() + R"(","text":")" + text + "\"");
        return 1;
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const Words words(std::next(argv, argc > 0 ? 1 : 0), std::next(argv, argc));
        if (words.empty() || words[0] == "--help") {
            std::cout << kUsage;
            return words.empty() ? 2 : 0;
        }
        if (words[0] == "strategies") {
            for (const std::string& name : strategy_names()) std::cout << name << "\n";
            return 0;
        }
        if (words[0] == "serve") {
            serve_leases(words.at(1));
            return 0;
        }
        return run_or_tell(words);
    } catch (const std::exception& e) {
        std::cerr << "bench_strategies: " << e.what() << "\n";
    }
    return 2;
}

#include <algorithm>

#include "commands.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/facts/document.hpp"
#include "latchkey/platform/system.hpp"

namespace latchkey::cli {
namespace {

using Directories = std::vector<std::string>;

/// As the setting has it: absolute, with links resolved where the directory is there, because the
/// working directory has none. `*` stays, and `/*` at the end.
std::string entry_of(const Context& context, const std::string& written) {
    constexpr std::string_view kBelow = "/*";
    if (written == "*") return written;
    if (!is_utf8(written)) {
        throw Error(Errc::usage, "'" + written + "' is not UTF-8, which settings must be");
    }
    const bool below = written.ends_with(kBelow);
    std::string path = below ? written.substr(0, written.size() - kBelow.size()) : written;
    if (!path.starts_with('/')) path = context.site().working_directory + "/" + path;
    path = platform::find_canonical(path).value_or(path);
    return path + (below ? std::string(kBelow) : "");
}

task::awaitable<int> run_add(Context& context, args::Invocation invocation) {
    Directories entries;
    for (const std::string& each : invocation.values("DIRECTORY")) {
        entries.push_back(entry_of(context, each));
    }
    auto change = [&entries](config::Settings& settings) {
        for (const std::string& each : entries) {
            Directories& known = settings.safe_directories;
            if (std::ranges::find(known, each) == known.end()) known.push_back(each);
        }
    };
    co_await context.change_settings(change);
    for (const std::string& each : entries) {
        context.log().info("toolchain files in '" + each + "' are trusted");
    }
    co_return 0;
}

task::awaitable<int> run_remove(Context& context, args::Invocation invocation) {
    Directories entries;
    for (const std::string& each : invocation.values("DIRECTORY")) {
        entries.push_back(entry_of(context, each));
    }
    Directories gone;
    auto change = [&entries, &gone](config::Settings& settings) {
        for (const std::string& each : entries) {
            if (std::erase(settings.safe_directories, each) > 0) gone.push_back(each);
        }
    };
    co_await context.change_settings(change);
    for (const std::string& each : entries) {
        const bool was_there = std::ranges::find(gone, each) != gone.end();
        context.log().info(
            "'" + each +
            (was_there ? "' is no safe directory any more" : "' was no safe directory"));
    }
    co_return 0;
}

task::awaitable<int> run_list(Context& context, args::Invocation) {
    context.output().tolerate_broken_pipe();
    const Directories& directories = context.site().settings.safe_directories;
    if (context.json()) {
        boost::json::object document = facts::make_document("safe-directories");
        boost::json::array& values = document["directories"].emplace_array();
        for (const std::string& each : directories) values.push_back(facts::text_value(each));
        context.print_document(document);
        co_return 0;
    }
    if (directories.empty()) context.print("no safe directories\n");
    for (const std::string& each : directories) context.print(each + "\n");
    co_return 0;
}

}  // namespace

CommandEntries safe_directories_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{
            .path = "set safe-directories add", .run = run_add, .warns_of_empty_setup = false},
        CommandEntry{.path = "set safe-directories remove",
                     .run = run_remove,
                     .warns_of_empty_setup = false},
        CommandEntry{
            .path = "set safe-directories list", .run = run_list, .warns_of_empty_setup = false},
    };
    return kEntries;
}

}  // namespace latchkey::cli

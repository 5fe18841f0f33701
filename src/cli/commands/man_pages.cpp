#include "commands.hpp"
#include "latchkey/args/man_page.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::cli {
namespace {

task::awaitable<int> run_man_pages(Context& context, args::Invocation invocation) {
    const std::string folder = invocation.required("FOLDER");
    const std::vector<args::ManPage> pages = args::man_pages(invocation.value("date").value_or(""));
    auto job = [&](const OnWorker& on) {
        platform::make_directories(folder);
        for (const args::ManPage& page : pages) {
            on.check();
            platform::save_file(folder + "/" + page.name + ".1", page.text);
        }
    };
    co_await task::offload(context.loop().workers(), std::move(job));
    co_return 0;
}

}  // namespace

CommandEntries man_pages_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "man-pages", .run = run_man_pages, .warns_of_empty_setup = false}};
    return kEntries;
}

}  // namespace latchkey::cli

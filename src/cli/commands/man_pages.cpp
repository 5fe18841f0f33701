#include "commands.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "man_page.hpp"

namespace latchkey::cli {

task::awaitable<int> run_man_pages(Context& context, Invocation invocation) {
    const std::string folder = invocation.required("FOLDER");
    const std::vector<ManPage> pages = man_pages(invocation.value("date").value_or(""));
    auto job = [&](const OnWorker& on) {
        platform::make_directories(folder);
        for (const ManPage& page : pages) {
            on.check();
            platform::save_file(folder + "/" + page.name + ".1", page.text);
        }
    };
    co_await task::offload(context.loop().workers(), std::move(job));
    co_return 0;
}

}  // namespace latchkey::cli

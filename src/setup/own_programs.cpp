#include "latchkey/setup/own_programs.hpp"

#include "latchkey/base/error.hpp"
#include "latchkey/config/bin_layout.hpp"
#include "latchkey/dist/tools.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/own_program.hpp"
#include "latchkey/platform/program_file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/proxy/bin_links.hpp"
#include "latchkey/setup/proxy_program.hpp"

namespace latchkey::setup {
namespace {

/// Is the running program the one of this folder, and that of this very user? Root, who visits,
/// would leave there what is root's.
bool runs_in(const std::string& bin) {
    const auto own = platform::find_own_status();
    const auto is_own = [&](std::string_view name) {
        return platform::is_same_file(own, platform::find_status(bin + "/" + std::string(name)));
    };
    if (!is_own(config::kProgramFile) && !is_own(config::kProgramName)) return false;
    const auto folder = platform::find_target_status(bin);
    return folder && platform::is_own(*folder);
}

/// Has the folder the running program and the proxy that goes with it?
bool has_files(const std::string& bin) {
    const auto program = platform::find_status(bin + "/" + std::string(config::kProgramFile));
    const auto proxy = platform::find_status(bin + "/" + std::string(config::kProxyFile));
    return platform::is_same_file(program, platform::find_own_status()) && proxy &&
           proxy->kind == platform::FileKind::regular &&
           proxy->size_bytes == proxy_program().size();
}

}  // namespace

Tools own_tools() {
    Tools tools;
    for (const dist::Tool& tool : dist::kTools) {
        (tool.shared ? tools.shared : tools.owned).push_back(tool.name);
    }
    tools.is_ours = platform::is_own_program;
    return tools;
}

bool is_packaged() {
    const std::string own = platform::load_own_path();
    return platform::find_target_status(platform::folder_of(own) + "/no-self-update").has_value();
}

bool has_lost_names(const std::string& cargo_home) {
    try {
        const std::string bin = cargo_home + "/bin";
        return runs_in(bin) && !(has_files(bin) && proxy::find_lost_names(bin).empty());
    } catch (const Error&) {
        return false;
    }
}

task::awaitable<int> mend_bin_folder(task::Workers& workers, std::string cargo_home) {
    auto job = [&cargo_home](const OnWorker& on) {
        const auto held = lock::LockSet::try_acquire(
            lock_file_of(cargo_home), lock::Key::cargo_home(), lock::Mode::exclusive);
        const std::string folder = cargo_home + "/bin";
        // Another version may have come meanwhile.
        if (!held || !runs_in(folder)) return;
        const auto lost = proxy::find_lost_names(folder);
        BinFolder(*held, folder).mend(on, lost, proxy_program());
    };
    try {
        co_await task::offload(workers, std::move(job));
    } catch (const Error&) {
        // See above.
    }
    co_return 0;
}

}  // namespace latchkey::setup

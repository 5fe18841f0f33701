#include "rustc_version.hpp"

#include <chrono>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/config/home_variables.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/process.hpp"

namespace latchkey::toolchain {
namespace {

constexpr std::chrono::seconds kVersionLimit{10};

platform::Environment tool_environment(const Services& services, const std::string& toolchain,
                                       const std::string& directory) {
    platform::Environment environment = services.options.environment;
    const std::string library = directory + "/lib";
    const auto old = environment.find("LD_LIBRARY_PATH");
    environment.set("LD_LIBRARY_PATH", old ? library + ":" + *old : library);
    environment.set("RUSTUP_TOOLCHAIN", toolchain);
    config::set_home_layout(environment, services.home.layout());
    return environment;
}

std::string run_rustc(const OnWorker& on, const Services& services, const std::string& toolchain,
                      const std::string& directory) {
    if (directory.empty() || !platform::is_directory(directory)) {
        return "(toolchain not installed)";
    }
    const std::string rustc = directory + "/bin/rustc";
    try {
        const std::vector<std::string> arguments{rustc, "--version"};
        const platform::ChildOutput output = platform::run_and_capture(
            on, rustc, arguments, tool_environment(services, toolchain, directory), kVersionLimit);
        if (output.timed_out) return "(timeout reading rustc version)";
        const std::vector<std::string_view> text = lines(output.text);
        if (output.exit_code == 0 && !text.empty()) return std::string(text.front());
    } catch (const Error&) {
        // Not there, not executable, or for another machine: the text below says so.
    }
    return "(error reading rustc version)";
}

}  // namespace

task::awaitable<std::string> ask_version(Services& services, std::string toolchain,
                                         Reading reading) {
    auto run = [&](const OnWorker& on) {
        return run_rustc(on, services, toolchain, reading.directory);
    };
    std::string version = co_await on_worker(services, run);
    co_return version;
}

}  // namespace latchkey::toolchain

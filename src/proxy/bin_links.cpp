#include "latchkey/proxy/bin_links.hpp"

#include "latchkey/base/error.hpp"
#include "latchkey/config/bin_layout.hpp"
#include "latchkey/dist/tools.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/own_program.hpp"
#include "latchkey/platform/program_file.hpp"

namespace latchkey::proxy {
namespace {

/// By which a build begins.
constexpr std::string_view kFirstTool = "cargo";

enum class Way { right, lost, foreign };

Way way_of(const std::string& bin, std::string_view name) {
    const std::string path = bin + "/" + std::string(name);
    if (platform::find_link(path) == config::link_target(name)) return Way::right;
    if (!platform::find_target_status(path)) return Way::lost;
    return platform::is_own_program(path) ? Way::lost : Way::foreign;
}

bool is_proxy_of(const std::string& bin) {
    const auto own = platform::find_own_status();
    const auto proxy = platform::find_status(bin + "/" + std::string(config::kProxyFile));
    return platform::is_same_file(own, proxy);
}

}  // namespace

std::vector<std::string_view> find_lost_names(const std::string& bin) {
    std::vector<std::string_view> lost;
    const Way program = way_of(bin, config::kProgramName);
    if (program == Way::foreign) return lost;
    if (program == Way::lost) lost.push_back(config::kProgramName);
    for (const dist::Tool& tool : dist::kTools) {
        if (way_of(bin, tool.name) == Way::lost) lost.push_back(tool.name);
    }
    return lost;
}

bool has_lost_names(const std::string& cargo_home, std::string_view tool) {
    try {
        const std::string bin = cargo_home + "/bin";
        if (tool == kFirstTool) {
            if (find_lost_names(bin).empty()) return false;
        } else {
            const Way program = way_of(bin, config::kProgramName);
            if (program == Way::foreign) return false;
            if (program == Way::right && way_of(bin, kFirstTool) != Way::lost) return false;
        }
        const auto folder = platform::find_target_status(bin);
        // Root, who visits, would leave there what is root's.
        return is_proxy_of(bin) && folder && platform::is_own(*folder) && platform::may_change(bin);
    } catch (const Error&) {
        return false;
    }
}

}  // namespace latchkey::proxy

#include "full_program.hpp"

#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/config/bin_layout.hpp"
#include "latchkey/config/variables.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/program_file.hpp"
#include "latchkey/platform/system.hpp"

namespace latchkey::proxy {
namespace {

/// Beside the running program.
std::vector<std::string> neighbours() {
    const std::string own = platform::load_own_path();
    const std::string folder = platform::folder_of(own);
    const std::string proxy_folder = "/" + std::string(config::kProxyFolder);
    if (folder.ends_with(proxy_folder)) {
        const std::string bin = folder.substr(0, folder.size() - proxy_folder.size());
        return {bin + "/" + std::string(config::kProgramFile)};
    }
    return {folder + "/rustup", folder + "/latchkey"};
}

std::vector<std::string> candidates(const platform::Environment& environment) {
    std::vector<std::string> paths;
    try {
        paths = neighbours();
    } catch (const Error&) {
        // Nobody knows where it is.
    }
    try {
        const auto variables =
            config::load_variables(environment, platform::load_working_directory());
        const std::string bin = variables.cargo_home + "/bin/";
        paths.push_back(bin + std::string(config::kProgramName));
        paths.push_back(bin + std::string(config::kProgramFile));  // Where its link was deleted.
    } catch (const Error&) {
        // No home: then nothing is in it.
    }
    return paths;
}

}  // namespace

std::optional<std::string> find_full_program(const platform::Environment& environment) {
    const auto own = platform::find_own_status();
    for (const std::string& path : candidates(environment)) {
        const auto status = platform::find_target_status(path);
        if (!status || status->kind != platform::FileKind::regular) continue;
        if (own && own->size_bytes == status->size_bytes) continue;  // As a copy of it is.
        return path;
    }
    return std::nullopt;
}

}  // namespace latchkey::proxy

#include "latchkey/proxy/full_program.hpp"

#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/config/variables.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"

namespace latchkey::proxy {
namespace {

std::vector<std::string> candidates(const platform::Environment& environment) {
    std::vector<std::string> paths;
    if (const auto own = platform::find_link("/proc/self/exe")) {
        const std::string folder = own->substr(0, own->rfind('/') + 1);
        paths = {folder + "rustup", folder + "latchkey"};
    }
    try {
        const auto variables =
            config::load_variables(environment, platform::load_working_directory());
        paths.push_back(variables.cargo_home + "/bin/rustup");
    } catch (const Error&) {
        // No home: then nothing is in it.
    }
    return paths;
}

}  // namespace

std::optional<std::string> find_full_program(const platform::Environment& environment) {
    const auto own = platform::find_target_status("/proc/self/exe");
    for (const std::string& path : candidates(environment)) {
        const auto status = platform::find_target_status(path);
        if (!status || status->kind != platform::FileKind::regular) continue;
        if (own && own->size_bytes == status->size_bytes) continue;  // As a copy of it is.
        return path;
    }
    return std::nullopt;
}

}  // namespace latchkey::proxy

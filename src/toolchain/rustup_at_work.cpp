#include "latchkey/toolchain/rustup_at_work.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/config/home_variables.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/own_program.hpp"
#include "latchkey/platform/process.hpp"

namespace latchkey::toolchain {
namespace {

using platform::FileStatus;

std::optional<FileStatus> look_at(const std::string& path) {
    try {
        return platform::find_target_status(path);
    } catch (const Error&) {
        return std::nullopt;  // Not for us to see.
    }
}

/// `rustup`, `rustup-init`, or one of the tools' names that rustup gives itself; no program of
/// ours, which takes ranges.
bool is_rustup(const platform::RunningProgram& program) {
    if (program.path.empty()) return program.name.starts_with("rustup");
    const std::size_t slash = program.path.rfind('/');
    if (std::string_view(program.path).substr(slash + 1).starts_with("rustup")) {
        return !platform::is_own_program(program.path);
    }
    return platform::is_same_file(look_at(program.path),
                                  look_at(platform::folder_of(program.path) + "/rustup"));
}

std::string home_of(const platform::Environment& environment) {
    if (const auto given = environment.find("RUSTUP_HOME")) return *given;
    const std::string home = environment.find("HOME").value_or("");
    if (environment.find("RUSTUP_USE_CATEGORY_HOME") == "1") {
        // rustup up to 1.29 does not know it, and then has a home that nobody else looks at.
        if (const auto folders = config::find_category_folders(environment, home)) {
            return folders->data;
        }
    }
    return home + "/.rustup";
}

}  // namespace

bool is_rustup_at_work(const std::string& rustup_home) {
    const auto home = look_at(rustup_home);
    const std::vector<platform::RunningProgram> programs = platform::list_other_programs();
    return std::ranges::any_of(programs, [&home](const platform::RunningProgram& program) {
        if (!is_rustup(program)) return false;
        const std::string used = home_of(program.environment);
        // Relative to a folder that it may have left, or not to be seen.
        return program.path.empty() || !used.starts_with('/') ||
               platform::is_same_file(look_at(used), home);
    });
}

}  // namespace latchkey::toolchain

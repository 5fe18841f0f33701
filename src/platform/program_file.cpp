#include "latchkey/platform/program_file.hpp"

#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/platform/system.hpp"

namespace latchkey::platform {
namespace {

constexpr mode_t kProgramMode = 0755;

void make_executable(const Fd& file, const std::string& shown) {
    if (::fchmod(file.number(), kProgramMode) == 0) return;
    throw os_error(errno, "set permissions of '" + shown + "'");
}

constexpr const char* kByProc = "/proc/self/exe";

std::string started_name() {
    const auto* name = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
    return name != nullptr ? name : "";
}

}  // namespace

std::string own_program() {
    return find_link(kByProc) ? kByProc : started_name();
}

std::optional<FileStatus> find_own_status() {
    if (auto status = find_target_status(kByProc)) return status;
    return find_target_status(started_name());
}

std::string load_own_path() {
    auto path = find_link(kByProc);
    if (!path) path = find_canonical(started_name());
    if (!path) throw Error(Errc::io, "the running program's path cannot be read");
    return *path;
}

void save_program(const std::string& path, std::string_view bytes) {
    const std::string folder = folder_of(path);
    const FileStatus parent = load_status(open_file(folder, O_PATH | O_DIRECTORY), folder);
    const auto fill = [&](const Fd& file) {
        write_all(file, as_bytes(bytes), path);
        inherit_owner(file, parent, kProgramMode);
        make_executable(file, path);
        sync_file(file, path);
    };
    if (const auto nameless = make_nameless_file(folder, kProgramMode)) {
        fill(*nameless);
        const auto named = give_name(*nameless, path);
        if (named == true) return;
        if (named == false) throw os_error(EEXIST, "create '" + path + "'");
    }
    const Fd file = open_file(path, O_WRONLY | O_CREAT | O_EXCL, kProgramMode);
    fill(file);
}

Fd make_nameless_program(const std::string& directory, std::string_view bytes) {
    std::string name = directory + "/.latchkey-XXXXXX";
    auto nameless = make_nameless_file(directory, kProgramMode);
    if (!nameless) {
        nameless = Fd(::mkostemp(name.data(), O_CLOEXEC));
        if (!nameless->open()) throw os_error(errno, "create a file in '" + directory + "'");
        ::unlink(name.c_str());
    }
    const Fd writing = std::move(*nameless);
    write_all(writing, as_bytes(bytes), name);
    make_executable(writing, name);
    // What is open for writing cannot be executed.
    return open_file(execution_path(writing), O_RDONLY);
}

std::string execution_path(const Fd& file) {
    return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(file.number());
}

}  // namespace latchkey::platform

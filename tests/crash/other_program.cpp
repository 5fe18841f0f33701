#include "other_program.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "failure.hpp"

namespace latchkey::crash {
namespace {

/// Empty: it has ended meanwhile.
std::optional<pid_t> find_parent(const std::filesystem::path& folder) {
    std::ifstream file(folder / "stat");
    std::string text;
    std::getline(file, text);
    const std::size_t name_end = text.rfind(')');
    if (name_end == std::string::npos) return std::nullopt;
    std::istringstream rest(text.substr(name_end + 1));
    char state = 0;
    pid_t parent = -1;
    rest >> state >> parent;
    return parent;
}

bool thread_waits_for_range(const std::filesystem::path& folder) {
    std::ifstream file(folder / "syscall");
    long number = -1;
    std::string descriptor, command;
    return file >> number >> descriptor >> command && number == SYS_fcntl &&
           std::stoul(command, nullptr, 16) == F_OFD_SETLKW;
}

/// Does a thread of it, or of a child that it waits for, wait for a range?
bool waits_for_range(pid_t process) {
    const std::filesystem::path all = "/proc";
    std::error_code error;
    for (const auto& thread :
         std::filesystem::directory_iterator(all / std::to_string(process) / "task", error)) {
        if (thread_waits_for_range(thread.path())) return true;
    }
    for (const auto& entry : std::filesystem::directory_iterator(all, error)) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        if (find_parent(entry.path()) == process && waits_for_range(std::stoi(name))) return true;
    }
    return false;
}

}  // namespace

void OtherProgram::run(const std::string& command) {
    process_ = ::fork();
    if (*process_ < 0) fail("fork");
    if (*process_ == 0) {
        ::execl("/bin/sh", "sh", "-c", ("exec " + command).c_str(), nullptr);
        ::_exit(127);
    }
    for (;;) {
        int status = 0;
        if (::waitpid(*process_, &status, WNOHANG) == *process_) {
            take_end(*process_, status);
            return;
        }
        if (waits_for_range(*process_)) {
            waited_ = true;
            return;
        }
        // The kernel tells nobody that a thread begins to wait for a range.
        std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
}

bool OtherProgram::take_end(pid_t process, int status) {
    if (process_ != process) return false;
    ended_ = end_of(status);
    process_.reset();
    return true;
}

}  // namespace latchkey::crash

#include "latchkey/platform/attached_child.hpp"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>

#include "latchkey/platform/fd.hpp"

namespace latchkey::platform {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
    result.push_back(nullptr);
    return result;
}

/// No signal is blocked or ignored in the child that is not for others.
pid_t start(const std::string& program, const std::vector<std::string>& arguments,
            const Environment& environment) {
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    const std::vector<std::string> variables = environment.entries();
    pid_t child = -1;
    const int error_number = ::posix_spawnp(&child, program.c_str(), nullptr, &attributes,
                                            pointers(arguments).data(), pointers(variables).data());
    posix_spawnattr_destroy(&attributes);
    if (error_number != 0) throw os_error(error_number, "start '" + program + "'");
    return child;
}

}  // namespace

std::optional<int> run_attached(const OnWorker& on, const std::string& program,
                                const std::vector<std::string>& arguments,
                                const Environment& environment) {
    const pid_t child = start(program, arguments, environment);
    siginfo_t ended{};
    {
        const std::stop_callback stop(on.token(), [child] { ::kill(child, SIGTERM); });
        // Left to be collected, so that the number stays the child's while it may be signalled.
        while (::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT) != 0 &&
               errno == EINTR) {
        }
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    on.check();
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    return std::nullopt;
}

}  // namespace latchkey::platform

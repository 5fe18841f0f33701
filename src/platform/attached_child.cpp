#include "latchkey/platform/attached_child.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <cerrno>

#include "spawn.hpp"

namespace latchkey::platform {
std::optional<int> run_attached(const OnWorker& on, const std::string& program,
                                const std::vector<std::string>& arguments,
                                const Environment& environment) {
    const pid_t child = spawn(program, arguments, environment, Streams());
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

#include "apart.hpp"

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "failure.hpp"

namespace latchkey::crash {

void go_apart(const std::vector<Presented>& files) {
    const uid_t user = ::geteuid();
    const gid_t group = ::getegid();
    if (::unshare(CLONE_NEWNS | CLONE_NEWPID) != 0) {
        if (::unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID) != 0) fail("unshare");
        std::ofstream("/proc/self/setgroups") << "deny";
        std::ofstream("/proc/self/uid_map") << user << ' ' << user << " 1";
        std::ofstream("/proc/self/gid_map") << group << ' ' << group << " 1";
    }
    const pid_t inner = ::fork();
    if (inner < 0) fail("fork");
    if (inner > 0) {
        int status = 0;
        while (::waitpid(inner, &status, 0) < 0 && errno == EINTR) {
        }
        std::exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) fail("private mounts");
    if (::mount("proc", "/proc", "proc", 0, nullptr) != 0) fail("mount /proc");
    for (const auto& [file, path] : files) {
        if (::mount(file.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) != 0) {
            fail("mount over '" + path + "'");
        }
    }
}

int run_untraced(char** program) {
    const pid_t child = ::fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        ::execv(program[0], program);
        std::perror(program[0]);
        ::_exit(127);
    }
    int status = 0;
    for (;;) {
        const pid_t ended = ::waitpid(-1, &status, 0);
        if (ended == child) break;
        if (ended < 0 && errno != EINTR) fail("wait");
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace latchkey::crash

// The kernel asks us about each call (seccomp(2), SECCOMP_RET_TRACE), however it was made: also those
// of a static program, of raw syscall(2), and those before main. One counter counts them in the
// order in which they begin, so the number of a call means the same whichever thread made it.
#include "tracer.hpp"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>

#include "failure.hpp"

namespace latchkey::crash {
namespace {

void resume(pid_t thread, int signal = 0, bool to_return = false) {
    ::ptrace(to_return ? PTRACE_SYSCALL : PTRACE_CONT, thread, nullptr, signal);
}

}  // namespace

Report Tracer::run() {
    start();
    for (;;) {
        int status = 0;
        const pid_t thread = ::waitpid(-1, &status, __WALL);
        if (thread < 0) {
            if (errno == EINTR) continue;
            if (errno == ECHILD) break;
            fail("wait");
        }
        if (!other_.take_end(thread, status)) handle(thread, status);
    }
    report_.other_ended = other_.ended();
    report_.other_waited = other_.waited();
    report_.unsynced = unsynced_.files();
    return report_;
}

void Tracer::start() {
    child_ = ::fork();
    if (child_ < 0) fail("fork");
    if (child_ == 0) {
        try {
            if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) fail("trace me");
            ::raise(SIGSTOP);
            ask_about_calls();
            ::execv(plan_.program[0], plan_.program);
            fail(std::string("start '") + plan_.program[0] + "'");
        } catch (const std::exception& e) {
            std::fprintf(stderr, "tracer: %s\n", e.what());
            ::_exit(kSkipped);
        }
    }
    int status = 0;
    if (::waitpid(child_, &status, 0) != child_ || !WIFSTOPPED(status)) fail("wait for the start");
    const long wanted = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                        PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESECCOMP |
                        PTRACE_O_EXITKILL;
    if (::ptrace(PTRACE_SETOPTIONS, child_, nullptr, wanted) != 0) fail("trace the program");
    threads_.insert(child_);
    resume(child_);
}

void Tracer::handle(pid_t thread, int status) {
    if (!WIFSTOPPED(status)) {
        threads_.erase(thread);
        if (thread == child_) report_.ended = end_of(status);
        return;
    }
    const bool fresh = threads_.insert(thread).second;
    const int signal = WSTOPSIG(status);
    const int event = status >> 16;
    if (killed_) {  // Born while everything was killed.
        ::kill(thread, SIGKILL);
    } else if (event == PTRACE_EVENT_SECCOMP) {
        handle_call(thread);
    } else if (signal == (SIGTRAP | 0x80)) {
        handle_return(thread);
    } else if (event != 0) {
        if (event == PTRACE_EVENT_EXEC) counting_ = true;
        // In the middle of a call whose return is awaited: an exec, for instance.
        resume(thread, 0, thread == kill_at_return_ || unsynced_.awaits_end_of(thread));
    } else if (signal == SIGSTOP && fresh) {
        resume(thread);  // How a thread or a child that is traced begins.
    } else {
        resume(thread, signal);
    }
}

void Tracer::handle_call(pid_t thread) {
    const CallSeen seen = look(thread);
    if (seen.call == nullptr || !counting_) {
        resume(thread);
        return;
    }
    unsynced_.begin(thread, seen);
    bool reached = false;
    for (const Fault& fault : all_faults()) {
        if (fault.trouble != none && (seen.troubles & fault.trouble) == 0) continue;
        const std::uint64_t count = ++report_.counts[fault.name];
        reached |= &fault == plan_.fault && count == plan_.point;
    }
    if (plan_.list) {
        std::string line = seen.call->name;
        for (const Fault& fault : all_faults()) {
            if (fault.trouble != none && (seen.troubles & fault.trouble) != 0) {
                line += std::string(" ") + fault.name;
            }
        }
        report_.calls.push_back(line + " " + seen.path);
    }
    if (reached) {
        apply(thread, seen);
    } else {
        resume(thread, 0, unsynced_.awaits_end_of(thread));
    }
}

void Tracer::handle_return(pid_t thread) {
    unsynced_.end(thread, ended_well(thread));
    if (thread == kill_at_return_) {
        kill_all();
    } else {
        resume(thread);
    }
}

void Tracer::apply(pid_t thread, const CallSeen& seen) {
    report_.hit = Report::Hit{seen.call->name, seen.path,
                              seen.call->descriptor >= 0 ? seen.descriptor() : -1};
    const std::string name = plan_.fault->name;
    if (name == "kill-before") {
        kill_all();
    } else if (name == "kill-after") {
        kill_at_return_ = thread;
        resume(thread, 0, true);
    } else if (name == "meet") {
        other_.run(plan_.meet);
        resume(thread, 0, unsynced_.awaits_end_of(thread));
    } else {
        unsynced_.forget(thread);
        let_fail(thread, plan_.fault->error_number);
        resume(thread);
    }
}

/// A call that has not begun does not begin any more: who is killed here skips it (seccomp(2)).
void Tracer::kill_all() {
    killed_ = true;
    for (const pid_t thread : threads_) ::kill(thread, SIGKILL);
}

}  // namespace latchkey::crash

// A process that holds ranges, for the tests and measurements of `lock`.
//
//   holder [OPTION]... LOCK-FILE shared|exclusive try|wait KIND:NAME...
//   holder --linger         lives for a minute, or until it is killed
//
// The name of `use` is PLACE/COMPONENT. Options: --uid N and --gid N to become somebody else,
// --umask OCTAL, --flood N for N more keys `use:home/flood/I`. As a sandbox or a file system
// would, the kernel refuses every range after --refuse ERRNO, every hard link after
// --refuse-links ERRNO.
//
// Says "waiting", "held NANOSECONDS", "busy" or "error TEXT", then obeys its input: "release I"
// gives back the I-th key, "add KIND:NAME" tries one more, "leave keep" and "leave close" start a
// lingering child that inherits the descriptor or not, and "quit", or the end of the input, ends
// it.

#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "latchkey/base/permit_mint.hpp"
#include "latchkey/lock/lock_set.hpp"

using namespace latchkey;

namespace {

/// Of the clock that all processes share.
long long now_nanoseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

void say(const std::string& line) {
    std::cout << line << std::endl;
}

lock::Key parse_key(const std::string& text) {
    const std::size_t colon = text.find(':');
    const std::string kind = text.substr(0, colon);
    const std::string name = text.substr(colon + 1);
    if (kind == "toolchain") return lock::Key::toolchain(name);
    if (kind == "unpack") return lock::Key::unpack(name);
    if (kind == "pin") return lock::Key::pin(name);
    if (kind == "settings") return lock::Key::settings();
    if (kind == "cargo-home") return lock::Key::cargo_home();
    if (kind == "directory") return lock::Key::directory(name);
    if (kind == "use") {
        const std::size_t slash = name.rfind('/');
        return lock::Key::use(name.substr(0, slash), name.substr(slash + 1));
    }
    throw std::runtime_error("no such kind: " + kind);
}

/// fork(2) and exec, as anything that is not ours would do it.
void leave_child(const lock::LockSet& set, bool keep) {
    for (const int number : set.descriptors()) {
        if (keep) ::fcntl(number, F_SETFD, 0);
    }
    const pid_t child = ::fork();
    if (child == 0) {
        ::execl("/proc/self/exe", "lingering", "--linger", nullptr);
        ::_exit(127);
    }
    say("child " + std::to_string(child));
}

int linger() {
    std::cout << "lingering" << std::endl;
    ::alarm(60);
    ::pause();
    return 0;
}

void obey(lock::LockSet& set, const std::vector<lock::Key>& keys, lock::Mode mode) {
    for (std::string line; std::getline(std::cin, line) && line != "quit";) {
        const std::string word = line.substr(0, line.find(' '));
        const std::string rest = line.size() > word.size() ? line.substr(word.size() + 1) : "";
        if (word == "release") {
            const long long before = now_nanoseconds();
            set.release(keys.at(static_cast<std::size_t>(std::stoul(rest))));
            say("released " + std::to_string(before));
        } else if (word == "add") {
            say(set.try_add(parse_key(rest), mode) ? "held" : "busy");
        } else if (word == "leave") {
            leave_child(set, rest == "keep");
        }
    }
}

struct Options {
    std::optional<uid_t> user = {};
    std::optional<gid_t> group = {};  ///< Empty: the user's number.
    std::optional<mode_t> mask = {};
    int flood = 0;
    unsigned ranges_refused_with = 0;
    unsigned links_refused_with = 0;
};

unsigned to_number(const std::string& text) {
    return static_cast<unsigned>(std::stoul(text));
}

/// Takes them off the beginning of the words.
Options take_options(std::vector<std::string>& words) {
    Options options;
    while (words.at(0).starts_with("--")) {
        const std::string& value = words.at(1);
        if (words[0] == "--uid") options.user = to_number(value);
        if (words[0] == "--gid") options.group = to_number(value);
        if (words[0] == "--umask") {
            options.mask = static_cast<mode_t>(std::stoul(value, nullptr, 8));
        }
        if (words[0] == "--flood") options.flood = std::stoi(value);
        if (words[0] == "--refuse") options.ranges_refused_with = to_number(value);
        if (words[0] == "--refuse-links") options.links_refused_with = to_number(value);
        words.erase(words.begin(), words.begin() + 2);
    }
    return options;
}

void filter_calls(std::span<sock_filter> steps) {
    const sock_fprog program{static_cast<unsigned short>(steps.size()), steps.data()};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        throw std::runtime_error("seccomp");
    }
}

/// Every fcntl(2) that is about ranges of open descriptions fails from here on.
void refuse_ranges(unsigned error_number) {
    sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fcntl, 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[1])),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, F_OFD_GETLK, 0, 2),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, F_OFD_SETLKW, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error_number),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    filter_calls(steps);
}

void refuse_links(unsigned error_number) {
    sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_linkat, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error_number),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    filter_calls(steps);
}

void become(const Options& options) {
    if (options.mask) ::umask(*options.mask);
    if (options.user) {
        const gid_t group = options.group.value_or(*options.user);
        if (::setgroups(0, nullptr) != 0 || ::setgid(group) != 0 || ::setuid(*options.user) != 0) {
            throw std::runtime_error("setuid");
        }
    }
    if (options.ranges_refused_with != 0) refuse_ranges(options.ranges_refused_with);
    if (options.links_refused_with != 0) refuse_links(options.links_refused_with);
}

int hold(std::vector<std::string> words) {
    const Options options = take_options(words);
    become(options);
    const lock::LockFile file(words.at(0));
    const lock::Mode mode = words.at(1) == "shared" ? lock::Mode::shared : lock::Mode::exclusive;
    std::vector<lock::Key> keys;
    for (std::size_t i = 3; i < words.size(); ++i) keys.push_back(parse_key(words[i]));
    for (int i = 0; i < options.flood; ++i) {
        keys.push_back(lock::Key::use("home/flood", std::to_string(i)));
    }
    std::optional<lock::LockSet> set;
    if (words.at(2) == "wait") {
        say("waiting");
        set.emplace(lock::LockSet::acquire(PermitMint::wait_thread(), file, keys.at(0), mode));
    } else {
        set = lock::LockSet::try_acquire(file, keys, mode);
    }
    const long long now = now_nanoseconds();
    if (!set) {
        say("busy");
        return 1;
    }
    say("held " + std::to_string(now) + (set->descriptor() < 0 ? " nothing" : ""));
    obey(*set, keys, mode);
    return 0;
}

}  // namespace

int main(int count, char** words) {
    try {
        std::vector<std::string> arguments(words + 1, words + count);
        if (arguments.at(0) == "--linger") return linger();
        return hold(std::move(arguments));
    } catch (const std::exception& e) {
        say(std::string("error ") + e.what());
        return 2;
    }
}

// A process that holds ranges, for the tests and measurements of `lock`.
//
//   holder [--uid N] LOCK-FILE shared|exclusive try|wait KIND:NAME...
//   holder --linger         lives for a minute, or until it is killed
//
// Says "waiting", "held NANOSECONDS", "busy" or "error TEXT", then obeys its input: "release I"
// gives back the I-th key, "add KIND:NAME" tries one more, "leave keep" and "leave close" start a
// lingering child that inherits the descriptor or not, and "quit", or the end of the input, ends
// it.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <iostream>
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
    if (kind == "use") return lock::Key::use(name);
    if (kind == "settings") return lock::Key::settings();
    if (kind == "cargo-home") return lock::Key::cargo_home();
    if (kind == "generation") {
        const std::size_t slash = name.rfind('/');
        return lock::Key::generation(name.substr(0, slash), std::stoull(name.substr(slash + 1)));
    }
    throw std::runtime_error("no such kind: " + kind);
}

/// fork(2) and exec, as anything that is not ours would do it.
void leave_child(const lock::LockSet& set, bool keep) {
    if (keep) ::fcntl(set.descriptor(), F_SETFD, 0);
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

int hold(std::vector<std::string> words) {
    if (words.at(0) == "--uid") {
        const auto user = static_cast<uid_t>(std::stoul(words.at(1)));
        if (::setgid(user) != 0 || ::setuid(user) != 0) throw std::runtime_error("setuid");
        words.erase(words.begin(), words.begin() + 2);
    }
    const lock::LockFile file(words.at(0));
    const lock::Mode mode = words.at(1) == "shared" ? lock::Mode::shared : lock::Mode::exclusive;
    std::vector<lock::Key> keys;
    for (std::size_t i = 3; i < words.size(); ++i) keys.push_back(parse_key(words[i]));
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

#include "support/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace latchkey::test {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
    int reading = -1;
    int writing = -1;
    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
        reading = ends[0];
        writing = ends[1];
    }
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
    result.push_back(nullptr);
    return result;
}

/// Appends what can be read; closes the descriptor at its end.
void drain(int& descriptor, std::string& text) {
    char block[4096];
    const ssize_t count = ::read(descriptor, block, sizeof block);
    if (count > 0) {
        text.append(block, static_cast<std::size_t>(count));
    } else if (count == 0 || errno != EINTR) {
        ::close(std::exchange(descriptor, -1));
    }
}

std::chrono::milliseconds left_until(Clock::time_point end) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    return std::max(left, std::chrono::milliseconds(0));
}

/// posix_spawn(3) cannot ignore a signal for the child, so we do while it is born.
class Ignoring {
public:
    explicit Ignoring(const std::vector<int>& signals) {
        for (const int number : signals) old_.emplace_back(number, ::signal(number, SIG_IGN));
    }
    ~Ignoring() {
        for (const auto& [number, action] : old_) ::signal(number, action);
    }
    Ignoring(const Ignoring&) = delete;
    Ignoring& operator=(const Ignoring&) = delete;

private:
    std::vector<std::pair<int, sighandler_t>> old_;
};

}  // namespace

Child::Child(const std::string& program, const ChildOptions& options) {
    const Pipe in;
    const Pipe out;
    const Pipe err;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in.reading, 0);
    posix_spawn_file_actions_adddup2(&actions, out.writing, 1);
    posix_spawn_file_actions_adddup2(&actions, err.writing, 2);
    if (!options.folder.empty()) {
        posix_spawn_file_actions_addchdir_np(&actions, options.folder.c_str());
    }
    std::vector<std::string> words = options.arguments;
    words.insert(words.begin(), program);
    const std::vector<std::string> variables =
        options.environment.value_or(std::vector<std::string>{});
    int error_number = 0;
    {
        const Ignoring ignoring(options.ignored_signals);
        error_number =
            ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, pointers(words).data(),
                          options.environment ? pointers(variables).data() : environ);
    }
    posix_spawn_file_actions_destroy(&actions);
    ::close(in.reading);
    ::close(out.writing);
    ::close(err.writing);
    input_ = in.writing;
    output_end_ = out.reading;
    errors_end_ = err.reading;
    if (error_number != 0) {
        for (const int end : {input_, output_end_, errors_end_}) ::close(end);
        throw std::runtime_error("start " + program + ": " + std::strerror(error_number));
    }
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      input_(std::exchange(other.input_, -1)),
      output_end_(std::exchange(other.output_end_, -1)),
      errors_end_(std::exchange(other.errors_end_, -1)),
      output_(std::move(other.output_)),
      errors_(std::move(other.errors_)) {}

Child::~Child() {
    for (const int end : {input_, output_end_, errors_end_}) {
        if (end >= 0) ::close(end);
    }
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

void Child::say(const std::string& line) {
    const std::string text = line + "\n";
    // No SIGPIPE for the tests' process, whatever its action is.
    const Ignoring ignoring({SIGPIPE});
    if (::write(input_, text.data(), text.size()) < 0 && errno != EPIPE) fail("write to it");
}

void Child::close_input() {
    if (input_ >= 0) ::close(std::exchange(input_, -1));
}

std::string Child::wait_for_line(std::chrono::milliseconds patience) {
    const auto end = Clock::now() + patience;
    for (;;) {
        const std::size_t at = output_.find('\n');
        if (at != std::string::npos) {
            std::string line = output_.substr(0, at);
            output_.erase(0, at + 1);
            return line;
        }
        if (output_end_ < 0) fail("it ended without another line");
        if (!read_some(left_until(end))) fail("no line in time");
    }
}

std::string Child::wait_for_word(const std::string& beginning) {
    for (;;) {
        const std::string line = wait_for_line();
        if (line.starts_with(beginning)) return line.substr(beginning.size());
    }
}

bool Child::has_line() {
    while (output_end_ >= 0 && read_some(std::chrono::milliseconds(0))) {
    }
    return output_.find('\n') != std::string::npos;
}

void Child::kill(int signal_number) {
    if (pid_ > 0) ::kill(pid_, signal_number);
}

ChildEnd Child::wait(std::chrono::milliseconds patience) {
    const auto end = Clock::now() + patience;
    int status = 0;
    for (;;) {
        // Its grandchildren may hold the pipes for longer, so its own end is what counts.
        const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
        if (ended == pid_) break;
        if (left_until(end).count() == 0) fail("it did not end in time");
        read_some(std::min(left_until(end), std::chrono::milliseconds(2)));
    }
    pid_ = -1;
    while (read_some(std::chrono::milliseconds(0))) {
    }
    ChildEnd how;
    if (WIFEXITED(status)) how.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) how.signal = WTERMSIG(status);
    return how;
}

/// Reads what comes first. False: nothing came in time, or nothing can come.
bool Child::read_some(std::chrono::milliseconds patience) {
    pollfd ends[2] = {{output_end_, POLLIN, 0}, {errors_end_, POLLIN, 0}};
    // A negative descriptor is left out by poll(2), which then waits for the time alone.
    if (::poll(ends, 2, static_cast<int>(patience.count())) <= 0) return false;
    if (ends[0].revents != 0) drain(output_end_, output_);
    if (ends[1].revents != 0) drain(errors_end_, errors_);
    return true;
}

void Child::fail(const std::string& what) const {
    throw std::runtime_error("child " + std::to_string(pid_) + ": " + what +
                             "\nits output: " + output_ + "\nits errors: " + errors_);
}

}  // namespace latchkey::test

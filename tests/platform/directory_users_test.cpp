#include "latchkey/platform/directory_users.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>

#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "support/child.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using platform::DirectoryUsers;
using test::Child;

namespace {

/// A shell that says when it is ready, and then waits.
Child start_shell(const std::string& program, const std::string& folder,
                  const std::string& script = "") {
    test::ChildOptions options;
    options.arguments = {"-c", script + "echo ready; read line"};
    options.folder = folder;
    Child child(program, options);
    child.wait_for_word("ready");
    return child;
}

}  // namespace

TEST_CASE("a directory is used by who works in it, at it or below it", "[platform][process]") {
    const test::TempDir home;
    home.make("a/b/c");
    home.make("a-b");
    home.make("other");
    const Child child = start_shell("/bin/sh", home / "a/b");
    const auto users = DirectoryUsers::look(home.path());
    CHECK(users.uses(home / "a/b"));
    CHECK(users.uses(home / "a"));
    CHECK(users.uses(home.path()));
    CHECK_FALSE(users.uses(home / "a/b/c"));
    CHECK_FALSE(users.uses(home / "a-b"));
    CHECK_FALSE(users.uses(home / "a/"));
    CHECK_FALSE(users.uses(home / "other"));
    platform::remove_empty_directory(home / "a/b/c");
    platform::remove_empty_directory(home / "a/b");
    CHECK(DirectoryUsers::look(home.path()).uses(home / "a/b"));
    CHECK_FALSE(DirectoryUsers::look(home.path()).uses(home / "a/b (deleted)"));
}

TEST_CASE("a directory is used by who runs a program from it", "[platform][process]") {
    const test::TempDir home;
    home.make("t/bin");
    home.make("t-2");
    platform::copy_file(*platform::find_canonical("/bin/sh"), home / "t/bin/sh");
    {
        const Child child = start_shell(home / "t/bin/sh", "/");
        CHECK(DirectoryUsers::look(home.path()).uses(home / "t"));
        CHECK(DirectoryUsers::look(home / "t/bin").uses(home / "t/bin"));
        CHECK(DirectoryUsers::look("/").uses(home / "t"));
        CHECK_FALSE(DirectoryUsers::look(home.path()).uses(home / "t-2"));
        CHECK_FALSE(DirectoryUsers::look(home / "t-2").uses(home / "t"));  // Not kept.
        platform::remove_file(home / "t/bin/sh");
        CHECK(DirectoryUsers::look(home.path()).uses(home / "t/bin"));  // Deleted, and running.
        platform::rename_path(home / "t", home / "moved");
        CHECK(DirectoryUsers::look(home.path()).uses(home / "moved"));
        CHECK_FALSE(DirectoryUsers::look(home.path()).uses(home / "t"));
    }
    CHECK_FALSE(DirectoryUsers::look(home.path()).uses(home / "moved"));
}

TEST_CASE("a directory is used by who has a file of it mapped", "[platform][process]") {
    const test::TempDir home;
    const std::string name = GENERATE("lib.so", "a b.so", "a\nb.so");
    const std::string path = home.write("t/lib/" + name, std::string(8192, 'x'));
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const int file = ::open(path.c_str(), O_RDONLY);
        const void* mapped = ::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, file, 0);
        ::close(file);
        const char answer = mapped == MAP_FAILED ? 'n' : 'y';
        if (::write(ends[1], &answer, 1) == 1) ::pause();
        ::_exit(0);
    }
    char answer = 'n';
    CHECK(::read(ends[0], &answer, 1) == 1);
    CHECK(answer == 'y');
    const auto users = DirectoryUsers::look(home.path());
    CHECK(users.uses(home / "t"));
    CHECK(users.uses(home / "t/lib"));
    CHECK(users.uses(path));
    CHECK_FALSE(users.uses(home / "t/lib/other"));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_CASE("who is left out uses nothing, and neither does who looks", "[platform][process]") {
    const test::TempDir home;
    home.make("a");
    const Child one = start_shell("/bin/sh", home / "a");
    const Child other = start_shell("/bin/sh", home / "a");
    const std::vector<pid_t> both = {one.pid(), other.pid()};
    CHECK(DirectoryUsers::look(home.path(), std::span(both).first(1)).uses(home / "a"));
    CHECK_FALSE(DirectoryUsers::look(home.path(), both).uses(home / "a"));
    const std::string before = platform::load_working_directory();
    REQUIRE(::chdir((home / "a").c_str()) == 0);
    const bool used = DirectoryUsers::look(home.path(), both).uses(home / "a");
    REQUIRE(::chdir(before.c_str()) == 0);
    CHECK_FALSE(used);
}

TEST_CASE("a look at 500 processes takes less than 50 ms", "[.][platform][measure]") {
    const test::TempDir home;
    home.make("a");
    std::vector<pid_t> sleepers;
    for (int i = 0; i < 500; ++i) {
        const pid_t child = ::fork();
        if (child == 0) {
            ::execl("/bin/sleep", "sleep", "60", nullptr);
            ::_exit(127);
        }
        sleepers.push_back(child);
    }
    for (const pid_t child : sleepers) {
        const std::string comm = "/proc/" + std::to_string(child) + "/comm";
        while (platform::load_file(comm) != "sleep\n") ::usleep(1000);
    }
    std::vector<double> milliseconds;
    for (int round = 0; round < 11; ++round) {
        const auto start = std::chrono::steady_clock::now();
        CHECK_FALSE(DirectoryUsers::look(home.path()).uses(home / "a"));
        milliseconds.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                .count());
    }
    for (const pid_t child : sleepers) {
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    WARN("median of 11: " << milliseconds[5] << " ms");
    CHECK(milliseconds[5] < 50);
}

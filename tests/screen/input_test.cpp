#include "latchkey/screen/input.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <functional>

#include "latchkey/platform/fd.hpp"
#include "screen/screen.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using test::Screen;

namespace {

/// Standard input with a text and then its end, for as long as this lives.
class TypedInput {
public:
    explicit TypedInput(const std::string& text) : usual_(::dup(STDIN_FILENO)) {
        std::array<int, 2> ends{};
        REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
        const platform::Fd reading(ends[0]);
        const platform::Fd writing(ends[1]);
        REQUIRE(::write(writing.number(), text.data(), text.size()) ==
                static_cast<ssize_t>(text.size()));
        REQUIRE(::dup2(reading.number(), STDIN_FILENO) == STDIN_FILENO);
    }
    ~TypedInput() { ::dup2(usual_.number(), STDIN_FILENO); }
    TypedInput(const TypedInput&) = delete;
    TypedInput& operator=(const TypedInput&) = delete;

private:
    platform::Fd usual_;
};

using Asking = std::function<task::awaitable<std::string>(screen::Input&)>;

task::awaitable<int> keep(screen::Input& input, const Asking& asking, std::string& answer) {
    answer = co_await asking(input);
    co_return 0;
}

/// What one question gets as its answer; what was printed is left on the screen.
std::string answer(screen::Input& input, task::Loop& loop, const Asking& asking) {
    std::string text;
    loop.context().restart();
    (void)loop.run(keep(input, asking, text));
    return text;
}

task::awaitable<std::string> read_line(screen::Input& input) {
    return input.read_line();
}

task::awaitable<std::string> confirm(screen::Input& input) {
    const bool yes = co_await input.confirm("Go on?");
    co_return yes ? "yes" : "no";
}

task::awaitable<std::string> ask(screen::Input& input) {
    return input.ask("Which one?", "usual");
}

task::awaitable<std::string> ask_for_yes(screen::Input& input) {
    const bool yes = co_await input.ask_whether("Really?", true);
    co_return yes ? "yes" : "no";
}

task::awaitable<std::string> ask_for_no(screen::Input& input) {
    const bool yes = co_await input.ask_whether("Really?", false);
    co_return yes ? "yes" : "no";
}

/// What was printed for a question, and the answer behind it.
std::string dialogue(const std::string& typed, const Asking& asking) {
    Screen screen;
    screen::Output output = screen.output();
    task::Loop loop(1);
    screen::Input input(loop, output);
    const TypedInput typing(typed);
    const std::string got = answer(input, loop, asking);
    return screen.fresh() + "-> " + got;
}

}  // namespace

TEST_CASE("lines are read one after another, without their ends", "[input]") {
    Screen screen;
    screen::Output output = screen.output();
    task::Loop loop(1);
    screen::Input input(loop, output);
    const TypedInput typing("one\ntwo\r\n\nlast");
    CHECK(answer(input, loop, read_line) == "one");
    CHECK(answer(input, loop, read_line) == "two");
    CHECK(answer(input, loop, read_line).empty());
    CHECK(answer(input, loop, read_line) == "last");
    CHECK(test::error_text([&] { answer(input, loop, read_line); }) ==
          "unable to read from stdin for confirmation: no lines found from stdin");
}

TEST_CASE("a line may be longer than what is read at once", "[input]") {
    const std::string line(20'000, 'x');
    CHECK(dialogue(line + "\nnext\n", read_line) == "-> " + line);
}

TEST_CASE("y and yes in any case mean yes, everything else means no", "[input]") {
    for (const char* typed : {"y", "Y", "yes", "YES"}) {
        CAPTURE(typed);
        CHECK(dialogue(std::string(typed) + "\n", confirm) == "Go on? \n-> yes");
    }
    for (const char* typed : {"n", "", "yess", " y"}) {
        CAPTURE(typed);
        CHECK(dialogue(std::string(typed) + "\n", confirm) == "Go on? \n-> no");
    }
}

TEST_CASE("an empty line stands for the usual answer", "[input]") {
    CHECK(dialogue("\n", ask) == "Which one? [usual]\n\n-> usual");
    CHECK(dialogue("other\n", ask) == "Which one? [usual]\n\n-> other");
}

TEST_CASE("what is neither yes nor no stands for the usual one of them", "[input]") {
    CHECK(dialogue("\n", ask_for_yes) == "Really? (Y/n)\n\n-> yes");
    CHECK(dialogue("perhaps\n", ask_for_no) == "Really? (y/N)\n\n-> no");
    CHECK(dialogue("NO\n", ask_for_yes) == "Really? (Y/n)\n\n-> no");
    CHECK(dialogue("y\n", ask_for_no) == "Really? (y/N)\n\n-> yes");
}

#include "latchkey/screen/input.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <span>

#include "latchkey/base/error.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/platform/input.hpp"

namespace latchkey::screen {
namespace {

constexpr std::size_t kBlockBytes = 4096;

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return text;
}

std::string read_block(const OnWorker& on) {
    std::string block(kBlockBytes, '\0');
    const std::span<std::byte> bytes = std::as_writable_bytes(std::span(block));
    block.resize(platform::read_input(on, STDIN_FILENO, bytes));
    return block;
}

}  // namespace

task::awaitable<std::string> Input::read_line() {
    std::size_t end = rest_.find('\n');
    while (end == std::string::npos) {
        // On a thread of its own: a user may think for longer than the pool can do without one.
        auto job = [](const OnWorker& on) { return read_block(on); };
        const std::string block = co_await task::offload_stream(loop_.workers(), std::move(job));
        if (block.empty()) break;
        const std::size_t before = rest_.size();
        rest_ += block;
        end = rest_.find('\n', before);
    }
    if (rest_.empty()) {
        throw Error(Errc::usage, "no lines found from stdin")
            .in("unable to read from stdin for confirmation");
    }
    std::string line = rest_.substr(0, end);
    rest_.erase(0, end == std::string::npos ? end : end + 1);
    if (line.ends_with('\r')) line.pop_back();
    co_return line;
}

task::awaitable<bool> Input::confirm(std::string question) {
    output_.out(question + " ");
    const std::string answer = lower(co_await read_line());
    output_.out("\n");
    co_return answer == "y" || answer == "yes";
}

task::awaitable<std::string> Input::ask(std::string question, std::string usual) {
    output_.out(question + " [" + printable_line(usual) + "]\n");
    std::string answer = co_await read_line();
    output_.out("\n");
    if (answer.empty()) co_return usual;
    co_return answer;
}

task::awaitable<bool> Input::ask_whether(std::string question, bool usual) {
    output_.out(question + (usual ? " (Y/n)\n" : " (y/N)\n"));
    const std::string answer = lower(co_await read_line());
    output_.out("\n");
    if (answer == "y" || answer == "yes") co_return true;
    if (answer == "n" || answer == "no") co_return false;
    co_return usual;
}

}  // namespace latchkey::screen

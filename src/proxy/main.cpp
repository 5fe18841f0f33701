#include <exception>
#include <iterator>

#include "full_program.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/process.hpp"
#include "latchkey/platform/standard_streams.hpp"
#include "latchkey/proxy/prepare.hpp"

namespace {

using namespace latchkey;

void complain(const std::string& text) {
    platform::Fd stream(2);
    try {
        platform::write_all(stream, as_bytes("error: " + printable(text) + "\n"), "stderr");
    } catch (const Error&) {
        // There is nobody else to be told.
    }
    (void)stream.release();
}

/// Returns where the tool cannot be started: the full program will find the same, and say so.
void become_tool(const proxy::Start& start) {
    try {
        if (const auto call = proxy::prepare(start)) proxy::become(*call);
    } catch (const Error&) {
        return;
    }
}

int run(const proxy::Start& start) {
    try {
        become_tool(start);
        const auto full_program = proxy::find_full_program(start.environment);
        if (!full_program) {
            throw Error(Errc::not_found,
                        "there is no 'rustup' beside this program, nor in $CARGO_HOME/bin; it is "
                        "needed for what is no plain start of an installed tool: run Latchkey's "
                        "rustup-init once more, which puts it back");
        }
        platform::execute(*full_program, start.words, start.environment);
    } catch (const Error& e) {
        complain(e.what());
    }
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        platform::fill_standard_streams();
        const std::vector<std::string> words(argv, std::next(argv, argc));
        return run({platform::load_environment(), words});
    } catch (const std::bad_alloc&) {
        platform::die_without_memory();
    } catch (const std::exception& e) {
        complain("internal error: " + std::string(e.what()));
    } catch (...) {
        complain("internal error");
    }
    return 1;
}

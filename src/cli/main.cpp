#include <boost/system/system_error.hpp>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <new>
#include <system_error>

#include "latchkey/base/printable.hpp"
#include "latchkey/platform/environment.hpp"
#include "latchkey/platform/process.hpp"
#include "latchkey/screen/output.hpp"
#include "program.hpp"

namespace {

std::terminate_handler terminate_otherwise = nullptr;

/// Memory may be short where nothing can catch it: in a thread of a library's, in what must not
/// throw.
[[noreturn]] void end_in_words() {
    try {
        if (const auto current = std::current_exception()) std::rethrow_exception(current);
    } catch (const std::bad_alloc&) {
        latchkey::platform::die_without_memory();
    } catch (...) {
        // As ever.
    }
    terminate_otherwise();
    std::abort();
}

}  // namespace

int main(int argc, char** argv) {
    using namespace latchkey;
    platform::give_large_blocks_back();
    terminate_otherwise = std::set_terminate(end_in_words);
    const auto say = [](const std::string& text) {
        screen::Output(1, 2).err("error: " + printable(text) + "\n");
    };
    try {
        const std::vector<std::string> words(argv, std::next(argv, argc));
        return cli::Program(platform::load_environment(), words).run();
    } catch (const std::bad_alloc&) {
        platform::die_without_memory();
    } catch (const boost::system::system_error& e) {
        say(e.what());  // What the system refused a library: a thread, a descriptor.
    } catch (const std::system_error& e) {
        say(e.what());
    } catch (const std::exception& e) {
        say("internal error: " + std::string(e.what()));
    } catch (...) {
        say("internal error");
    }
    return 1;
}

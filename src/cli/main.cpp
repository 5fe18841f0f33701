#include <exception>
#include <iterator>

#include "latchkey/base/printable.hpp"
#include "latchkey/cli/output.hpp"
#include "latchkey/platform/environment.hpp"
#include "program.hpp"

int main(int argc, char** argv) {
    using namespace latchkey;
    try {
        const std::vector<std::string> words(argv, std::next(argv, argc));
        return cli::Program(platform::load_environment(), words).run();
    } catch (const std::exception& e) {
        cli::Output(1, 2).err("error: internal error: " + printable(e.what()) + "\n");
    } catch (...) {
        cli::Output(1, 2).err("error: internal error\n");
    }
    return 1;
}

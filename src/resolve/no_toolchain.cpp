#include "latchkey/resolve/no_toolchain.hpp"

#include <string>

namespace latchkey::resolve {

Error no_toolchain_error(std::string_view program) {
    return Error(Errc::not_found,
                 "rustup could not choose a version of " + std::string(program) +
                     " to run, because one wasn't specified explicitly, and no default is "
                     "configured.\n" +
                     std::string(kDefaultStableHint));
}

}  // namespace latchkey::resolve

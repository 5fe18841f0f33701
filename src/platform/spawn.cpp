#include "spawn.hpp"

#include <signal.h>

namespace latchkey::platform {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
    result.push_back(nullptr);
    return result;
}

pid_t spawn(const std::string& program, const std::vector<std::string>& arguments,
            const Environment& environment, const Streams& streams) {
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    const std::vector<std::string> variables = environment.entries();
    pid_t child = -1;
    const int error_number = ::posix_spawnp(&child, program.c_str(), streams.get(), &attributes,
                                            pointers(arguments).data(), pointers(variables).data());
    posix_spawnattr_destroy(&attributes);
    if (error_number != 0) throw os_error(error_number, "start '" + program + "'");
    return child;
}

}  // namespace latchkey::platform

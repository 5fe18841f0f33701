#include "latchkey/platform/detached_child.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>

#include "latchkey/platform/fd.hpp"

namespace latchkey::platform {

void start_detached(const std::string& program, const std::vector<std::string>& arguments,
                    const Environment& environment) {
    posix_spawn_file_actions_t streams;
    posix_spawn_file_actions_init(&streams);
    posix_spawn_file_actions_addopen(&streams, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&streams, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&streams, 2, "/dev/null", O_WRONLY, 0);
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

    std::vector<char*> words;
    for (const std::string& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const std::vector<std::string> variables = environment.entries();
    std::vector<char*> entries;
    for (const std::string& entry : variables) entries.push_back(const_cast<char*>(entry.c_str()));
    entries.push_back(nullptr);

    pid_t child = -1;
    const int error_number = ::posix_spawnp(&child, program.c_str(), &streams, &attributes,
                                            words.data(), entries.data());
    posix_spawn_file_actions_destroy(&streams);
    posix_spawnattr_destroy(&attributes);
    if (error_number != 0) throw os_error(error_number, "start '" + program + "'");
}

}  // namespace latchkey::platform

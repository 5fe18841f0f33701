#include "latchkey/platform/detached_child.hpp"

#include <fcntl.h>

#include "spawn.hpp"

namespace latchkey::platform {

void start_detached(const std::string& program, const std::vector<std::string>& arguments,
                    const Environment& environment) {
    Streams streams;
    streams.open(0, "/dev/null", O_RDONLY);
    streams.open(1, "/dev/null", O_WRONLY);
    streams.open(2, "/dev/null", O_WRONLY);
    (void)spawn(program, arguments, environment, streams);
}

}  // namespace latchkey::platform

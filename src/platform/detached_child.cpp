#include "latchkey/platform/detached_child.hpp"

#include "spawn.hpp"

namespace latchkey::platform {

void start_detached(const std::string& program, const std::vector<std::string>& arguments,
                    const Environment& environment) {
    Streams streams;
    streams.copy_nothing(0);
    streams.copy_nothing(1);
    streams.copy_nothing(2);
    (void)spawn(program, arguments, environment, streams);
}

}  // namespace latchkey::platform

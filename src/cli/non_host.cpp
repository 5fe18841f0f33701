#include "non_host.hpp"

#include <fmt/format.h>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/target_tuple.hpp"
#include "latchkey/resolve/host.hpp"

namespace latchkey::cli {

void check_runs_here(const resolve::Place& place, const std::string& shown,
                     const std::string& target, bool force) {
    if (force || dist::can_run(load_system_tuple(place), target)) return;
    throw Error(Errc::unsupported,
                fmt::format("toolchain '{}' may not be able to run on this system\n"
                            "note: to build software for that platform, try `rustup target add {}` "
                            "instead\n"
                            "note: add the `--force-non-host` flag to install the toolchain anyway",
                            shown, target));
}

std::string load_system_tuple(const resolve::Place& place) {
    return place.variables.host_tuple ? *place.variables.host_tuple : resolve::load_detected_host();
}

std::optional<std::string> find_system_tuple(const resolve::Place& place) {
    return place.variables.host_tuple ? place.variables.host_tuple : resolve::find_detected_host();
}

}  // namespace latchkey::cli

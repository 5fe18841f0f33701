#include "server_turns.hpp"

namespace latchkey::fleet {

void note_failure(Means& means, std::size_t place, const Error& failure) {
    if (!means.mirrors.listed() || !mirrors::is_the_servers(failure)) throw failure;
    if (!means.mirrors.blame(place)) return;
    means.reporter.warn(means.mirrors.fault_text(place, failure));
}

}  // namespace latchkey::fleet

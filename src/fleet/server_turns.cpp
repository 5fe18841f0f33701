#include "server_turns.hpp"

#include "latchkey/base/shown_url.hpp"

namespace latchkey::fleet {

void note_failure(Means& means, std::size_t place, const Error& failure) {
    if (!means.mirrors.listed() || !mirrors::is_the_servers(failure)) throw failure;
    if (!means.mirrors.blame(place)) return;
    const std::string& server = means.mirrors.server(place).dist_server;
    means.reporter.warn(mirrors::fault_text(without_credentials(server), failure));
}

}  // namespace latchkey::fleet

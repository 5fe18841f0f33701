#include "latchkey/mirrors/mirrors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "latchkey/base/shown_url.hpp"

namespace latchkey::mirrors {

Mirrors::Mirrors(const config::ChangeVariables& variables) : listed_(!variables.mirrors.empty()) {
    if (!listed_) servers_.push_back({variables.server, std::nullopt});
    for (const config::Mirror& mirror : variables.mirrors) {
        servers_.push_back({dist::Server::from(mirror.url, std::nullopt, variables.server.staged),
                            mirror.signature});
    }
}

std::vector<std::size_t> Mirrors::order() const {
    std::vector<std::size_t> places(servers_.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::ranges::stable_sort(places, {},
                             [this](std::size_t place) { return servers_[place].faults; });
    return places;
}

bool Mirrors::blame(std::size_t place) {
    return servers_.at(place).faults++ == 0;
}

std::string Mirrors::fault_text(std::size_t place, const Error& failure) const {
    return mirrors::fault_text(without_credentials(server(place).dist_server), failure);
}

std::string Mirrors::component_url(std::size_t place, std::string_view url) const {
    const dist::Server& wanted = server(place);
    for (const Known& known : servers_) {
        const std::string& own = known.server.dist_server;
        if (listed_ && url.starts_with(own) && url.substr(own.size()).starts_with('/')) {
            return wanted.dist_server + std::string(url.substr(own.size()));
        }
    }
    return wanted.component_url(url);
}

bool is_the_servers(const Error& failure) {
    switch (failure.code()) {
        case Errc::unreachable:
        case Errc::corrupt:
        case Errc::not_found:
        case Errc::unsupported:
            return true;
        default:
            return false;
    }
}

std::string fault_text(std::string_view shown_url, const Error& failure) {
    return fmt::format("the mirror '{}' is passed over: {}", shown_url, failure.what());
}

}  // namespace latchkey::mirrors

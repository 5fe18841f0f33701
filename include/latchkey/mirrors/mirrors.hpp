#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/config/change_variables.hpp"
#include "latchkey/config/signature_policy.hpp"
#include "latchkey/dist/server.hpp"

namespace latchkey::mirrors {

/// The servers of releases: those of the list, or the one that the environment names. Remembers
/// which of them have failed, so that a bad mirror is not asked again for every file of a change.
///
/// Thread: the loop's.
class Mirrors {
public:
    explicit Mirrors(const config::ChangeVariables& variables);

    /// Whether they come from a list. If not, there is exactly one.
    [[nodiscard]] bool listed() const noexcept { return listed_; }

    /// Of a server, by its place in the list.
    [[nodiscard]] const dist::Server& server(std::size_t place) const {
        return servers_.at(place).server;
    }

    /// What the list says of signatures from there. Empty: nothing.
    [[nodiscard]] std::optional<config::SignaturePolicy> signature(std::size_t place) const {
        return servers_.at(place).signature;
    }

    /// The places in the order in which the servers should be asked now: those that have failed
    /// least come first, equal ones as in the list.
    [[nodiscard]] std::vector<std::size_t> order() const;

    /// The server at `place` has failed. Returns whether that is the first time.
    bool blame(std::size_t place);

    /// What users read when the server at `place` has failed and another is asked.
    [[nodiscard]] std::string fault_text(std::size_t place, const Error& failure) const;

    /// A component's URL at the server at `place`. A URL of the default server or of any server of
    /// the list becomes that server's; any other URL stays.
    [[nodiscard]] std::string component_url(std::size_t place, std::string_view url) const;

private:
    struct Known {
        dist::Server server;
        std::optional<config::SignaturePolicy> signature;
        unsigned faults = 0;
    };
    std::vector<Known> servers_;
    bool listed_;
};

/// Whether another server may do better. What the user's side has got wrong is the same everywhere.
bool is_the_servers(const Error& failure);

/// What users read when a mirror has failed and another is asked: its URL, and why.
///
/// Shape: `shown_url` without credentials.
std::string fault_text(std::string_view shown_url, const Error& failure);

}  // namespace latchkey::mirrors

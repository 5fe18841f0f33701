#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/config/mirror_list.hpp"
#include "latchkey/net/client_options.hpp"
#include "latchkey/task/loop.hpp"

namespace latchkey::mirrors {

/// What a test of one server has found.
struct Probe {
    config::Mirror mirror;
    std::optional<Error> failure;  ///< Why nothing can come from it. Empty: it is fine.
    int status = 0;                ///< Of the answer that tells most. 0: there was none.

    /// From the request to the first byte of its body, with the connection.
    std::optional<std::chrono::milliseconds> first_byte;
    std::optional<double> bytes_per_second;  ///< Of a manifest, of up to 4 MiB.
    bool ranges = false;                     ///< It sends parts of files, so downloads resume.

    // Shape: "2026-04-16". Empty: it has no such channel.
    std::optional<std::string> stable_date;
    std::optional<std::string> nightly_date;
    std::optional<long> days_behind;  ///< Of its nightly, behind the newest of those tested.

    enum class Login {
        none,      ///< The list names no credentials.
        missing,   ///< They are not where the list says.
        accepted,  ///< Or not looked at by the server.
        refused,   ///< 401 or 403.
        unknown,   ///< The server did not answer.
    };
    Login login = Login::none;
};

/// `none`, `missing`, `accepted`, `refused`, `unknown`.
std::string_view str(Probe::Login login) noexcept;

/// The date in the beginning of a manifest's text. Empty: it says none.
std::optional<std::string> find_manifest_date(std::string_view text);

/// Tests servers, one after another, so that none takes the line from another. `limit` holds for
/// the connection and for each wait for a part of an answer.
///
/// Throws: the cancellation. Everything else is a Probe's failure.
task::awaitable<std::vector<Probe>> probe(task::Loop& loop, net::ClientOptions options,
                                          std::vector<config::Mirror> mirrors,
                                          std::chrono::seconds limit);

}  // namespace latchkey::mirrors

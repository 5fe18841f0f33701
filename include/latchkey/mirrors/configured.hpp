#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/config/change_variables.hpp"
#include "latchkey/config/mirror_list.hpp"
#include "latchkey/dist/home_layout.hpp"
#include "latchkey/net/client_options.hpp"
#include "latchkey/platform/environment.hpp"

namespace latchkey::mirrors {

/// The list of mirrors that a command uses.
struct Configured {
    /// Empty: the server of the environment, or the default one, is asked.
    std::vector<config::Mirror> mirrors;
    std::vector<std::string> warnings;
    std::optional<Error> failure;  ///< A configuration is broken: then nothing may be fetched.
};

/// The list that counts. No configuration is read if the environment names a server.
Configured load_configured(const config::ChangeVariables& variables, const dist::HomeLayout& home);

/// Lets changes ask the mirrors in place of the default server.
void use_mirrors(const Configured& configured, config::ChangeVariables& variables);

/// Lets a client send the mirrors' credentials, or refuse every fetch if a configuration is broken.
/// If there is another mirror to ask, a server that says nothing for 30 seconds has stalled, unless
/// RUSTUP_DOWNLOAD_TIMEOUT is set. `home` and `warn` as Credentials has them.
void use_mirrors(const Configured& configured, const platform::Environment& environment,
                 std::optional<std::string> home, std::function<void(const std::string&)> warn,
                 net::ClientOptions& options);

}  // namespace latchkey::mirrors

#pragma once

#include <cstddef>
#include <string>

#include "latchkey/base/permit.hpp"
#include "latchkey/net/client_options.hpp"

namespace latchkey::net {

/// Whose certificates a client trusts, and what there is to say of them.
struct Trust {
    enum class Source {
        named,     ///< The file and the directories that the options name.
        system,    ///< The system's own collection.
        built_in,  ///< Mozilla's, as this program was built with them.
    };

    Source source = Source::system;

    /// How many were read. A system's directories are looked into later, too, by the name of an
    /// authority that is still missing.
    std::size_t certificates = 0;

    /// The options' places in which nothing was found, as a part of a message; may be empty.
    std::string missed;

    /// What a user should know before anything is trusted; empty where all is as it should be.
    std::string warning;
};

/// What a client with these options trusts. Where to look: see `ClientOptions::ca_file`.
Trust load_trust(const OnWorker& on, const ClientOptions& options);

}  // namespace latchkey::net

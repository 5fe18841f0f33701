#pragma once

#include <cstddef>
#include <string>

#include "latchkey/base/permit.hpp"
#include "latchkey/net/client_options.hpp"

namespace latchkey::net {

/// Which certificates a client trusts, and what to say about them.
struct Trust {
    enum class Source {
        named,     ///< The file and the directories that the options name.
        system,    ///< The system's own collection.
        built_in,  ///< Mozilla's, as this program was built with them.
    };

    Source source = Source::system;

    /// How many certificates were read. A system's directories are searched later too, by the name
    /// of an authority that is still missing.
    std::size_t certificates = 0;

    /// The places of the options in which nothing was found, worded for a message. May be empty.
    std::string missed;

    /// What a user should know before anything is trusted. Empty: all is as it should be.
    std::string warning;
};

/// The certificates that a client with these options trusts. See ClientOptions::ca_file for the
/// places.
Trust load_trust(const OnWorker& on, const ClientOptions& options);

}  // namespace latchkey::net

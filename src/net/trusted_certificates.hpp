#pragma once

#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/net/client_options.hpp"
#include "latchkey/net/trust.hpp"

struct x509_store_st;  // X509_STORE, of OpenSSL.

namespace latchkey::net {

/// Where a system may keep the certificates that it trusts.
struct SystemPlaces {
    std::vector<std::string> files;        ///< Collections. The first with a certificate counts.
    std::vector<std::string> directories;  ///< One certificate a file.
};

/// Those of the distributions, and those that OpenSSL was built for.
///
/// Source: Go's crypto/x509 (root_linux.go) and the crate openssl-probe, by which rustup finds
///         them. NIX_SSL_CERT_FILE is read by neither.
SystemPlaces system_places();

/// Adds to `store` every certificate in the file and in the directories of the options. If they
/// name none, or none of what they name exists, the system's take their place, wherever the
/// distribution keeps them; if that has none, those that are built in.
///
/// Each certificate of a PEM file is read by itself, and every regular file of a directory is
/// looked into, whatever its name. What is not a certificate is passed over, for a server may be
/// trusted without it. Beside a system's collection its directories are only looked into when an
/// authority is missing, by the hash of its name, as OpenSSL does.
///
/// Source: the crate rustls-native-certs, by which rustup reads the same variables.
Trust load_trusted(const OnWorker& on, x509_store_st* store, const ClientOptions& options,
                   const SystemPlaces& places);

}  // namespace latchkey::net

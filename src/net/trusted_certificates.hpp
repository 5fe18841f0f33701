#pragma once

#include <string>

#include "latchkey/base/permit.hpp"
#include "latchkey/net/client_options.hpp"

struct x509_store_st;  // X509_STORE, of OpenSSL.

namespace latchkey::net {

/// Adds to `store` every certificate in the file and in the directories of the options. If they
/// name none, the system's take their place, wherever the distribution keeps them.
///
/// Each certificate of a PEM file is read by itself, and every regular file of a directory is
/// looked into, whatever its name. What is not a certificate is passed over, for a server may be
/// trusted without it. The result names the options' places in which nothing was found, as a part
/// of a message; it is empty if there are none.
///
/// Source: the crate rustls-native-certs, by which rustup reads the same variables.
std::string load_trusted(const OnWorker& on, x509_store_st* store, const ClientOptions& options);

}  // namespace latchkey::net

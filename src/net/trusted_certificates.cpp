#include "trusted_certificates.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "built_in_certificates.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::net {
namespace {

struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};

/// What is larger is passed over in a directory. A system's collection has a quarter of a megabyte.
constexpr std::uint64_t kMostFileBytes = 16 * 1024 * 1024;

/// An encrypted certificate is none that we could read. OpenSSL itself would ask the terminal.
int no_password(char*, int, int, void*) {
    return -1;
}

/// One block of a PEM file, with whatever stands behind it.
bool add_certificate(X509_STORE* store, std::string_view block) {
    if (block.size() > kMostFileBytes) return false;
    const std::unique_ptr<BIO, Free> bio(
        BIO_new_mem_buf(block.data(), static_cast<int>(block.size())));
    if (!bio) return false;
    const std::unique_ptr<X509, Free> certificate(
        PEM_read_bio_X509_AUX(bio.get(), nullptr, no_password, nullptr));
    return certificate && X509_STORE_add_cert(store, certificate.get()) == 1;
}

/// Whether there was one.
bool add_certificates(X509_STORE* store, std::string_view text) {
    constexpr std::string_view kBegin = "-----BEGIN ";
    bool added = false;
    text.remove_prefix(std::min(text.find(kBegin), text.size()));
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(kBegin, kBegin.size()), text.size());
        if (add_certificate(store, text.substr(0, end))) added = true;
        text.remove_prefix(end);
    }
    return added;
}

bool add_file(X509_STORE* store, const std::string& path) {
    try {
        const auto text = platform::find_file_text(path);
        return text && add_certificates(store, *text);
    } catch (const Error&) {
        return false;  // It is a directory, or nobody may read it.
    }
}

std::vector<platform::DirectoryEntry> entries_of(const std::string& directory) {
    try {
        return platform::find_entries(directory);
    } catch (const Error&) {
        return {};
    }
}

/// Not a pipe, which would never end.
bool is_small_file(const std::string& path) {
    try {
        const auto status = platform::find_target_status(path);
        return status && status->kind == platform::FileKind::regular &&
               status->size_bytes <= kMostFileBytes;
    } catch (const Error&) {
        return false;
    }
}

bool add_directory(const OnWorker& on, X509_STORE* store, const std::string& directory) {
    bool added = false;
    for (const platform::DirectoryEntry& entry : entries_of(directory)) {
        on.check();
        const std::string path = directory + "/" + entry.name;
        if (is_small_file(path) && add_file(store, path)) added = true;
    }
    return added;
}

/// A system's collection. False: there is none.
bool add_system(const OnWorker& on, X509_STORE* store, const SystemPlaces& places) {
    const auto has_any = [&](const std::string& path) {
        return is_small_file(path) && add_file(store, path);
    };
    if (std::ranges::none_of(places.files, has_any)) {
        const auto directory_has_any = [&](const std::string& path) {
            return add_directory(on, store, path);
        };
        return std::ranges::any_of(places.directories, directory_has_any);
    }
    // What the administrator has put beside the collection, and no tool into it.
    X509_LOOKUP* lookup = X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());
    if (lookup == nullptr) return true;
    for (const std::string& directory : places.directories) {
        X509_LOOKUP_add_dir(lookup, directory.c_str(), X509_FILETYPE_PEM);
    }
    return true;
}

void add_built_in(X509_STORE* store) {
    const std::string_view all = built_in_certificates();
    const auto* at = reinterpret_cast<const unsigned char*>(all.data());
    const unsigned char* const end = at + all.size();
    while (at < end) {
        const std::unique_ptr<X509, Free> certificate(
            d2i_X509(nullptr, &at, static_cast<long>(end - at)));
        if (!certificate || X509_STORE_add_cert(store, certificate.get()) != 1) {
            throw Error(Errc::bug, "the built-in certificates cannot be read");
        }
    }
}

bool is_there(const std::string& path) {
    try {
        return platform::find_target_status(path).has_value();
    } catch (const Error&) {
        return true;  // It may be, and nobody may look.
    }
}

/// What the options name, with what it has. Empty: they name nothing, or nothing that exists.
std::optional<Trust> add_named(const OnWorker& on, X509_STORE* store, const ClientOptions& options,
                               std::vector<std::string>& absent) {
    std::vector<std::string> empty_places;
    bool any_there = false;
    const auto note = [&](const std::string& path) {
        empty_places.push_back("'" + path + "'");
        if (is_there(path)) any_there = true;
    };
    if (options.ca_file) {
        if (add_file(store, *options.ca_file)) {
            any_there = true;
        } else {
            note(*options.ca_file);
        }
    }
    for (const std::string& directory : options.ca_directories) {
        if (add_directory(on, store, directory)) {
            any_there = true;
        } else {
            note(directory);
        }
    }
    if (!any_there) {
        absent = std::move(empty_places);
        return std::nullopt;
    }
    Trust trust;
    trust.source = Trust::Source::named;
    if (!empty_places.empty()) {
        trust.missed = "no certificate found in " + join(empty_places, " and ");
    }
    return trust;
}

/// What a user should know who named places that do not exist, or has a system without a
/// collection.
std::string warning_text(const std::vector<std::string>& absent, bool built_in) {
    std::string text;
    if (!absent.empty()) {
        text = "SSL_CERT_FILE and SSL_CERT_DIR name nothing that exists (" + join(absent, ", ") +
               "); ";
    }
    if (!built_in) return text.empty() ? "" : text + "trusting the system's certificates";
    return text +
           "no certificates found on this system; trusting those of Mozilla that this program was "
           "built with (to get current ones, install the package 'ca-certificates')";
}

}  // namespace

SystemPlaces system_places() {
    SystemPlaces places;
    places.files = {
        "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Alpine, Arch, Gentoo, NixOS
        "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, RHEL, Amazon Linux
        "/etc/ssl/ca-bundle.pem",                             // openSUSE
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora and RHEL, where it is made
        "/var/lib/ca-certificates/ca-bundle.pem",             // openSUSE, where it is made
        "/etc/ca-certificates/extracted/tls-ca-bundle.pem",   // Arch, where it is made
        "/etc/pki/tls/cacert.pem",                            // OpenELEC
        "/etc/ssl/cert.pem",                                  // Alpine's and BSD's OpenSSL
        "/etc/pki/tls/cert.pem",                              // Fedora's OpenSSL
        "/etc/ssl/certs/ca-bundle.crt",                       // NixOS
        "/opt/etc/ssl/certs/ca-certificates.crt",             // Entware
        X509_get_default_cert_file(),
    };
    places.directories = {
        "/etc/ssl/certs",
        "/etc/pki/tls/certs",
        "/etc/pki/ca-trust/extracted/pem/directory-hash",  // Fedora 42
        "/var/lib/ca-certificates/pem",                    // openSUSE
        X509_get_default_cert_dir(),
    };
    return places;
}

Trust load_trusted(const OnWorker& on, X509_STORE* store, const ClientOptions& options,
                   const SystemPlaces& places) {
    std::vector<std::string> absent;
    std::optional<Trust> trust = add_named(on, store, options, absent);
    if (!trust) {
        trust.emplace();
        const bool found = add_system(on, store, places);
        if (!found) {
            add_built_in(store);
            trust->source = Trust::Source::built_in;
        }
        trust->warning = warning_text(absent, !found);
        if (!absent.empty()) trust->missed = "no certificate found in " + join(absent, " and ");
    }
    trust->certificates =
        static_cast<std::size_t>(sk_X509_OBJECT_num(X509_STORE_get0_objects(store)));
    ERR_clear_error();
    return *std::move(trust);
}

Trust load_trust(const OnWorker& on, const ClientOptions& options) {
    const std::unique_ptr<X509_STORE, Free> store(X509_STORE_new());
    if (!store) throw Error(Errc::bug, "cannot start OpenSSL");
    return load_trusted(on, store.get(), options, system_places());
}

}  // namespace latchkey::net

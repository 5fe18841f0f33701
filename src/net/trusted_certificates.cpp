#include "trusted_certificates.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::net {
namespace {

struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(X509* certificate) const { X509_free(certificate); }
};

/// What is larger is passed over in a directory. A system's collection has a quarter of a megabyte.
constexpr std::uint64_t kMostFileBytes = 16 * 1024 * 1024;

/// Debian, Alpine, Arch; Fedora, RHEL; openSUSE; older RHEL; BSD.
constexpr std::array kSystemFiles = {"/etc/ssl/certs/ca-certificates.crt",
                                     "/etc/pki/tls/certs/ca-bundle.crt",
                                     "/etc/ssl/ca-bundle.pem",
                                     "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                                     "/etc/pki/tls/cacert.pem",
                                     "/etc/ssl/cert.pem"};

constexpr std::array kSystemDirectories = {"/etc/ssl/certs", "/etc/pki/tls/certs"};

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

void load_system(const OnWorker& on, X509_STORE* store) {
    const auto has_any = [&](const char* path) {
        return is_small_file(path) && add_file(store, path);
    };
    if (std::ranges::any_of(kSystemFiles, has_any)) return;
    for (const char* directory : kSystemDirectories) {
        if (add_directory(on, store, directory)) return;
    }
    X509_STORE_set_default_paths(store);
}

}  // namespace

std::string load_trusted(const OnWorker& on, X509_STORE* store, const ClientOptions& options) {
    std::vector<std::string> empty_places;
    if (options.ca_file && !add_file(store, *options.ca_file)) {
        empty_places.push_back("'" + *options.ca_file + "'");
    }
    for (const std::string& directory : options.ca_directories) {
        if (!add_directory(on, store, directory)) empty_places.push_back("'" + directory + "'");
    }
    if (!options.ca_file && options.ca_directories.empty()) load_system(on, store);
    ERR_clear_error();
    if (empty_places.empty()) return "";
    return "no certificate found in " + join(empty_places, " and ");
}

}  // namespace latchkey::net

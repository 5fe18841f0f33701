#include "trusted_certificates.hpp"

#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include "built_in_certificates.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using net::ClientOptions;
using net::load_trusted;
using net::SystemPlaces;
using net::Trust;
using test::TempDir;

namespace {

// What the program is built with, as Debian has it.
const std::string kMozilla = "/usr/share/ca-certificates/mozilla";

struct Free {
    void operator()(X509_STORE* store) const { X509_STORE_free(store); }
    void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
    void operator()(X509* certificate) const { X509_free(certificate); }
};

using Certificate = std::unique_ptr<X509, Free>;

Certificate parse(const std::string& pem) {
    BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    Certificate certificate(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr));
    BIO_free(bio);
    if (!certificate) throw std::runtime_error("not a certificate");
    return certificate;
}

std::string some_authority(std::size_t number) {
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::directory_iterator(kMozilla)) {
        paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    return platform::load_file(paths.at(number));
}

/// A store, and what was loaded into it.
struct Loaded {
    explicit Loaded(const ClientOptions& options, const SystemPlaces& places)
        : store(X509_STORE_new()),
          trust(load_trusted(PermitMint::worker(), store.get(), options, places)) {}

    /// Whether the certificate itself was loaded.
    [[nodiscard]] bool has(const std::string& pem) const {
        const Certificate certificate = parse(pem);
        const STACK_OF(X509_OBJECT)* all = X509_STORE_get0_objects(store.get());
        for (int i = 0; i < sk_X509_OBJECT_num(all); ++i) {
            const X509* each = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(all, i));
            if (X509_cmp(each, certificate.get()) == 0) return true;
        }
        return false;
    }

    /// Whether the store vouches for this authority itself.
    [[nodiscard]] bool trusts(const std::string& pem) const {
        const Certificate certificate = parse(pem);
        const std::unique_ptr<X509_STORE_CTX, Free> context(X509_STORE_CTX_new());
        REQUIRE(X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr) == 1);
        X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_NO_CHECK_TIME);
        return X509_verify_cert(context.get()) == 1;
    }

    std::unique_ptr<X509_STORE, Free> store;
    Trust trust;
};

}  // namespace

TEST_CASE("a system without certificates gets those that are built in, with a warning",
          "[net][tls]") {
    const Loaded loaded(ClientOptions(), SystemPlaces{{"/nonexistent"}, {"/nonexistent"}});
    CHECK(loaded.trust.source == Trust::Source::built_in);
    CHECK(loaded.trust.certificates > 100);
    CHECK(loaded.trust.warning ==
          "no certificates found on this system; trusting those of Mozilla that this program was "
          "built with (to get current ones, install the package 'ca-certificates')");
    CHECK(loaded.trust.missed.empty());
}

TEST_CASE("each of Mozilla's authorities is built in, and no other", "[net][tls]") {
    const Loaded loaded(ClientOptions(), SystemPlaces{});
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kMozilla)) {
        CAPTURE(entry.path());
        CHECK(loaded.has(platform::load_file(entry.path())));
        ++count;
    }
    CHECK(loaded.trust.certificates == count);
}

TEST_CASE("a system's collection counts alone, the first that has a certificate", "[net][tls]") {
    const TempDir dir;
    const std::string one = dir.write("one.crt", some_authority(0));
    const std::string two = dir.write("two.crt", some_authority(1));
    const std::string none = dir.write("none.crt", "nothing\n");
    const Loaded loaded(ClientOptions(), SystemPlaces{{dir / "missing", none, one, two}, {}});
    CHECK(loaded.trust.source == Trust::Source::system);
    CHECK(loaded.trust.certificates == 1);
    CHECK(loaded.trust.warning.empty());
    CHECK(loaded.trusts(some_authority(0)));
    CHECK_FALSE(loaded.trusts(some_authority(1)));
}

TEST_CASE("beside a collection, a directory has authorities by the hash of their names",
          "[net][tls]") {
    const TempDir dir;
    const std::string one = dir.write("one.crt", some_authority(0));
    const std::string pem = some_authority(1);
    dir.write("more/any-name.pem", some_authority(2));
    char name[16];
    std::snprintf(name, sizeof name, "%08lx.0", X509_subject_name_hash(parse(pem).get()));
    dir.write(std::string("more/") + name, pem);
    const Loaded loaded(ClientOptions(), SystemPlaces{{one}, {dir / "more"}});
    CHECK(loaded.trusts(some_authority(0)));
    CHECK(loaded.trusts(pem));
    CHECK_FALSE(loaded.trusts(some_authority(2)));
}

TEST_CASE("a system with a directory alone is read whole", "[net][tls]") {
    const TempDir dir;
    dir.write("more/any-name.pem", some_authority(2));
    const Loaded loaded(ClientOptions(), SystemPlaces{{dir / "missing"}, {dir / "more"}});
    CHECK(loaded.trust.source == Trust::Source::system);
    CHECK(loaded.trusts(some_authority(2)));
}

TEST_CASE("a variable that leads to certificates counts alone", "[net][tls]") {
    const TempDir dir;
    ClientOptions options;
    options.ca_file = dir.write("named.crt", some_authority(3));
    options.ca_directories = {dir / "missing"};
    const std::string system = dir.write("system.crt", some_authority(0));
    const Loaded loaded(options, SystemPlaces{{system}, {}});
    CHECK(loaded.trust.source == Trust::Source::named);
    CHECK(loaded.trust.warning.empty());
    CHECK(loaded.trusts(some_authority(3)));
    CHECK_FALSE(loaded.trusts(some_authority(0)));
}

TEST_CASE("a variable that names nothing that exists is told, and the system's count",
          "[net][tls]") {
    const TempDir dir;
    ClientOptions options;
    options.ca_file = dir / "missing.crt";
    options.ca_directories = {dir / "missing"};
    const std::string named = "SSL_CERT_FILE and SSL_CERT_DIR name nothing that exists ('" +
                              (dir / "missing.crt") + "', '" + (dir / "missing") + "'); ";
    const std::string system = dir.write("system.crt", some_authority(0));
    const Loaded loaded(options, SystemPlaces{{system}, {}});
    CHECK(loaded.trust.source == Trust::Source::system);
    CHECK(loaded.trusts(some_authority(0)));
    CHECK(loaded.trust.warning == named + "trusting the system's certificates");
    const Loaded bare(options, SystemPlaces{});
    CHECK(bare.trust.source == Trust::Source::built_in);
    CHECK(bare.trust.certificates > 100);
    CHECK(bare.trust.warning.starts_with(named + "no certificates found on this system; "));
}

TEST_CASE("a variable that names what exists and is no certificate trusts nobody", "[net][tls]") {
    const TempDir dir;
    ClientOptions options;
    options.ca_file = dir.write("named.crt", "nothing\n");
    const std::string system = dir.write("system.crt", some_authority(0));
    const Loaded loaded(options, SystemPlaces{{system}, {}});
    CHECK(loaded.trust.source == Trust::Source::named);
    CHECK(loaded.trust.certificates == 0);
    CHECK(loaded.trust.missed == "no certificate found in '" + (dir / "named.crt") + "'");
    CHECK_FALSE(loaded.trusts(some_authority(0)));
}

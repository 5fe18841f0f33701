#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "net/fixture.hpp"
#include "support/child.hpp"
#include "support/nginx.hpp"
#include "support/temp_dir.hpp"

// TLS, spoken with a real server.

using namespace latchkey;
using net::Cut;
using net::Fetched;
using test::Child;
using test::CollectingSink;
using test::Fixture;
using test::NginxServer;
using test::Reply;
using test::TempDir;

namespace {

bool skipped() {
    const auto obstacle = NginxServer::find_obstacle();
    if (obstacle) WARN("skipped: " + *obstacle);
    return obstacle.has_value();
}

test::NginxOptions with_https() {
    test::NginxOptions options;
    options.https = true;
    return options;
}

std::string big_text() {
    std::string text;
    for (int i = 0; i < 700'000; ++i) text += std::to_string(i);
    return text;
}

void openssl(const std::string& folder, const std::vector<std::string>& words) {
    test::ChildOptions options;
    options.arguments = words;
    options.arguments.insert(options.arguments.begin(), "openssl");
    options.folder = folder;
    Child child("/usr/bin/env", options);
    const test::ChildEnd end = child.wait();
    INFO(child.errors());
    REQUIRE(end.exit_code == 0);
}

/// A CA, and a certificate of 127.0.0.1 that ended in 2020.
void make_expired_certificate(const TempDir& folder) {
    const std::string path = folder.path();
    folder.write("ca.cnf",
                 "[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=.\n"
                 "default_md=sha256\npolicy=p\nx509_extensions=e\n[p]\ncommonName=supplied\n"
                 "[e]\nsubjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n");
    folder.write("index", "");
    folder.write("serial", "01\n");
    const std::vector<std::string> key = {"-newkey", "ec", "-pkeyopt",
                                          "ec_paramgen_curve:prime256v1", "-nodes"};
    std::vector<std::string> authority = {"req",     "-x509",  "-subj", "/CN=test CA",
                                          "-keyout", "ca.key", "-out",  "ca.pem"};
    authority.insert(authority.end(), key.begin(), key.end());
    openssl(path, authority);
    std::vector<std::string> request = {"req",        "-subj", "/CN=127.0.0.1", "-keyout",
                                        "server.key", "-out",  "server.csr"};
    request.insert(request.end(), key.begin(), key.end());
    openssl(path, request);
    openssl(path, {"ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile",
                   "ca.key", "-in", "server.csr", "-out", "server.pem", "-startdate",
                   "20200101000000Z", "-enddate", "20200102000000Z"});
}

}  // namespace

TEST_CASE("a certificate that is trusted and for the host is accepted", "[net][tls]") {
    if (skipped()) return;
    const TempDir folder;
    const std::string text = big_text();
    folder.write("a", text);
    const NginxServer nginx(folder.path(), with_https());
    Fixture f;
    f.options.ca_file = nginx.ca_file();
    CollectingSink sink;
    const Fetched fetched = f.fetch(nginx.https_url() + "/a", sink);
    CHECK(fetched.complete);
    CHECK((sink.text == text));
    CHECK(sink.sizes.size() < 2 * text.size() / (64 * 1024));  // Not a block for each TLS record.
    CollectingSink rest;
    CHECK(f.fetch(nginx.https_url() + "/a", rest, text.size() - 7).complete);
    CHECK(rest.text == text.substr(text.size() - 7));
    CHECK_FALSE(f.fetch_text(nginx.https_url() + "/missing"));
    const std::string localhost = "https://localhost:" + std::to_string(nginx.https_port());
    CHECK_FALSE(f.fetch_text(localhost + "/missing"));
    // One connection for each name, whatever was asked.
    const std::string log = nginx.access_log();
    CHECK(log.find("agent=\"latchkey-test\"") != std::string::npos);
    const std::size_t first = log.find(" connection=");
    const std::string number = log.substr(first, log.find(' ', first + 1) - first + 1);
    std::size_t uses = 0;
    for (std::size_t at = 0; (at = log.find(number, at)) != std::string::npos; ++at) ++uses;
    CHECK(uses == 3);
}

TEST_CASE("a certificate of nobody whom we know is refused", "[net][tls]") {
    if (skipped()) return;
    const TempDir folder;
    const NginxServer nginx(folder.path(), with_https());
    Fixture f;
    CollectingSink sink;
    const Fetched fetched = f.fetch(nginx.https_url() + "/", sink);
    CHECK(fetched.cut == Cut::unreached);
    CHECK(fetched.status == 0);
    REQUIRE(fetched.failure);
    CHECK(std::string(fetched.failure->what())
              .starts_with("cannot fetch '" + nginx.https_url() +
                           "/': the server's certificate is not trusted: "));
    CHECK(nginx.access_log().empty());
}

TEST_CASE("a certificate for another host is refused, through a proxy too", "[net][tls][proxy]") {
    if (skipped()) return;
    const TempDir folder;
    folder.write("a", "tunnelled");
    const NginxServer nginx(folder.path(), with_https());
    Fixture f;
    f.options.ca_file = nginx.ca_file();
    f.options.https_proxy = "http://127.0.0.1:" + std::to_string(f.server.port());
    f.server.always(Reply::tunnel(nginx.https_port()));
    // The proxy leads every name to the one server, which is "localhost".
    CHECK(f.fetch_text("https://localhost/a") == "tunnelled");
    CHECK(f.server.requests().at(0).starts_with("CONNECT localhost:443 HTTP/1.1\r\n"));
    CollectingSink sink;
    const Fetched fetched = f.fetch("https://static.rust-lang.org/a", sink);
    CHECK(fetched.cut == Cut::unreached);
    REQUIRE(fetched.failure);
    CHECK(std::string(fetched.failure->what()) ==
          "cannot fetch 'https://static.rust-lang.org/a': the server's certificate is not for "
          "'static.rust-lang.org'");
    const Fetched address = f.fetch("https://127.0.0.2/a", sink);
    REQUIRE(address.failure);
    CHECK(address.failure->chain().back() == "the server's certificate is not for '127.0.0.2'");
}

TEST_CASE("a certificate that has expired is refused", "[net][tls]") {
    if (skipped()) return;
    const TempDir certificates;
    make_expired_certificate(certificates);
    const TempDir folder;
    test::NginxOptions options = with_https();
    options.certificate_folder = certificates.path();
    const NginxServer nginx(folder.path(), options);
    Fixture f;
    f.options.ca_file = nginx.ca_file();
    CollectingSink sink;
    const Fetched fetched = f.fetch(nginx.https_url() + "/", sink);
    REQUIRE(fetched.failure);
    CHECK(fetched.failure->chain().back() ==
          "the server's certificate is not trusted: certificate has expired");
}

TEST_CASE("each certificate of each file of each directory is trusted", "[net][tls]") {
    if (skipped()) return;
    const TempDir folder;
    folder.write("a", "trusted");
    const NginxServer nginx(folder.path(), with_https());
    const std::string good = platform::load_file(nginx.ca_file());
    const std::string bad = "-----BEGIN CERTIFICATE-----\nMIIBnot!\n-----END CERTIFICATE-----\n";
    const std::string torn = good.substr(0, good.size() / 2) + "\n";
    const TempDir places;
    places.write("some/a.txt", "not a certificate");
    places.write("some/b.pem", bad);
    places.write("some/c.crt", "# The one that counts\n" + torn + bad + good + bad);
    REQUIRE(platform::make_link("nowhere", places / "some/d.pem"));
    REQUIRE(::mkfifo((places / "some/e.pem").c_str(), 0600) == 0);
    places.make("some/f.pem");
    places.make("none");
    Fixture f;
    SECTION("of a file") {
        f.options.ca_file = places / "some/c.crt";
    }
    SECTION("of a directory, whatever its name") {
        f.options.ca_directories = {places / "some"};
    }
    SECTION("of a directory among others") {
        f.options.ca_file = places / "missing.pem";
        f.options.ca_directories = {places / "missing", places / "none", places / "some/b.pem",
                                    places / "some"};
    }
    CHECK(f.fetch_text(nginx.https_url() + "/a") == "trusted");
}

TEST_CASE("places without a certificate are told when a server is not trusted", "[net][tls]") {
    if (skipped()) return;
    const TempDir folder;
    const NginxServer nginx(folder.path(), with_https());
    const TempDir places;
    Fixture f;
    f.options.ca_file = places / "missing.pem";
    f.options.ca_directories = {places.path()};
    f.server.always(Reply::text("by http"));
    CHECK(f.fetch_text(f.server.url("/")) == "by http");
    CollectingSink sink;
    const Fetched fetched = f.fetch(nginx.https_url() + "/", sink);
    CHECK(fetched.cut == Cut::unreached);
    REQUIRE(fetched.failure);
    const std::string cause = fetched.failure->chain().back();
    CAPTURE(cause);
    CHECK(cause.starts_with("the server's certificate is not trusted: "));
    CHECK(cause.ends_with(" (no certificate found in '" + (places / "missing.pem") + "' and '" +
                          places.path() + "')"));
}

TEST_CASE("a server that speaks no TLS is told so", "[net][tls]") {
    if (skipped()) return;
    const TempDir folder;
    const NginxServer nginx(folder.path());
    Fixture f;
    CollectingSink sink;
    const Fetched fetched =
        f.fetch("https://127.0.0.1:" + std::to_string(nginx.port()) + "/", sink);
    CHECK(fetched.cut == Cut::unreached);
    REQUIRE(fetched.failure);
    CHECK(fetched.failure->chain().back() == "wrong version number");
}

TEST_CASE("a redirect leads from https to http and back", "[net][tls]") {
    if (skipped()) return;
    const TempDir folder;
    folder.write("a", "there");
    const NginxServer nginx(folder.path(), with_https());
    Fixture f;
    f.options.ca_file = nginx.ca_file();
    f.server.on_connection({Reply::status(302, "Location: " + nginx.https_url() + "/a\r\n")});
    CHECK(f.fetch_text(f.server.url("/")) == "there");
}

TEST_CASE("a slow line loses nothing, and does not wait for full blocks", "[net]") {
    if (skipped()) return;
    const TempDir folder;
    const std::string text(300'000, 'x');
    folder.write("a", text);
    test::NginxOptions options;
    options.bytes_per_second = "200k";
    const NginxServer nginx(folder.path(), options);
    Fixture f;
    CollectingSink sink;
    CHECK(f.fetch(nginx.url() + "/a", sink).complete);
    CHECK(sink.text.size() == text.size());
}

TEST_CASE("a client measures its line, once enough has come", "[net][line]") {
    if (skipped()) return;
    const TempDir folder;
    folder.write("few", std::string(100'000, 'x'));
    folder.write("many", std::string(3'000'000, 'x'));
    test::NginxOptions options;
    options.bytes_per_second = "1m";
    const NginxServer nginx(folder.path(), options);
    Fixture f;
    CollectingSink sink;
    // A reader that is busy with each block must not miss the pauses of the line.
    sink.pause = GENERATE(std::chrono::milliseconds(0), std::chrono::milliseconds(5));
    CHECK_FALSE(f.client().line().bytes_per_second());
    REQUIRE(f.fetch(nginx.url() + "/few", sink).complete);
    CHECK_FALSE(f.client().line().bytes_per_second());
    REQUIRE(f.fetch(nginx.url() + "/many", sink).complete);
    REQUIRE(f.client().line().bytes_per_second());
    // A server may send the bytes of a second at once; loopback alone is a hundred times faster.
    CHECK(*f.client().line().bytes_per_second() < 5e6);
}

#include <catch2/catch.hpp>

#include "latchkey/base/digest.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/hash.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "latchkey/base/sha256.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/base/text.hpp"

using namespace latchkey;

TEST_CASE("an error's chain reads outermost first, on one line", "[error]") {
    const Error inner(Errc::io, "disk full");
    const Error outer = inner.in("writing 'a'").in("adding clippy");
    CHECK(std::string(outer.what()) == "adding clippy: writing 'a': disk full");
    CHECK(outer.code() == Errc::io);
    CHECK(outer.chain().size() == 3);
    CHECK(std::string(inner.what()) == "disk full");
}

TEST_CASE("a digest is 64 lower-case hex digits and nothing else", "[digest]") {
    const std::string hex(64, 'a');
    REQUIRE(Digest::parse(hex));
    CHECK(Digest::parse(hex)->hex() == hex);
    CHECK_FALSE(Digest::parse(std::string(64, 'A')));
    CHECK_FALSE(Digest::parse(std::string(63, 'a')));
    CHECK_FALSE(Digest::parse(std::string(63, 'a') + "g"));
}

TEST_CASE("SHA-256 has the value of FIPS 180-4's first example", "[sha256]") {
    CHECK(Sha256::of("abc").hex() ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha256 hash;
    hash.update(as_bytes("a"));
    hash.update(as_bytes("bc"));
    CHECK(hash.finish() == Sha256::of("abc"));
    CHECK(hash.finish() == Sha256::of(""));
}

TEST_CASE("XXH3 of a stream does not depend on how it is cut", "[hash]") {
    Xxh3 whole;
    whole.update(as_bytes("clippy-preview"));
    Xxh3 cut;
    cut.update(as_bytes("clippy"));
    cut.update(as_bytes("-preview"));
    CHECK(whole.finish() == cut.finish());
    CHECK(whole.finish() == "99aa06d3014798d86001c324468d497f");  // XXH3_128bits of nothing.
    CHECK(xxh3_64("") == 0x2d06800538d394c2ULL);                  // xxHash's published value.
}

TEST_CASE("a permit says when its task was cancelled", "[permit]") {
    std::stop_source source;
    const OnWorker on = PermitMint::worker(source.get_token());
    CHECK_NOTHROW(on.check());
    source.request_stop();
    CHECK(on.stopped());
    CHECK_THROWS(on.check());
    try {
        on.check();
    } catch (const Error&) {
        FAIL("a cancellation is no Error");
    } catch (const std::exception&) {
    }
}

TEST_CASE("text: splitting, trimming, numbers", "[text]") {
    CHECK(split("", ',').size() == 1);
    CHECK(split("a,,b", ',') == std::vector<std::string_view>{"a", "", "b"});
    CHECK(lines("a\nb") == std::vector<std::string_view>{"a", "b"});
    CHECK(lines("a\r\n\r\nb\rc\r") == std::vector<std::string_view>{"a", "", "b\rc\r"});
    CHECK(lines("a\n\n") == std::vector<std::string_view>{"a", ""});
    CHECK(lines("").empty());
    CHECK(trim(" \ta b\n") == "a b");
    CHECK(trim(" \n").empty());
    CHECK(parse_number("18446744073709551615") == 18446744073709551615ULL);
    CHECK_FALSE(parse_number("18446744073709551616"));
    CHECK_FALSE(parse_number("-1"));
    CHECK_FALSE(parse_number("1 "));
    CHECK_FALSE(parse_number(""));
    CHECK(replace_all("aXbX", "X", "yX") == "ayXbyX");
}

TEST_CASE("a url is shown without user and password, however it is written", "[base]") {
    CHECK(without_credentials("http://me:s3cret@h:81/a@b?c") == "http://h:81/a@b?c");
    CHECK(without_credentials("http://me:p@ss@h") == "http://h");
    CHECK(without_credentials("me:s3cret@h:3128") == "h:3128");  // As a proxy may be named.
    CHECK(without_credentials("https://me:s3cret@[::1]:81/x") == "https://[::1]:81/x");
    CHECK(without_credentials("file:///tmp/a@b") == "file:///tmp/a@b");
    CHECK(without_credentials("https://h/dist/x@1") == "https://h/dist/x@1");
    CHECK(without_credentials("http://h?q=a@b") == "http://h?q=a@b");
    CHECK(without_credentials("") == "");
}

TEST_CASE("of a text that is no url nothing is shown before its last @", "[base]") {
    CHECK(without_credentials("http://me:s3cret@no host") == "no host");
    CHECK(without_credentials("http://me:s3#cret@h:1/x") == "h:1/x");
    CHECK(without_credentials("http://me:s3/cret@h:1/x") == "h:1/x");
    CHECK(without_credentials("http://me:s3?cret@h:1/x") == "h:1/x");
    CHECK(without_credentials("http://me:123?cret@h:1/x") == "h:1/x");
    CHECK(without_credentials("http://me:123#cret@h:1/x") == "h:1/x");
    CHECK(without_credentials("http://me:123/cret@h:1/x") == "h:1/x");
    CHECK(without_credentials("http://me:99999/x@h") == "h");
    CHECK(without_credentials("file://me:s3/cret@h/x") == "h/x");
    CHECK(without_credentials("file://me:123/cret@h/x") == "h/x");
    CHECK(without_credentials("me:123/cret@h/x") == "h/x");
    CHECK(without_credentials("http:///me:s3cret@h") == "h");
    CHECK(without_credentials("me:pw://s3cret@h") == "h");
    CHECK(without_credentials("me:s3/cret@h") == "h");
    CHECK(without_credentials("dist") == "dist");
}

TEST_CASE("of a url that a server sent no query is shown", "[base]") {
    CHECK(without_secrets("http://me:s3cret@h/x?sig=s3cret#s3cret") == "http://h/x");
    CHECK(without_secrets("/x?sig=s3cret") == "/x");
    CHECK(without_secrets("http://h/x?sig=s3@cret") == "http://h/x");
    CHECK(without_secrets("http://h:81/x?sig=s3@cret") == "");
    CHECK(without_secrets("/x?sig=s3@cret") == "");
    CHECK(without_secrets("http://me:s3?cret@h/x") == "");
}

TEST_CASE("a url's text is made tidy as browsers do it", "[base]") {
    CHECK(tidy_url(" \t\x01http://h/a b\x1f\r\n") == "http://h/a b");
    CHECK(tidy_url("http://h\r/a\n\tb") == "http://h/ab");
    CHECK(tidy_url("HTTPS:\\\\h\\a?b\\c") == "HTTPS://h/a?b\\c");
    CHECK(tidy_url("file:\\a#b\\c") == "file:/a#b\\c");
    CHECK(tidy_url("other:\\a") == "other:\\a");
    CHECK(tidy_url("\r\n ") == "");
}

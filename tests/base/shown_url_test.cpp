#include "latchkey/base/shown_url.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;

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

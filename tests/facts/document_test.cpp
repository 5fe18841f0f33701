#include "latchkey/facts/document.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;
using namespace latchkey::facts;

TEST_CASE("a document begins with its format and its kind", "[facts]") {
    CHECK(document_text(make_document("show")) == "{\"format\":1,\"kind\":\"show\"}\n");
}

TEST_CASE("a text without a value is left out", "[facts]") {
    boost::json::object object;
    set_text(object, "there", "a\nb");
    set_text(object, "missing", std::nullopt);
    CHECK(document_text(object) == "{\"there\":\"a\\nb\"}\n");
}

TEST_CASE("a path that is no UTF-8 has its bytes beside its text", "[facts]") {
    boost::json::object object;
    set_path(object, "good", "/é");
    set_path(object, "bad", "/\xFF");
    CHECK(document_text(object) ==
          "{\"good\":\"/é\",\"bad\":\"/\uFFFD\",\"bad_bytes\":[47,255]}\n");
}

TEST_CASE("an error has its code, its line and its chain", "[facts]") {
    const Error error = Error(Errc::no_room, "disk full").in("could not write '/\xFF'");
    CHECK(document_text(error_document(error)) ==
          "{\"format\":1,\"kind\":\"error\",\"error\":{\"code\":\"no-room\",\"message\":"
          "\"could not write '/\uFFFD': disk full\",\"chain\":[\"could not write '/\uFFFD'\","
          "\"disk full\"]}}\n");
}

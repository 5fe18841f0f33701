#include "latchkey/facts/document.hpp"

#include <algorithm>
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

TEST_CASE("each kind of error has a word of its own, which never changes", "[facts]") {
    const std::pair<Errc, const char*> words[] = {
        {Errc::usage, "usage"},
        {Errc::not_found, "not-found"},
        {Errc::busy, "busy"},
        {Errc::corrupt, "corrupt"},
        {Errc::unreachable, "unreachable"},
        {Errc::unsupported, "unsupported"},
        {Errc::no_room, "no-room"},
        {Errc::io, "io"},
        {Errc::bug, "bug"},
    };
    for (const auto& [code, word] : words) {
        INFO(word);
        CHECK(error_value(Error(code, "x")).at("code") == word);
    }
}

TEST_CASE("text from elsewhere is one line of JSON, whatever it has", "[facts]") {
    boost::json::object object;
    object["text"] = text_value("a\x1b[31m\n\"\\\xFF");
    const std::string line = document_text(object);
    CHECK(line == "{\"text\":\"a\\u001b[31m\\n\\\"\\\\\uFFFD\"}\n");
    CHECK(std::count(line.begin(), line.end(), '\n') == 1);
}

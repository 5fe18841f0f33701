#include "json_fields.hpp"

#include <catch2/catch.hpp>

#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::store;

namespace {

template <typename Ask>
std::string fields_error(const Ask& ask) {
    const auto value = parse_json(R"({"text": "x", "number": -1, "flag": 1, "list": {}})", "/f");
    return test::error_text([&] { static_cast<void>(ask(Fields(value, "/f"))); });
}

}  // namespace

TEST_CASE("the fields of an object are found by key and type", "[store][json]") {
    const auto value = parse_json(
        R"({"text": "x", "number": 18446744073709551615, "flag": true, "list": [1], "in": {"n": 0}})",
        "/f");
    const Fields fields(value, "/f");
    CHECK(fields.text("text") == "x");
    CHECK(fields.number("number") == 18446744073709551615U);
    CHECK(fields.flag("flag"));
    CHECK(fields.list("list").size() == 1);
    CHECK(fields.fields("in").number("n") == 0);
    CHECK(fields.find("nothing") == nullptr);
}

TEST_CASE("a field that is missing or of another type names itself and the file", "[store][json]") {
    CHECK(fields_error([](const Fields& fields) { return fields.text("number"); }) ==
          "'/f' is damaged: no text 'number'");
    CHECK(fields_error([](const Fields& fields) { return fields.number("number"); }) ==
          "'/f' is damaged: no number 'number'");
    CHECK(fields_error([](const Fields& fields) { return fields.number("nothing"); }) ==
          "'/f' is damaged: no number 'nothing'");
    CHECK(fields_error([](const Fields& fields) { return fields.flag("flag"); }) ==
          "'/f' is damaged: no truth value 'flag'");
    CHECK(fields_error([](const Fields& fields) { return fields.list("list"); }) ==
          "'/f' is damaged: no list 'list'");
    CHECK(fields_error([](const Fields& fields) { return fields.fields("text"); }) ==
          "'/f' is damaged: no object 'text'");
}

TEST_CASE("what is no JSON object is damaged", "[store][json]") {
    for (const char* text : {"", "{", "{} x", "{\"a\": }", "nul"}) {
        CHECK_THAT(test::error_text([&] { parse_json(text, "/f"); }),
                   Catch::StartsWith("'/f' is damaged: "));
    }
    CHECK(test::error_text([] { Fields(parse_json("[1]", "/f"), "/f"); }) ==
          "'/f' is damaged: not a JSON object");
}

TEST_CASE("a component is written and read, with a target or without", "[store][json]") {
    for (const dist::Component& component :
         {dist::Component{"clippy-preview", "x86_64-unknown-linux-gnu", true},
          dist::Component{"rust-src", std::nullopt, false}}) {
        const boost::json::value value = to_json(component);
        const dist::Component read = parse_component(Fields(value, "/f"));
        CHECK(read == component);
        CHECK(read.is_extension == component.is_extension);
    }
}

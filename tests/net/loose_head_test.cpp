#include "loose_head.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::net;

namespace {

std::string strict(std::string_view head) {
    return StrictHead(head).text();
}

}  // namespace

TEST_CASE("a head that is as it should be stays so, but for its reason", "[net][head]") {
    const std::string fields = "ETag: \"x\"\r\nContent-Length: 5\r\n\r\n";
    const StrictHead head("HTTP/1.1 200 OK\r\n" + fields);
    CHECK(head.text().starts_with("HTTP/1.1 200"));
    CHECK(head.text().ends_with(fields));
    CHECK_FALSE(head.contradictory());
}

TEST_CASE("lines may end with LF alone, and empty ones come first", "[net][head]") {
    CHECK(strict("\r\n\nHTTP/1.1 404\nA: b\n\n") == strict("HTTP/1.1 404\r\nA: b\r\n\r\n"));
}

TEST_CASE("a field may go on in the next line", "[net][head]") {
    const std::string text = strict("HTTP/1.1 200\r\nA: one\r\n  two\r\nB: c\r\n\r\n");
    CHECK(text.find("\r\n  two") == std::string::npos);
    CHECK(text.find("two") != std::string::npos);
    CHECK(text.find("\r\nB: c\r\n") != std::string::npos);
}

TEST_CASE("a length beside chunks is dropped, and said to contradict", "[net][head]") {
    const StrictHead head(
        "HTTP/1.1 200\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n");
    CHECK(head.contradictory());
    CHECK(head.text().find("Content-Length") == std::string::npos);
    CHECK(head.text().find("chunked") != std::string::npos);
}

TEST_CASE("the transfer encoding `identity` says nothing", "[net][head]") {
    const StrictHead head(
        "HTTP/1.1 200\r\nTransfer-Encoding: identity\r\nContent-Length: 5\r\n\r\n");
    CHECK_FALSE(head.contradictory());
    CHECK(head.text().find("identity") == std::string::npos);
    CHECK(head.text().find("Content-Length: 5") != std::string::npos);
}

TEST_CASE("the same length twice is one, and a field too long for us is none", "[net][head]") {
    const std::string text =
        strict("HTTP/1.1 200\r\nContent-Length: 5\r\nX: " + std::string(33 << 10, 'x') +
               "\r\nContent-Length: 5\r\n\r\n");
    CHECK(text.find("Content-Length") == text.rfind("Content-Length"));
    CHECK(text.size() < 1000);
}

TEST_CASE("the end of a head is found wherever the search goes on", "[net][head]") {
    for (const std::string head : {"HTTP/1.1 200\r\nA: b\r\n\r\n", "HTTP/1.1 200\nA: b\n\n"}) {
        const std::string text = head + "body\r\n\r\n";
        CHECK(find_head_end(text, 0) == head.size());
        for (std::size_t searched = 0; searched < head.size(); ++searched) {
            CHECK(find_head_end(head.substr(0, searched), 0) == std::string::npos);
            CHECK(find_head_end(text, searched) == head.size());
        }
    }
}

TEST_CASE("what cannot become an answer is seen at its first bytes", "[net][head]") {
    for (const char* text : {"", "H", "HTTP/", "HTTP/1.1 200", "\r\n\nHT"}) {
        CHECK(may_begin_answer(text));
    }
    for (const char* text : {"X", "HTTX", "\r\nno", "<html>"}) CHECK_FALSE(may_begin_answer(text));
}

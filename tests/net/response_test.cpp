#include "response.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/text.hpp"

using namespace latchkey;
using net::ResponseReader;
using State = ResponseReader::State;

namespace {

/// Reads an answer that comes a byte at a time; what was not used is given again.
std::string read_bytewise(std::string_view answer) {
    ResponseReader reader;
    std::vector<std::byte> body;
    std::string pending;
    bool in_body = false;
    for (const char c : answer) {
        pending += c;
        const ResponseReader::Step step = in_body ? reader.read_chunks(as_bytes(pending), body)
                                                  : reader.read_head(as_bytes(pending));
        pending.erase(0, step.used);
        if (step.state == State::bad) return reader.reason();
        if (step.state == State::more) continue;
        if (in_body) return {reinterpret_cast<const char*>(body.data()), body.size()};
        in_body = true;
    }
    return "no end";
}

}  // namespace

TEST_CASE("a last chunk may come a byte at a time, also alone", "[net][response]") {
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    CHECK(read_bytewise(head + "0\r\n\r\n").empty());
    CHECK(read_bytewise(head + "0\r\nTrailer: x\r\n\r\n").empty());
    CHECK(read_bytewise(head + "5\r\nhello\r\n0\r\n\r\n") == "hello");
    CHECK(read_bytewise(head + "0\r\n") == "no end");
    CHECK(read_bytewise(head + "x\r\n").starts_with("the answer is not HTTP: "));
}

TEST_CASE("a head may come a byte at a time, however its lines end", "[net][response]") {
    const std::string field = "Transfer-Encoding: chunked";
    for (const std::string end : {"\r\n", "\n"}) {
        const std::string head = end + "HTTP/1.1 200" + end + field + end + end;
        CHECK(read_bytewise(head + "5\r\nhello\r\n0\r\n\r\n") == "hello");
    }
    CHECK(read_bytewise("HTTX").starts_with("the answer is not HTTP: "));
}

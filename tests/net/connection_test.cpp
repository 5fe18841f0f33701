#include <catch2/catch.hpp>

#include "net/fixture.hpp"

// What servers say, right and wrong, and when they stop in the middle of it.

using namespace latchkey;
using net::Cut;
using net::Fetched;
using test::CollectingSink;
using test::Fixture;
using test::Reply;

namespace {

constexpr const char* kChunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string cause(const Fetched& fetched) {
    if (!fetched.failure) return "no failure";
    return fetched.failure->chain().back();
}

/// What one reply is understood as.
Fetched fetch_one(Fixture& f, CollectingSink& sink, Reply reply) {
    f.server.on_connection({std::move(reply)});
    return f.fetch(f.server.url("/"), sink);
}

}  // namespace

TEST_CASE("chunks become one body", "[net][answer]") {
    Fixture f;
    CollectingSink sink;
    const std::string body =
        "5\r\nhello\r\n1;name=value\r\n \r\n5\r\nworld\r\n0\r\nTrailer: x\r\n\r\n";
    f.server.on_connection({Reply(kChunkedHead + body), Reply::text("next")});
    const Fetched fetched = f.fetch(f.server.url("/"), sink);
    CHECK(fetched.complete);
    CHECK_FALSE(sink.length);
    CHECK(sink.text == "hello world");
    CHECK(f.fetch_text(f.server.url("/")) == "next");
    CHECK(f.server.connections() == 1);
}

TEST_CASE("many chunks of every size become one body", "[net][answer]") {
    Fixture f;
    CollectingSink sink;
    std::string expected;
    std::string body = kChunkedHead;
    for (std::size_t size = 1; size < 200'000; size = size * 3 + 1) {
        const std::string piece(size, static_cast<char>('a' + size % 26));
        char head[20];
        std::snprintf(head, sizeof head, "%zx\r\n", size);
        body += head + piece + "\r\n";
        expected += piece;
    }
    const Fetched fetched = fetch_one(f, sink, Reply(body + "0\r\n\r\n"));
    CHECK(fetched.complete);
    CHECK(sink.text == expected);
}

TEST_CASE("chunks that are cut or are none leave the body incomplete", "[net][answer]") {
    Fixture f;
    CollectingSink sink;
    const Fetched cut =
        fetch_one(f, sink, Reply(kChunkedHead + std::string("5\r\nhel"), Reply::Then::close));
    CHECK(cut.cut == Cut::broken);
    CHECK(cut.body_bytes == 3);
    CHECK(cause(cut) == "the connection was cut, after 3 bytes");
    const Fetched wrong =
        fetch_one(f, sink, Reply(kChunkedHead + std::string("5\r\nhello\r\nzz\r\n")));
    CHECK(wrong.cut == Cut::broken);
    const Fetched endless =
        fetch_one(f, sink, Reply(kChunkedHead + std::string("5;") + std::string(300'000, 'x')));
    CHECK(endless.cut == Cut::broken);
}

TEST_CASE("a body without a length ends with its connection", "[net][answer]") {
    Fixture f;
    CollectingSink sink;
    const Fetched fetched =
        fetch_one(f, sink, Reply("HTTP/1.0 200 OK\r\n\r\nall of it", Reply::Then::close));
    CHECK(fetched.complete);
    CHECK(sink.text == "all of it");
}

TEST_CASE("a body that is too short says how much came", "[net][answer]") {
    Fixture f;
    CollectingSink sink;
    const Fetched fetched = fetch_one(
        f, sink, Reply("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", Reply::Then::close));
    CHECK_FALSE(fetched.complete);
    CHECK(fetched.status == 200);
    CHECK(fetched.cut == Cut::broken);
    CHECK(fetched.body_bytes == 5);
    CHECK(sink.text == "hello");
    CHECK(cause(fetched) == "the connection was cut, after 5 of 10 bytes");
}

TEST_CASE("a connection that is reset in the body is cut", "[net][answer]") {
    Fixture f;
    CollectingSink sink;
    const Fetched fetched = fetch_one(
        f, sink, Reply("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", Reply::Then::reset));
    CHECK(fetched.cut == Cut::broken);
    CHECK(fetched.body_bytes == sink.text.size());
    CHECK_FALSE(fetched.complete);
}

TEST_CASE("a server that falls silent is given up after the read timeout", "[net][answer]") {
    Fixture f;
    f.options.read_timeout = std::chrono::seconds(1);
    CollectingSink sink;
    const Fetched fetched = fetch_one(
        f, sink, Reply("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", Reply::Then::stall));
    CHECK(fetched.cut == Cut::unreached);
    CHECK(sink.text == "hello");
    CHECK(cause(fetched) == "the read timed out after 1 s, after 5 of 10 bytes");
    const Fetched silent = fetch_one(f, sink, Reply("", Reply::Then::stall));
    CHECK(silent.cut == Cut::unreached);
    CHECK(silent.status == 0);
    CHECK(cause(silent) == "the read timed out after 1 s, before an answer came");
}

TEST_CASE("what is not HTTP is told so", "[net][answer]") {
    Fixture f;
    CollectingSink sink;
    for (const char* garbage :
         {"220 smtp.example.org ESMTP\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", "HTTP/1.1\r\n\r\n",
          "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\nbad field\r\n\r\n"}) {
        CAPTURE(garbage);
        const Fetched fetched = fetch_one(f, sink, Reply(garbage));
        CHECK(fetched.cut == Cut::broken);
        CHECK(cause(fetched).starts_with("the answer is not HTTP: "));
    }
    CHECK(sink.beginnings == 0);
}

TEST_CASE("a header without end is refused at 408 KiB", "[net][answer]") {
    Fixture f;
    CollectingSink sink;
    const std::string line = "X-Field: " + std::string(1000, 'x') + "\r\n";
    std::string fields;
    for (int i = 0; i < 450; ++i) fields += line;
    const Fetched many = fetch_one(f, sink, Reply("HTTP/1.1 200 OK\r\n" + fields));
    CHECK(many.cut == Cut::broken);
    CHECK(cause(many) == "the answer's header has more than 408 KiB");
    const Fetched one =
        fetch_one(f, sink, Reply("HTTP/1.1 200 OK\r\nX: " + std::string(500'000, 'x')));
    CHECK(one.cut == Cut::broken);
    CHECK(cause(one) == "the answer's header has more than 408 KiB");
}

TEST_CASE("a head is understood that is not quite right", "[net][answer]") {
    Fixture f;
    const std::string many(300, 'x');
    std::string fields;
    for (int i = 0; i < 1000; ++i) fields += "X-Field: " + many + "\r\n";
    for (const std::string& head :
         {std::string("HTTP/1.1 200\r\nContent-Length: 5\r\n\r\n"),
          std::string("HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\n"),
          std::string("HTTP/1.1 200 \x1b[31m\x01\r\nContent-Length: 5\r\n\r\n"),
          std::string("HTTP/1.1 200 OK\nContent-Length: 5\n\n"),
          std::string("HTTP/1.1 200 OK\nContent-Length: 5\r\n\n"),
          std::string("\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
          std::string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5, 5\r\n\r\n"),
          std::string("HTTP/1.1 200 OK\r\nContent-Length:\r\n 5\r\n\r\n"),
          "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 5\r\n\r\n",
          "HTTP/1.1 200 OK\r\nSet-Cookie: " + std::string(100'000, 'x') +
              "\r\nContent-Length: 5\r\n\r\n",
          std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: Identity\r\nContent-Length: 5\r\n"
                      "\r\n")}) {
        CAPTURE(head.substr(0, 200));
        f.server.on_connection({Reply(head + "hello"), Reply::text("next")});
        CHECK(f.fetch_text(f.server.url("/")) == "hello");
        const int before = f.server.connections();
        CHECK(f.fetch_text(f.server.url("/")) == "next");
        CHECK(f.server.connections() == before);  // All of the head was read, and no more.
    }
    f.server.on_connection(
        {Reply("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nhello", Reply::Then::close)});
    CHECK(f.fetch_text(f.server.url("/")) == "hello");
}

TEST_CASE("chunks win over a length, and nothing follows them", "[net][answer]") {
    Fixture f;
    for (const char* fields : {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
                               "Transfer-Encoding: chunked\r\nContent-Length: 3000\r\n",
                               "Content-Length: 3\r\nTransfer-Encoding: identity, Chunked\r\n"}) {
        CAPTURE(fields);
        f.server.on_connection(
            {Reply("HTTP/1.1 200 OK\r\n" + std::string(fields) + "\r\n5\r\nhello\r\n0\r\n\r\n"),
             Reply::text("of nobody")});
        f.server.on_connection({Reply::text("next")});
        CHECK(f.fetch_text(f.server.url("/")) == "hello");
        CHECK(f.fetch_text(f.server.url("/")) == "next");
        f.made.reset();
    }
}

TEST_CASE("an encoding that is not spoken is refused, not stored", "[net][answer]") {
    Fixture f;
    CollectingSink sink;
    const Fetched fetched =
        fetch_one(f, sink, Reply("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"));
    CHECK(fetched.cut == Cut::broken);
    CHECK(cause(fetched) == "the answer has an unknown transfer encoding: gzip, chunked");
}

TEST_CASE("interim answers are skipped, unless they never end", "[net][answer]") {
    Fixture f;
    CollectingSink sink;
    const std::string hint = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    CHECK(fetch_one(f, sink, Reply(hint + hint + Reply::text("x").bytes())).complete);
    std::string hints;
    for (int i = 0; i < 100; ++i) hints += hint;
    CHECK(fetch_one(f, sink, Reply(hints)).cut == Cut::broken);
}

TEST_CASE("an answer without content is complete", "[net][answer]") {
    Fixture f;
    f.server.on_connection(
        {Reply("HTTP/1.1 204 No Content\r\n\r\n"), Reply::text(""), Reply::text("next")});
    CollectingSink sink;
    CHECK(f.fetch(f.server.url("/"), sink).complete);
    CHECK(f.fetch(f.server.url("/"), sink).complete);
    CHECK(sink.text.empty());
    CHECK(f.fetch_text(f.server.url("/")) == "next");
    CHECK(f.server.connections() == 1);
}

TEST_CASE("a connection carries one request after another", "[net][answer]") {
    Fixture f;
    f.server.on_connection({Reply::text("one"), Reply::text("two"), Reply::status(404)});
    CHECK(f.fetch_text(f.server.url("/1")) == "one");
    CHECK(f.fetch_text(f.server.url("/2")) == "two");
    CHECK_FALSE(f.fetch_text(f.server.url("/3")));
    CHECK(f.server.connections() == 1);
}

TEST_CASE("a connection that its server closes is not used again", "[net][answer]") {
    Fixture f;
    f.server.on_connection(
        {Reply("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n1")});
    f.server.on_connection({Reply::text("2")});
    CHECK(f.fetch_text(f.server.url("/")) == "1");
    CHECK(f.fetch_text(f.server.url("/")) == "2");
    CHECK(f.server.connections() == 2);
}

TEST_CASE("a kept connection that is closed meanwhile is replaced unseen", "[net][answer]") {
    Fixture f;
    // The first reads the second request and closes; the second closes while nobody asks.
    f.server.on_connection({Reply::text("1")});
    f.server.on_connection(
        {Reply("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2", Reply::Then::close)});
    f.server.on_connection({Reply::text("3")});
    CHECK(f.fetch_text(f.server.url("/1")) == "1");
    CHECK(f.fetch_text(f.server.url("/2")) == "2");
    f.loop.context().poll();
    CHECK(f.fetch_text(f.server.url("/3")) == "3");
    CHECK(f.server.connections() == 3);
}

TEST_CASE("a kept connection that brings no whole head is replaced unseen", "[net][answer]") {
    const auto then = GENERATE(Reply::Then::close, Reply::Then::reset);
    const std::string brought = GENERATE("", "H", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\nContent-Le",
                                         "late bytes of the body before", "\r\n\r\n");
    CAPTURE(brought);
    Fixture f;
    f.server.on_connection({Reply::text("1"), Reply(brought, then)});
    f.server.on_connection({Reply::text("2")});
    CHECK(f.fetch_text(f.server.url("/1")) == "1");
    CHECK(f.fetch_text(f.server.url("/2")) == "2");
    CHECK(f.server.connections() == 2);
    CHECK(f.server.requests().size() == 3);
}

TEST_CASE("a kept connection that was idle too long for its server is replaced", "[net][answer]") {
    Fixture f;
    f.server.on_connection({Reply::text("1"), Reply::status(408, "Connection: close\r\n")});
    f.server.on_connection({Reply::text("2")});
    CHECK(f.fetch_text(f.server.url("/1")) == "1");
    CHECK(f.fetch_text(f.server.url("/2")) == "2");
    CHECK(f.server.connections() == 2);
    // On a fresh one, it is the answer.
    Fixture fresh;
    CollectingSink sink;
    fresh.server.on_connection({Reply::status(408), Reply::text("3")});
    CHECK(fresh.fetch(fresh.server.url("/3"), sink).status == 408);
    CHECK(fresh.server.requests().size() == 1);
}

TEST_CASE("a request on a fresh connection is never sent twice", "[net][answer]") {
    Fixture f;
    f.server.on_connection({});
    f.server.always(Reply::text("x"));
    CollectingSink sink;
    const Fetched fetched = f.fetch(f.server.url("/"), sink);
    CHECK(fetched.cut == Cut::broken);
    CHECK(cause(fetched) == "the connection was cut, before an answer came");
    CHECK(f.server.connections() == 1);
}

TEST_CASE("bytes behind the body spoil the connection, not the body", "[net][answer]") {
    Fixture f;
    f.server.on_connection(
        {Reply("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 "
               "OK\r\nContent-Length: 4\r\n\r\nevil")});
    f.server.on_connection({Reply::text("good")});
    CHECK(f.fetch_text(f.server.url("/")) == "ok");
    CHECK(f.fetch_text(f.server.url("/")) == "good");
    CHECK(f.server.connections() == 2);
}

TEST_CASE("blocks are large while bytes come fast", "[net][answer]") {
    Fixture f;
    CollectingSink sink;
    std::string body(5'000'000, 'x');
    body[4'000'000] = 'y';
    const Fetched fetched = fetch_one(f, sink, Reply::text(body));
    CHECK(fetched.complete);
    CHECK(sink.text == body);
    for (const std::size_t size : sink.sizes) CHECK(size <= 256 * 1024);
    CHECK(sink.sizes.size() < 5'000'000 / (48 * 1024));
}

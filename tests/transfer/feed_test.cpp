#include "feed.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "net/fixture.hpp"
#include "support/error_text.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using test::Reply;
using transfer::Fed;
using transfer::FeedEnd;

namespace {

constexpr const char* kFile = "/dist/a.tar.xz";

/// What is told, of one component.
struct Told final : transfer::Progress {
    std::uint64_t total_bytes = 0;
    std::uint64_t came_bytes = 0;

    void warn(const std::string&) override {}
    void debug(const std::string&) override {}
    void begin(const std::string&, const std::string&) override {}
    void total(const std::string&, std::uint64_t bytes) override { total_bytes = bytes; }
    void resume(const std::string&, std::uint64_t) override {}
    void advance(const std::string&, std::uint64_t bytes) override { came_bytes += bytes; }
    void phase(const std::string&, transfer::Phase, const std::string&) override {}
    void end(const std::string&) override {}
};

config::ChangeVariables tried_again(unsigned times) {
    config::ChangeVariables variables;
    variables.max_retries = times;
    return variables;
}

/// A file on its way through a pipe, from a server that says what it is told to.
struct Feeding : test::Fixture {
    test::TempDir dir;
    config::ChangeVariables variables;
    mirrors::Mirrors servers{variables};
    transfer::Context context;
    Told told;
    task::BytePipe pipe{1000};
    transfer::GiveUp give_up;

    explicit Feeding(unsigned max_retries = 1)
        : context{loop,
                  client(),
                  store::Home(dir.path()),
                  tried_again(max_retries),
                  servers,
                  transfer::Downloads(std::nullopt),
                  task::Turns(1),
                  task::Turns(1),
                  transfer::FreeProcessors(1)} {}

    Fed feed(std::uint64_t offset = 0) {
        transfer::Route route(servers, server.url(kFile));
        return test::run(
            loop, transfer::feed(context, told, route, offset, pipe, "a", "a.partial", give_up));
    }

    /// All that lies in the pipe, and what its reader is told at the end.
    std::string read() {
        std::string text;
        const std::string failure = test::error_text([&] {
            for (;;) {
                const task::BytePipe::Block block = pipe.pop(PermitMint::worker());
                if (block.empty()) return;
                text.append(reinterpret_cast<const char*>(block.data()), block.size());
            }
        });
        return failure == "no error" ? text : text + "|" + failure;
    }
};

/// `first` and all behind it of "hello, line".
Reply rest(std::size_t first, Reply::Then then = Reply::Then::keep, std::size_t sent = 99) {
    const std::string all = "hello, line";
    const std::string body = all.substr(first);
    return Reply("HTTP/1.1 206 Partial\r\nContent-Range: bytes " + std::to_string(first) +
                     "-10/11\r\n" + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                     body.substr(0, sent),
                 then);
}

Reply broken_after(const std::string& text) {
    return Reply("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n" + text, Reply::Then::close);
}

}  // namespace

TEST_CASE("a file is fed into a pipe, and its progress told", "[feed]") {
    Feeding f;
    f.server.on_connection({Reply::text("hello, line")});
    const Fed fed = f.feed();
    CHECK(fed.end == FeedEnd::complete);
    CHECK_FALSE(fed.in_pieces);
    CHECK(f.read() == "hello, line");
    CHECK(f.told.total_bytes == 11);
    CHECK(f.told.came_bytes == 11);
}

TEST_CASE("what a broken connection has brought is not asked for again", "[feed]") {
    Feeding f;
    f.server.on_connection({broken_after("hello")});
    f.server.on_connection({rest(5)});
    const Fed fed = f.feed();
    CHECK(fed.end == FeedEnd::complete);
    CHECK(fed.in_pieces);
    CHECK(f.read() == "hello, line");
    CHECK(f.told.came_bytes == 11);
    REQUIRE(f.server.requests().size() == 2);
    CHECK_THAT(f.server.requests()[1], Catch::Contains("Range: bytes=5-"));
}

TEST_CASE("a server may send only so much in one answer", "[feed]") {
    Feeding f(0);
    f.server.on_connection({rest(4),
                            Reply("HTTP/1.1 206 Partial\r\nContent-Range: bytes 4-6/11\r\n"
                                  "Content-Length: 3\r\n\r\no, "),
                            rest(7)});
    const Fed fed = f.feed(4);
    CHECK(fed.end == FeedEnd::complete);
    CHECK(f.read() == "o, line");
}

TEST_CASE("a server that does not send the rest has the file begun again", "[feed]") {
    Feeding f;
    f.server.on_connection({Reply::text("hello, line")});
    CHECK(f.feed(5).end == FeedEnd::restart);
    CHECK(f.read() == "|the server does not support resuming downloads");
    CHECK_FALSE(f.context.downloads.sends_parts(net::Url::parse(f.server.url(kFile))));
}

TEST_CASE("nothing behind the end of a file is left to be fetched", "[feed]") {
    Feeding f;
    f.server.on_connection({Reply::status(416, "Content-Range: bytes */11\r\n")});
    CHECK(f.feed(11).end == FeedEnd::complete);
    CHECK(f.read().empty());
}

TEST_CASE("a line that breaks too often is its reader's failure, in rustup's words", "[feed]") {
    Feeding f(1);
    f.server.on_connection({broken_after("he")});
    f.server.on_connection({rest(2, Reply::Then::close, 2)});
    f.server.on_connection({rest(4, Reply::Then::close, 0)});
    f.feed();
    CHECK_THAT(f.read(), Catch::StartsWith("hell|could not download file from '" +
                                           f.server.url(kFile) + "' to 'a.partial': "));
    CHECK(f.server.requests().size() == 2);
}

TEST_CASE("a file that is not there is not asked for again", "[feed]") {
    Feeding f(3);
    f.server.always(Reply::status(404));
    f.feed();
    CHECK_THAT(f.read(), Catch::StartsWith("|could not download file from"));
    CHECK(f.server.requests().size() == 1);
}

TEST_CASE("a reader that has gone ends the download", "[feed]") {
    Feeding f;
    f.server.on_connection({Reply::text("hello, line")});
    f.pipe.abandon();
    CHECK(f.feed().end == FeedEnd::complete);
}

TEST_CASE("a file that is given up is fetched no further", "[feed]") {
    Feeding f;
    f.server.on_connection(
        {Reply("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello", Reply::Then::stall)});
    double left = 0;
    f.give_up = [&](double share_left) {
        left = share_left;
        return true;
    };
    CHECK(f.feed().end == FeedEnd::given_up);
    CHECK(left == Approx(6.0 / 11.0));
    CHECK(f.read() == "|another encoding is fetched");
}

namespace {

/// The same file at two mirrors.
struct TwoMirrors : Feeding {
    test::ScriptedServer other{loop};

    explicit TwoMirrors(unsigned max_retries = 1) : Feeding(max_retries) {
        for (const std::string& url : {server.url(""), other.url("")}) {
            config::Mirror mirror;
            mirror.url = url;
            variables.mirrors.push_back(mirror);
        }
        servers = mirrors::Mirrors(variables);
    }

    /// Of each request to the other mirror, what part was asked for.
    [[nodiscard]] std::vector<std::string> asked_of_other() const {
        std::vector<std::string> parts;
        for (const std::string& request : other.requests()) {
            const std::size_t at = request.find("Range: ");
            parts.push_back(at == std::string::npos
                                ? "all"
                                : request.substr(at + 7, request.find('\r', at) - at - 7));
        }
        return parts;
    }
};

using Parts = std::vector<std::string>;

}  // namespace

TEST_CASE("the next mirror sends the rest of what a connection broke off", "[feed]") {
    TwoMirrors f;
    f.server.on_connection({broken_after("hel")});
    f.other.on_connection({rest(3)});
    const Fed fed = f.feed();
    CHECK(fed.end == FeedEnd::complete);
    CHECK(fed.in_pieces);
    CHECK(f.read() == "hello, line");
    CHECK(f.asked_of_other() == Parts{"bytes=3-"});
    CHECK(f.told.came_bytes == 11);
    CHECK(f.servers.order() == std::vector<std::size_t>{1, 0});
}

TEST_CASE("a mirror that refuses is left at once, without a second attempt", "[feed]") {
    for (const int status : {401, 403, 404, 407, 408, 429, 500, 503}) {
        TwoMirrors f(3);
        f.server.always(Reply::status(status, "Retry-After: 30\r\n"));
        f.other.on_connection({Reply::text("hello, line")});
        const Fed fed = f.feed();
        CHECK(fed.end == FeedEnd::complete);
        CHECK_FALSE(fed.in_pieces);
        CHECK(f.read() == "hello, line");
        CHECK(f.server.requests().size() == 1);
    }
}

TEST_CASE("a mirror without the rest is asked no more, and the file is not begun again", "[feed]") {
    TwoMirrors f;
    f.server.on_connection({Reply::text("hello, line")});
    f.other.on_connection({rest(5)});
    CHECK(f.feed(5).end == FeedEnd::complete);
    CHECK(f.read() == ", line");
}

TEST_CASE("if no mirror sends the rest the file is begun again", "[feed]") {
    TwoMirrors f;
    f.server.on_connection({Reply::text("hello, line")});
    f.other.on_connection({Reply::text("hello, line")});
    CHECK(f.feed(5).end == FeedEnd::restart);
    CHECK(f.read() == "|the server does not support resuming downloads");
}

TEST_CASE("mirrors that refuse for the moment are asked again in turn", "[feed]") {
    TwoMirrors f(1);
    f.server.on_connection({Reply::status(503), Reply::status(503)});
    f.other.on_connection({Reply::status(429), Reply::text("hello, line")});
    CHECK(f.feed().end == FeedEnd::complete);
    CHECK(f.read() == "hello, line");
    CHECK(f.server.requests().size() == 2);
}

TEST_CASE("if every mirror fails, the failure of the first is its reader's", "[feed]") {
    TwoMirrors f(1);
    f.server.always(Reply::status(503));
    f.other.always(Reply::status(404));
    f.feed();
    CHECK(f.read() == "|could not download file from '" + f.server.url(kFile) +
                          "' to 'a.partial': http request returned an unsuccessful status code: "
                          "503");
    CHECK(f.server.requests().size() == 2);
    CHECK(f.other.requests().size() == 1);
}

TEST_CASE("a file that no mirror has is absent, and no mirror is to blame", "[feed]") {
    TwoMirrors f;
    f.server.always(Reply::status(404));
    f.other.always(Reply::status(410));
    f.feed();
    CHECK_THAT(f.read(), Catch::EndsWith("status code: 404"));
    CHECK(f.servers.order() == std::vector<std::size_t>{0, 1});
}

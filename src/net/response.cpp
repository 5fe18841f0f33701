// Beast 1.81 asserts that the line of a last chunk has five bytes by the time it is parsed a second
// time. That of an empty body has three, and what follows may come a byte at a time. Nothing but
// the assertion is wrong.
#define BOOST_DISABLE_ASSERTS

#include "response.hpp"

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <functional>
#include <limits>

#include "latchkey/base/text.hpp"
#include "loose_head.hpp"

namespace latchkey::net {

namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

/// Of what the parser sees: StrictHead may add a byte to each line. Its callers bound the rest.
constexpr std::uint32_t kParserLimitBytes = 2 * kHeadLimitBytes;

}  // namespace

struct ResponseReader::Parser {
    http::response_parser<http::buffer_body> parser;
    std::vector<std::byte>* body = nullptr;
    std::function<std::size_t(std::uint64_t, beast::string_view, beast::error_code&)> on_chunk;
    Head head;
    beast::error_code error;
    std::size_t searched = 0;  ///< So much of the head was seen, and has no end.

    Parser() {
        parser.header_limit(kParserLimitBytes);
        parser.body_limit(boost::none);
        on_chunk = [this](std::uint64_t, beast::string_view piece, beast::error_code&) {
            const auto bytes = as_bytes({piece.data(), piece.size()});
            body->insert(body->end(), bytes.begin(), bytes.end());
            return piece.size();
        };
        parser.on_chunk_body(on_chunk);
    }

    Step put(std::span<const std::byte> input) {
        const std::size_t used = parser.put({input.data(), input.size()}, error);
        if (error == http::error::need_more) return {State::more, used};
        if (error) return {State::bad, used};
        return {State::done, used};
    }

    [[nodiscard]] std::string field(http::field name) const {
        const auto value = parser.get()[name];
        return std::string(value.data(), value.size());
    }

    void take_head() {
        head.status = static_cast<int>(parser.get().result_int());
        head.bodiless = head.status < 200 || head.status == 204 || head.status == 304;
        head.chunked = parser.chunked();
        head.keep_alive = parser.keep_alive();
        if (const auto length = parser.content_length()) head.length_bytes = *length;
        head.transfer_encoding = field(http::field::transfer_encoding);
        head.location = field(http::field::location);
        head.content_range = field(http::field::content_range);
        head.retry_after = field(http::field::retry_after);
        head.ranges = head.status == 206 || field(http::field::accept_ranges) == "bytes";
    }
};

ResponseReader::ResponseReader() : parser_(std::make_unique<Parser>()) {}
ResponseReader::~ResponseReader() = default;

ResponseReader::Step ResponseReader::read_head(std::span<const std::byte> input) {
    parser_->parser.eager(false);
    const std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
    if (!may_begin_answer(text)) {
        parser_->error = http::error::bad_version;
        return {State::bad, 0};
    }
    const std::size_t end = find_head_end(text, parser_->searched);
    if (end == std::string_view::npos) {
        parser_->searched = text.size();
        return {State::more, 0};
    }
    const StrictHead head(text.substr(0, end));
    const Step step = parser_->put(as_bytes(head.text()));
    if (step.state != State::done || !parser_->parser.is_header_done()) return {State::bad, end};
    parser_->take_head();
    // RFC 9112, 6.3: such an answer may have been made to smuggle another one.
    if (head.contradictory()) parser_->head.keep_alive = false;
    return {State::done, end};
}

const Head& ResponseReader::head() const noexcept {
    return parser_->head;
}

ResponseReader::Step ResponseReader::read_chunks(std::span<const std::byte> input,
                                                 std::vector<std::byte>& body) {
    parser_->body = &body;
    parser_->parser.eager(true);
    const Step step = parser_->put(input);
    if (step.state != State::done) return step;
    return {parser_->parser.is_done() ? State::done : State::more, step.used};
}

std::string ResponseReader::reason() const {
    return "the answer is not HTTP: " + parser_->error.message();
}

}  // namespace latchkey::net

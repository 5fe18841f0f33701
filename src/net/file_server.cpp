#include "latchkey/net/file_server.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/url/pct_string_view.hpp>
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/task/group.hpp"
#include "latchkey/task/pause.hpp"

namespace latchkey::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Request = http::request<http::empty_body>;
using Response = http::response<http::string_body>;

/// At once. Browsers open six for a page; more wait in the kernel.
constexpr std::size_t kMostConnections = 32;
constexpr std::chrono::seconds kPatience{30};

struct Type {
    std::string_view suffix;
    std::string_view name;
};

constexpr std::array kTypes = {
    Type{".html", "text/html; charset=utf-8"},
    Type{".css", "text/css"},
    Type{".js", "text/javascript"},
    Type{".svg", "image/svg+xml"},
    Type{".png", "image/png"},
    Type{".jpg", "image/jpeg"},
    Type{".woff2", "font/woff2"},
    Type{".txt", "text/plain; charset=utf-8"},
};

std::string_view type_of(std::string_view path) {
    for (const Type& type : kTypes) {
        if (path.ends_with(type.suffix)) return type.name;
    }
    return "application/octet-stream";
}

/// Below the folder, "/std/index.html". Empty where it is no path of plain names.
std::optional<std::string> find_path(std::string_view target) {
    const auto encoded =
        boost::urls::make_pct_string_view(target.substr(0, target.find_first_of("?#")));
    if (!encoded) return std::nullopt;
    const std::string decoded = encoded->decode();
    std::string path;
    for (const std::string_view part : split(decoded, '/')) {
        if (part.empty() || part == ".") continue;
        if (part == ".." || part.find('\0') != std::string_view::npos) return std::nullopt;
        path += '/';
        path += part;
    }
    return path;
}

struct Document {
    std::string text;
    std::string_view type;
};

/// What cannot be read is not there.
std::optional<Document> find_document(const std::string& folder, std::string_view target) {
    const auto path = find_path(target);
    if (!path) return std::nullopt;
    std::string file = folder + *path;
    try {
        if (platform::is_directory(file)) file += "/index.html";
        auto text = platform::find_file_text(file);
        if (!text) return std::nullopt;
        return Document{*std::move(text), type_of(file)};
    } catch (const Error&) {
        return std::nullopt;
    }
}

/// Of this machine. Source: RFC 9112, Host; old programs say none.
bool names_us(const Request& request, std::uint16_t port) {
    const auto host = request.find(http::field::host);
    if (host == request.end()) return true;
    const std::string suffix = ":" + std::to_string(port);
    return host->value() == "127.0.0.1" + suffix || host->value() == "localhost" + suffix;
}

Response plain_response(const Request& request, http::status status, std::string text) {
    Response response(status, request.version());
    response.set(http::field::content_type, "text/plain; charset=utf-8");
    response.body() = std::move(text);
    return response;
}

Response response_to(const Request& request, std::optional<Document> document) {
    if (!document) return plain_response(request, http::status::not_found, "404 not found");
    Response response(http::status::ok, request.version());
    response.set(http::field::content_type, document->type);
    response.body() = std::move(document->text);
    return response;
}

task::awaitable<std::optional<Request>> read_request(tcp::socket& socket,
                                                     boost::beast::flat_buffer& buffer) {
    Request request;
    const auto [error, count] =
        co_await http::async_read(socket, buffer, request, asio::as_tuple(asio::use_awaitable));
    if (error) co_return std::nullopt;
    co_return request;
}

task::awaitable<bool> write_response(tcp::socket& socket, const Request& request,
                                     Response& response) {
    response.keep_alive(request.keep_alive());
    response.prepare_payload();
    if (request.method() == http::verb::head) response.body().clear();  // Its size is told.
    const auto [error, count] =
        co_await http::async_write(socket, response, asio::as_tuple(asio::use_awaitable));
    co_return !error && response.keep_alive();
}

}  // namespace

FileServer::FileServer(task::Loop& loop, std::string folder)
    : loop_(loop), folder_(std::move(folder)), acceptor_(loop.context()) {
    try {
        acceptor_.open(tcp::v4());
        acceptor_.bind(tcp::endpoint(asio::ip::address_v4::loopback(), 0));
        acceptor_.listen();
        port_ = acceptor_.local_endpoint().port();
    } catch (const boost::system::system_error& e) {
        throw Error(Errc::io, platform::os_cause(e.code().value()));
    }
}

task::awaitable<void> FileServer::serve() {
    std::vector<task::awaitable<void>> tasks;
    for (std::size_t i = 0; i < kMostConnections; ++i) tasks.push_back(accept_and_answer());
    co_await task::all(std::move(tasks));
}

task::awaitable<void> FileServer::accept_and_answer() {
    for (;;) {
        auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
        if (error) {
            co_await task::pause(std::chrono::milliseconds(100));  // Of descriptors there are few.
            continue;
        }
        try {
            co_await answer_all(std::move(socket));
        } catch (const Error&) {
            // Who is too slow is hung up on.
        }
    }
}

task::awaitable<void> FileServer::answer_all(tcp::socket socket) {
    boost::beast::flat_buffer buffer;
    for (;;) {
        const std::optional<Request> request =
            co_await task::with_deadline(read_request(socket, buffer), kPatience);
        if (!request) co_return;
        Response response;
        if (request->method() != http::verb::get && request->method() != http::verb::head) {
            response = plain_response(*request, http::status::method_not_allowed, "");
        } else if (!names_us(*request, port_)) {
            response = plain_response(*request, http::status::forbidden, "");
        } else {
            const std::string target(request->target());
            auto job = [this, &target](const OnWorker&) { return find_document(folder_, target); };
            std::optional<Document> document =
                co_await task::offload(loop_.workers(), std::move(job));
            response = response_to(*request, std::move(document));
        }
        const bool more =
            co_await task::with_deadline(write_response(socket, *request, response), kPatience);
        if (!more) co_return;
    }
}

}  // namespace latchkey::net

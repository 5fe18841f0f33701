#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>

#include "latchkey/task/loop.hpp"

namespace latchkey::net {

/// Serves the files of one folder by HTTP to programs on this machine. It listens on 127.0.0.1, at
/// a free port, and refuses requests for another host name, so that no web page reads the files
/// through a name of its own that leads here.
///
/// For a folder it sends the folder's index.html. A path that does not exist or has a part `..`
/// gets status 404.
///
/// Thread:   the loop's.
/// Requires: it outlives its tasks.
class FileServer {
public:
    /// Throws: Errc::io.
    FileServer(task::Loop& loop, std::string folder);

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// Answers requests until it is cancelled.
    task::awaitable<void> serve();

private:
    task::awaitable<void> accept_and_answer();
    task::awaitable<void> answer_all(boost::asio::ip::tcp::socket socket);

    task::Loop& loop_;
    std::string folder_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
};

}  // namespace latchkey::net

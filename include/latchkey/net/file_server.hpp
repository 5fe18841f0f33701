#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>

#include "latchkey/task/loop.hpp"

namespace latchkey::net {

/// Serves the files of one folder by HTTP, to the programs of this machine: it listens on
/// 127.0.0.1, at a port that is free, and answers nobody who calls it by another name. So no page
/// of the web reads the files through a name of its own that leads here.
///
/// A folder is its index.html. What is not there, and whatever has a part `..`, is status 404.
///
/// Thread: the loop's. Outlives its tasks.
class FileServer {
public:
    /// Throws: Errc::io.
    FileServer(task::Loop& loop, std::string folder);

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// Answers until it is cancelled.
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

#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/task/loop.hpp"

namespace latchkey::test {

/// What real mirrors do.
struct MirrorHabits {
    /// What a request for a part gets.
    enum class Parts {
        right,
        whole,        ///< The whole file, status 200.
        from_zero,    ///< The whole file, named as that.
        other_total,  ///< The part, of a file of another size.
        unnamed,      ///< The part, without a Content-Range.
        refused,      ///< Status 416.
    };
    Parts parts = Parts::right;

    std::size_t most = 0;            ///< So many answers at once; 0: as many as are asked for.
    std::string refusal = "503 No";  ///< What one more gets. Empty: its connection ends.
    unsigned backends = 1;           ///< Take turns; their entity tags differ.

    /// Units: bytes a second, of each answer; 0: at once.
    std::uint64_t bytes_per_second = 0;
};

/// An HTTP server on the test's own loop that has one body for every path, and habits. A path that
/// begins with `/forbidden` has status 403.
class Mirror {
public:
    Mirror(task::Loop& loop, std::string body, MirrorHabits habits);
    ~Mirror() { close(); }
    Mirror(const Mirror&) = delete;
    Mirror& operator=(const Mirror&) = delete;

    MirrorHabits habits;

    [[nodiscard]] std::string url(const std::string& path) const;
    [[nodiscard]] std::size_t requests() const noexcept { return requests_; }
    [[nodiscard]] std::size_t refused() const noexcept { return refused_; }

    /// The most answers that were under way at once.
    [[nodiscard]] std::size_t crowd() const noexcept { return crowd_; }

    void close();

private:
    using Socket = boost::asio::ip::tcp::socket;

    /// Of an answer that counts.
    class Place {
    public:
        explicit Place(Mirror& mirror);
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        ~Place() { --mirror_.busy_; }

    private:
        Mirror& mirror_;
    };

    task::awaitable<void> accept_all();
    task::awaitable<void> serve(Socket socket);
    task::awaitable<bool> answer(Socket& socket, std::string request);
    task::awaitable<bool> send(Socket& socket, std::string head, std::string body, bool counts);

    boost::asio::ip::tcp::acceptor acceptor_;
    std::string body_;
    std::size_t requests_ = 0;
    std::size_t refused_ = 0;
    std::size_t busy_ = 0;
    std::size_t crowd_ = 0;
};

}  // namespace latchkey::test

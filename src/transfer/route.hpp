#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/mirrors/mirrors.hpp"
#include "latchkey/net/fetched.hpp"
#include "latchkey/net/url.hpp"
#include "latchkey/transfer/progress.hpp"

namespace latchkey::transfer {

/// The servers from which one file may come, and which of them is asked now. Every server that is
/// left is asked once in a round, the best first. A server that refuses for good, or does not have
/// the file, is not asked again.
///
/// Thread: the loop's.
class Route {
public:
    /// `url` is the file's at any server. `avoided`: places of servers with other bytes; at least
    /// one server is not avoided.
    Route(mirrors::Mirrors& mirrors, const std::string& url,
          const std::set<std::size_t>& avoided = {});

    /// Where the file is asked for now.
    [[nodiscard]] const net::Url& url() const { return stops_[now_].url; }
    [[nodiscard]] const std::string& text() const { return stops_[now_].text; }
    [[nodiscard]] std::size_t place() const { return stops_[now_].place; }

    /// Whether there is more than one server.
    [[nodiscard]] bool has_choice() const noexcept { return stops_.size() > 1; }

    /// What comes after a fetch that did not bring everything.
    enum class Turn {
        next,     ///< Another server is asked at once.
        round,    ///< All were asked: wait before the next round.
        restart,  ///< No server sends the rest alone.
        end,      ///< No server is left: see failure().
    };

    /// Goes to the server that is asked next. `no_rest`: this one does not send the rest of a file.
    /// The first failure of a server in this process is a warning; an absence is none.
    ///
    /// Requires: has_choice().
    Turn turn(const net::Fetched& fetched, bool no_rest, Progress& progress);

    /// Whether a server of several has said that it does not have the file.
    [[nodiscard]] bool is_absent_somewhere() const noexcept { return is_absent_somewhere_; }

    /// The server that is asked now has sent all of a file, with other bytes: a warning.
    void blame(const Error& failure, Progress& progress);

    /// Why the file does not come: the failure of the first server that has one, or the absence, if
    /// every server says so.
    [[nodiscard]] const Error& failure() const { return *failure_; }
    [[nodiscard]] const net::Url& failed_url() const { return stops_[failed_].url; }

private:
    struct Stop {
        std::size_t place;
        std::string text;
        net::Url url;
        bool asked = false;    ///< In this round.
        bool closed = false;   ///< For good.
        bool no_rest = false;  ///< Asked for a rest, it sends something else.
    };
    void note(const net::Fetched& fetched, bool no_rest, Progress& progress);
    bool go_to_next();

    mirrors::Mirrors& mirrors_;
    std::vector<Stop> stops_;
    std::size_t now_ = 0;
    bool is_absent_somewhere_ = false;
    std::optional<Error> failure_;
    std::size_t failed_ = 0;  ///< The stop that `failure_` is about.
};

}  // namespace latchkey::transfer

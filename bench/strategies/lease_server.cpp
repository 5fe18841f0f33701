#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "strategy.hpp"
#include "work.hpp"

namespace latchkey::strategies {
namespace {

constexpr int kIdleMs = 1000;

enum class State { fresh, waiting, held, over };

struct Client {
    platform::Fd socket;
    std::string text;
    State state = State::fresh;
    bool exclusive = false;
    std::string id;
};

/// Who holds what and who waits, in the order in which they came.
class Leases {
public:
    void accept(platform::Fd socket) { clients_.emplace_back().socket = std::move(socket); }
    [[nodiscard]] std::vector<Client>& clients() { return clients_; }

    void ask(Client& client, bool exclusive, const std::string& parent) {
        client.exclusive = exclusive;
        client.id = std::to_string(::getpid()) + "." + std::to_string(++last_);
        client.state = State::waiting;
        parents_[client.id] = parent;
        grant();
        if (client.state != State::waiting) return;
        std::set<std::string> seen;
        if (waits_for(client, client.id, seen)) {
            client.state = State::over;
            say(client, "refused");
        } else {
            say(client, "wait");
        }
    }

    void remove_finished() {
        std::erase_if(clients_, [](const Client& each) { return each.state == State::over; });
        grant();
    }

private:
    /// Readers queue behind a writer that waits, so that many of them do not starve it; but for
    /// those whose parent reads already: it would never end.
    void grant() {
        bool writer_ahead = false;
        for (Client& each : clients_) {
            if (each.state != State::waiting) continue;
            const bool free = std::none_of(clients_.begin(), clients_.end(),
                                           [&](const Client& c) { return blocks(c, each); });
            if (free && (each.exclusive || !writer_ahead || is_nested(each))) {
                each.state = State::held;
                say(each, "granted " + each.id);
            } else if (each.exclusive) {
                writer_ahead = true;
            }
        }
    }

    [[nodiscard]] bool is_above(const std::string& ancestor, std::string id) const {
        for (auto found = parents_.find(id); found != parents_.end(); found = parents_.find(id)) {
            id = found->second;
            if (id == ancestor) return true;
        }
        return false;
    }

    [[nodiscard]] bool is_nested(const Client& client) const {
        return std::any_of(clients_.begin(), clients_.end(), [&](const Client& each) {
            return each.state == State::held && is_above(each.id, client.id);
        });
    }

    [[nodiscard]] bool blocks(const Client& held, const Client& waiting) const {
        return held.state == State::held && (held.exclusive || waiting.exclusive) &&
               !is_above(held.id, waiting.id);
    }

    /// Does `waiting`, over whoever waits below those that block it, wait for itself?
    bool waits_for(const Client& waiting, const std::string& start, std::set<std::string>& seen) {
        for (const Client& held : clients_) {
            if (!blocks(held, waiting)) continue;
            for (const Client& below : clients_) {
                if (below.state != State::waiting || !is_above(held.id, below.id)) continue;
                if (below.id == start) return true;
                if (seen.insert(below.id).second && waits_for(below, start, seen)) return true;
            }
        }
        return false;
    }

    static void say(const Client& client, const std::string& line) {
        const std::string text = line + "\n";
        // A client that has gone is noticed when its connection ends.
        (void)::send(client.socket.number(), text.data(), text.size(), MSG_NOSIGNAL);
    }

    std::vector<Client> clients_;
    std::map<std::string, std::string> parents_;
    std::uint64_t last_ = 0;
};

platform::Fd listen_at(const std::string& path) {
    platform::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket.open()) throw platform::os_error(errno, "make a socket");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
        throw Error(Errc::usage, "the home's path is too long for a socket");
    }
    std::memcpy(static_cast<void*>(address.sun_path), path.c_str(), path.size() + 1);
    platform::remove_file(path);
    const auto* plain = reinterpret_cast<const sockaddr*>(&address);
    if (::bind(socket.number(), plain, sizeof(address)) != 0 ||
        ::listen(socket.number(), 128) != 0) {
        throw platform::os_error(errno, "listen at '" + path + "'");
    }
    return socket;
}

void read_from(Leases& leases, Client& client) {
    std::byte block[256];
    std::size_t count = 0;
    try {
        count = platform::read_some(client.socket, block, "socket");
    } catch (const Error&) {
        count = 0;  // Reset by a client that was killed: it is gone.
    }
    if (count == 0) {
        client.state = State::over;
        return;
    }
    client.text.append(reinterpret_cast<const char*>(block), count);
    const std::size_t end = client.text.find('\n');
    if (end == std::string::npos || client.state != State::fresh || end < 3) return;
    leases.ask(client, client.text[0] == 'E', client.text.substr(2, end - 2));
}

}  // namespace

void serve_leases(const std::string& home) {
    // Nothing of the client that started it: its leases are not the server's.
    ::close_range(3, ~0U, 0);
    const platform::Fd lock = platform::open_file(home + "/server.lock", O_RDWR | O_CREAT);
    if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) return;  // There is one.
    replace_file(home + "/server.pid", std::to_string(::getpid()) + "\n");
    const std::string path = home + "/server";
    const platform::Fd socket = listen_at(path);
    Leases leases;
    for (;;) {
        std::vector<pollfd> events = {{socket.number(), POLLIN, 0}};
        for (const Client& each : leases.clients()) {
            events.push_back({each.socket.number(), POLLIN, 0});
        }
        const int ready =
            ::poll(events.data(), events.size(), leases.clients().empty() ? kIdleMs : -1);
        if (ready == 0) break;
        for (std::size_t i = 1; i < events.size(); ++i) {
            if (events[i].revents != 0) read_from(leases, leases.clients()[i - 1]);
        }
        leases.remove_finished();
        if ((events[0].revents & POLLIN) != 0) {
            platform::Fd client(::accept4(socket.number(), nullptr, nullptr, SOCK_CLOEXEC));
            if (client.open()) leases.accept(std::move(client));
        }
    }
    platform::remove_file(path);
}

}  // namespace latchkey::strategies

#include "lease_client.hpp"

#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::strategies {
namespace {

const std::string kVariable = "BENCH_LEASE";
constexpr int kMostTries = 2000;
constexpr int kTriesOfOneServer = 20;
constexpr double kTryAgainMs = 5;

std::optional<platform::Fd> try_connect(const std::string& home) {
    platform::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket.open()) throw platform::os_error(errno, "make a socket");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = home + "/server";
    if (path.size() >= sizeof(address.sun_path)) {
        throw Error(Errc::usage, "the home's path is too long for a socket");
    }
    std::memcpy(static_cast<void*>(address.sun_path), path.c_str(), path.size() + 1);
    const auto* plain = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(socket.number(), plain, sizeof(address)) == 0) return socket;
    return std::nullopt;
}

void start_server(const Scene& scene) {
    std::string program = scene.program;
    std::string word = "serve";
    std::string home = scene.home;
    char* arguments[] = {program.data(), word.data(), home.data(), nullptr};
    char* environment[] = {nullptr};
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    pid_t process = 0;
    const int error =
        ::posix_spawn(&process, program.c_str(), nullptr, &attributes,
                      static_cast<char**>(arguments), static_cast<char**>(environment));
    ::posix_spawnattr_destroy(&attributes);
    if (error != 0) throw platform::os_error(error, "start the lock server");
}

platform::Fd connect_to_server(const Scene& scene) {
    for (int tries = 0; tries < kMostTries; ++tries) {
        if (auto socket = try_connect(scene.home)) return std::move(*socket);
        // One that is just about to end may have kept another from starting.
        if (tries % kTriesOfOneServer == 0) start_server(scene);
        take_ms(kTryAgainMs);
    }
    throw Error(Errc::unreachable, "there is no lock server");
}

/// One line without its end; empty where the server is gone.
std::string read_line(const platform::Fd& socket) {
    std::string line;
    std::byte byte{};
    for (;;) {
        try {
            if (platform::read_some(socket, std::span(&byte, 1), "socket") == 0) return "";
        } catch (const Error&) {
            return "";
        }
        if (byte == std::byte{'\n'}) return line;
        line.push_back(static_cast<char>(byte));
    }
}

bool send_line(const platform::Fd& socket, const std::string& line) {
    const std::string text = line + "\n";
    return ::send(socket.number(), text.data(), text.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(text.size());
}

}  // namespace

LeaseClient::LeaseClient(Scene scene_of, const platform::Environment& environment)
    : InPlace(std::move(scene_of)), parent_(environment.find(kVariable).value_or("-")) {}

void LeaseClient::ask(char mode, Role role) {
    std::optional<Wait> wait;
    for (;;) {
        lease_ = connect_to_server(scene());
        if (!send_line(lease_, std::string(1, mode) + " " + parent_)) continue;
        std::string answer = read_line(lease_);
        if (answer == "wait") {
            if (!wait) wait.emplace(scene().journal, role);
            answer = read_line(lease_);
        }
        if (answer == "refused") {
            throw Error(Errc::busy, "the lock server refuses: this would never be granted");
        }
        const auto words = split(answer, ' ');
        if (words.size() == 2 && words[0] == "granted") {
            id_ = words[1];
            return;
        }
        // The server went away: ask the next one.
    }
}

void LeaseClient::share(platform::Environment& environment) {
    ask('S', Role::reader);
    lease_ = platform::copy_over_exec(lease_.number());
    environment.set(kVariable, id_);
}

void LeaseClient::lock_exclusively() {
    ask('E', Role::writer);
}

}  // namespace latchkey::strategies

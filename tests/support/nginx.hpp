#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "support/child.hpp"
#include "support/temp_dir.hpp"

namespace latchkey::test {

struct NginxOptions {
    bool https = false;
    std::string bytes_per_second = {};    ///< For each connection, such as "500k". Empty: no limit.
    bool ranges = true;                   ///< Else Range headers are ignored.
    std::string certificate_folder = {};  ///< Has server.pem and server.key. Empty: made here.
};

/// A real web server on 127.0.0.1 (scripts/serve-dist), on free ports, for one folder. It listens
/// from the constructor on, and is stopped by its process id in the destructor.
class NginxServer {
public:
    /// Throws: std::runtime_error if it does not start.
    explicit NginxServer(const std::string& folder, const NginxOptions& options = {});
    ~NginxServer();
    NginxServer(const NginxServer&) = delete;
    NginxServer& operator=(const NginxServer&) = delete;

    /// Why there can be none here. Empty: there can.
    static std::optional<std::string> find_obstacle();

    /// "http://127.0.0.1:PORT", without a slash at the end.
    [[nodiscard]] std::string url() const { return facts_.at("URL"); }
    [[nodiscard]] std::string https_url() const { return facts_.at("HTTPS_URL"); }
    [[nodiscard]] std::uint16_t port() const { return number("PORT"); }
    [[nodiscard]] std::uint16_t https_port() const { return number("HTTPS_PORT"); }

    /// The certificate to trust. The server's is for 127.0.0.1 and localhost.
    [[nodiscard]] std::string ca_file() const { return facts_.at("CA"); }

    /// One line for each request that is over: time, status, method, target, range="...",
    /// bytes=N, seconds=S, connection=N, agent="...".
    [[nodiscard]] std::string access_log() const;

private:
    [[nodiscard]] std::uint16_t number(const std::string& fact) const;

    TempDir work_;
    std::map<std::string, std::string> facts_;
    std::optional<Child> server_;
};

}  // namespace latchkey::test

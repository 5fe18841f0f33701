#include "support/nginx.hpp"

#include <signal.h>

#include <stdexcept>

#include "latchkey/platform/file.hpp"

namespace latchkey::test {

std::optional<std::string> NginxServer::find_obstacle() {
    for (const char* folder : {"/usr/sbin/", "/usr/local/sbin/", "/usr/bin/"}) {
        if (platform::is_file(std::string(folder) + "nginx")) return std::nullopt;
    }
    return "nginx is not installed";
}

NginxServer::NginxServer(const std::string& folder, const NginxOptions& options) {
    const std::string work = work_.make("work");
    if (!options.certificate_folder.empty()) {
        for (const char* name : {"server.pem", "server.key", "ca.pem"}) {
            platform::copy_file(options.certificate_folder + "/" + name, work + "/" + name);
        }
    }
    ChildOptions child;
    child.arguments = {"python3", "-B",           LATCHKEY_SERVE_DIST, "--work",
                       work,      "--access-log", work_ / "access.log"};
    if (options.https) child.arguments.push_back("--https");
    if (!options.ranges) child.arguments.push_back("--no-ranges");
    if (!options.bytes_per_second.empty()) {
        child.arguments.insert(child.arguments.end(), {"--rate", options.bytes_per_second});
    }
    child.arguments.push_back(folder);
    server_.emplace("/usr/bin/env", child);
    const std::string last = options.https ? "CA" : "URL";
    while (!facts_.contains(last)) {
        const std::string line = server_->wait_for_line();
        const std::size_t sign = line.find('=');
        if (sign == std::string::npos) throw std::runtime_error("serve-dist: " + line);
        facts_[line.substr(0, sign)] = line.substr(sign + 1);
    }
}

NginxServer::~NginxServer() {
    try {
        // A master that is killed leaves its workers behind; one that is asked does not.
        server_->kill(SIGTERM);
        server_->wait();
    } catch (const std::exception&) {
        // It is killed with `server_`.
    }
}

std::string NginxServer::access_log() const {
    return platform::find_file_text(work_ / "access.log").value_or("");
}

std::uint16_t NginxServer::number(const std::string& fact) const {
    return static_cast<std::uint16_t>(std::stoul(facts_.at(fact)));
}

}  // namespace latchkey::test

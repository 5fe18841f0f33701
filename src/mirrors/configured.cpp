#include "latchkey/mirrors/configured.hpp"

#include <chrono>
#include <memory>
#include <utility>

#include "latchkey/mirrors/credentials.hpp"

namespace latchkey::mirrors {
namespace {

constexpr std::chrono::seconds kStall{30};

}  // namespace

Configured load_configured(const config::ChangeVariables& variables, const dist::HomeLayout& home) {
    Configured configured;
    if (variables.names_server) return configured;
    try {
        config::MirrorList list = config::load_mirror_list(home);
        configured.mirrors = std::move(list.mirrors);
        configured.warnings = std::move(list.warnings);
        for (const config::Mirror& mirror : configured.mirrors) {
            static_cast<void>(net::Url::parse(mirror.url));
        }
    } catch (const Error& e) {
        configured.mirrors.clear();
        configured.failure = e;
    }
    return configured;
}

void use_mirrors(const Configured& configured, config::ChangeVariables& variables) {
    if (configured.mirrors.empty()) return;
    variables.mirrors = configured.mirrors;
    variables.server =
        dist::Server::from(configured.mirrors.front().url, std::nullopt, variables.server.staged);
}

void use_mirrors(const Configured& configured, const platform::Environment& environment,
                 std::optional<std::string> home, std::function<void(const std::string&)> warn,
                 net::ClientOptions& options) {
    if (configured.failure && !options.refusal) options.refusal = configured.failure;
    if (configured.mirrors.empty()) return;
    auto credentials = std::make_shared<Credentials>(configured.mirrors, environment,
                                                     std::move(home), std::move(warn));
    options.authorization = [credentials](const net::Url& url) { return credentials->find(url); };
    if (configured.mirrors.size() > 1 && !environment.find("RUSTUP_DOWNLOAD_TIMEOUT")) {
        options.read_timeout = kStall;
    }
}

}  // namespace latchkey::mirrors

#include "server_text.hpp"

#include "latchkey/base/error.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/net/download_errors.hpp"
#include "latchkey/net/url.hpp"

namespace latchkey::toolchain {

Error download_error(const Services& services, const Error& cause, const std::string& url) {
    return net::download_error(cause, without_credentials(url),
                               services.home.temporary_file_of(url));
}

task::awaitable<std::optional<std::string>> fetch_text(Services& services, std::string url,
                                                       std::size_t limit_bytes,
                                                       unsigned max_retries) {
    net::Url parsed = net::Url::parse(url);
    try {
        std::optional<std::string> text =
            co_await services.client.fetch_text(std::move(parsed), limit_bytes, max_retries);
        co_return text;
    } catch (const Error& e) {
        throw download_error(services, e, url);
    }
}

}  // namespace latchkey::toolchain

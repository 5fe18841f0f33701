#include "signature.hpp"

#include <fmt/format.h>

#include <chrono>

#include "latchkey/base/error.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/dist/signed_release.hpp"
#include "latchkey/openpgp/verify.hpp"
#include "latchkey/task/group.hpp"
#include "latchkey/task/notice.hpp"
#include "latchkey/task/pause.hpp"
#include "latchkey/toolchain/release_signature.hpp"
#include "latchkey/toolchain/trusted_keys.hpp"
#include "server_text.hpp"

namespace latchkey::toolchain {
namespace {

using config::SignaturePolicy;

constexpr std::size_t kMaxSignatureBytes = 64 * 1024;
constexpr std::chrono::seconds kPatience{10};

/// What came of asking for a signature: a text, neither (there is none), or a failure.
struct Asked {
    std::optional<std::string> text;
    std::optional<Error> failure;
};

/// The file that is signed, and who waits for it.
struct Awaited {
    std::optional<std::string> text;
    bool done = false;
    task::Notice arrived;
};

task::awaitable<void> fetch_awaited(Services& services, std::string url, std::size_t limit_bytes,
                                    unsigned max_retries, Awaited& awaited) {
    awaited.text = co_await fetch_text(services, std::move(url), limit_bytes, max_retries);
    awaited.done = true;
    awaited.arrived.tell();
}

/// Ends by throwing, some time after the file has come.
task::awaitable<void> give_up_after(Awaited& awaited) {
    while (!awaited.done) co_await awaited.arrived.wait();
    co_await task::pause(kPatience);
    throw Error(Errc::unreachable,
                fmt::format("no answer for {} seconds after the file itself", kPatience.count()));
}

task::awaitable<void> ask(Services& services, std::string url, SignaturePolicy policy,
                          unsigned max_retries, Awaited& awaited, Asked& asked) {
    try {
        task::awaitable<std::optional<std::string>> asking =
            fetch_text(services, std::move(url), kMaxSignatureBytes, max_retries);
        if (policy == SignaturePolicy::require) {
            asked.text = co_await std::move(asking);
        } else {
            task::awaitable<void> watcher = give_up_after(awaited);
            asked.text = co_await task::first_of(std::move(asking), std::move(watcher));
        }
    } catch (const Error& e) {
        asked.failure = e;
    }
}

/// Nobody knows whether there is a signature, or what it says.
Error unknown_error(const std::string& url, const Error& cause) {
    return cause.in(fmt::format("could not check the signature of '{}'", without_credentials(url)));
}

/// Not `not_found`: the release is there.
Error no_signature_error(const std::string& url) {
    return {Errc::corrupt,
            fmt::format("the server has no signature '{}.asc', and one is required; `rustup set "
                        "signature warn` does without",
                        without_credentials(url))};
}

/// Throws: what is wrong.
void check(const store::Home& home, const std::optional<std::string>& further_key,
           const std::string& text, const std::string& signature) {
    const auto keys = load_trusted_keys(home, further_key);
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    (void)openpgp::verify(text, signature, keys, now);
}

}  // namespace

std::string warn_or_throw(const Error& failure, SignaturePolicy policy) {
    if (policy == SignaturePolicy::require) throw failure;
    return failure.what();
}

Error signature_error(const std::string& url, const Error& cause, SignaturePolicy policy) {
    const char* const advice = policy == SignaturePolicy::require
                                   ? "; nothing is installed from there unless the key is trusted, "
                                     "see `rustup trust list` and `rustup trust add KEYFILE`"
                                   : "";
    return {cause.code(), fmt::format("signature verification failed for '{}': {}{}",
                                      without_credentials(url), cause.what(), advice)};
}

task::awaitable<SignedText> fetch_signed(Services& services, std::string url,
                                         std::size_t limit_bytes, SignaturePolicy policy,
                                         unsigned max_retries) {
    SignedText result;
    if (policy == SignaturePolicy::off) {
        result.text = co_await fetch_text(services, std::move(url), limit_bytes, max_retries);
        co_return result;
    }
    Awaited awaited;
    Asked asked;
    std::vector<task::awaitable<void>> both;
    both.push_back(fetch_awaited(services, url, limit_bytes, max_retries, awaited));
    both.push_back(ask(services, url + ".asc", policy, max_retries, awaited, asked));
    co_await task::all(std::move(both));
    result.text = std::move(awaited.text);
    if (!result.text) co_return result;
    if (asked.failure) {
        result.warning = warn_or_throw(unknown_error(url, *asked.failure), policy);
        co_return result;
    }
    if (!asked.text) {
        if (policy == SignaturePolicy::require) throw no_signature_error(url);
        co_return result;
    }
    auto look = [&](const OnWorker&) {
        try {
            check(services.home, services.options.variables.pgp_key, *result.text, *asked.text);
            result.good = true;
        } catch (const Error& e) {
            result.warning = warn_or_throw(signature_error(url, e, policy), policy);
        }
    };
    co_await on_worker(services, look);
    co_return result;
}

std::optional<std::string> check_release_signature(const store::Home& home,
                                                   const std::optional<std::string>& further_key,
                                                   SignaturePolicy policy,
                                                   const dist::ToolchainName& name,
                                                   const TakenManifest& taken) {
    if (policy == SignaturePolicy::off) return std::nullopt;
    if (!taken.signature) {
        if (policy == SignaturePolicy::require) throw no_signature_error(taken.url);
        return std::nullopt;
    }
    try {
        check(home, further_key, taken.text, *taken.signature);
        const auto other = dist::find_other_release(taken.manifest, name);
        if (other) throw Error(Errc::corrupt, *other);
    } catch (const Error& e) {
        return warn_or_throw(signature_error(taken.url, e, policy), policy);
    }
    return std::nullopt;
}

}  // namespace latchkey::toolchain

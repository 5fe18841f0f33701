#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "latchkey/task/workers.hpp"
#include "response.hpp"
#include "trouble.hpp"
#include "wire.hpp"

namespace latchkey::net {

/// Some bytes of a body, and what came behind them.
class Block {
public:
    Block() = default;

    std::vector<std::byte> bytes;  ///< May be empty.
    bool last = false;             ///< The body is complete.
    std::optional<Trouble> trouble;
};

/// HTTP/1.1 over a wire: one request and its answer, then perhaps another.
///
/// Units: `limit` is what may pass without a byte.
class Connection {
public:
    using Limit = std::chrono::seconds;

    explicit Connection(boost::asio::ip::tcp::socket socket) : wire_(std::move(socket)) {}

    /// For what a proxy says before HTTP or TLS begins: sends these bytes, if any, and reads
    /// exactly so many.
    task::awaitable<Block> ask(std::string bytes, std::size_t count, Limit limit);

    /// Empty: TLS is there, and the certificate is trusted and for `host`. The connection is as
    /// new, whatever a proxy said on it before.
    task::awaitable<std::optional<Trouble>> start_tls(std::shared_ptr<const TlsContext> context,
                                                      std::string host, Limit limit);

    /// Empty: the request is out. Begins a new answer.
    task::awaitable<std::optional<Trouble>> send(std::string request, Limit limit);

    /// Empty: the head is there. Interim answers (100–199) are skipped.
    task::awaitable<std::optional<Trouble>> read_head(Limit limit);

    [[nodiscard]] const Head& head() const noexcept { return reader_->head(); }

    /// The next part of the body: all that comes soon, up to 256 KiB. Where none of it is there
    /// yet, `begins_to_wait` is called, if there is one.
    task::awaitable<Block> read_body(Limit limit,
                                     const std::function<void()>* begins_to_wait = nullptr);

    /// It has carried a request before.
    [[nodiscard]] bool used() const noexcept { return answers_ > 0; }

    /// The answer was read to its end, and the server lets another request follow.
    [[nodiscard]] bool reusable() const noexcept;

    /// Still open, and silent as it must be between two requests.
    [[nodiscard]] bool quiet() { return wire_.quiet(); }

private:
    enum class Body { none, counted, chunked, until_close };

    std::optional<Trouble> begin_body();
    task::awaitable<Block> read_plain(Limit limit, const std::function<void()>* begins_to_wait);
    task::awaitable<Block> read_chunked(Limit limit, const std::function<void()>* begins_to_wait);
    bool take_chunks(Block& block);
    std::size_t take_pending(std::span<std::byte> bytes);
    void finish_block(Block& block);
    [[nodiscard]] Trouble timed_out(Limit limit) const;
    [[nodiscard]] Trouble cut_off(bool closed) const;
    [[nodiscard]] std::string progress() const;

    Wire wire_;
    std::unique_ptr<ResponseReader> reader_;
    std::vector<std::byte> pending_;  // Came with what was read before.
    Body body_ = Body::none;
    std::optional<std::uint64_t> length_bytes_;
    std::uint64_t received_bytes_ = 0;
    std::unique_ptr<std::byte[]> space_;  // For a block, once one is read.
    bool in_body_ = false;
    bool complete_ = false;
    unsigned answers_ = 0;
};

}  // namespace latchkey::net

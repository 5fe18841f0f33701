#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace latchkey::net {

/// What a head may have, as with rustup's HTTP client.
constexpr std::size_t kHeadLimitBytes = 408 * 1024;

/// What an answer says before its body.
struct Head {
    int status = 0;
    std::optional<std::uint64_t> length_bytes;  ///< Of the body; empty: until its end shows.
    bool bodiless = false;                      ///< By its status: there is none, whatever it says.
    bool chunked = false;
    bool keep_alive = false;
    std::string transfer_encoding;
    std::string location;
    std::string content_range;
    std::string retry_after;
    bool ranges = false;  ///< `Accept-Ranges: bytes`, or a part is what came.
};

/// Reads one answer, by Beast's parser; of a head, what StrictHead makes of it. Knows nothing of
/// sockets.
///
/// Source: RFC 9112.
class ResponseReader {
public:
    ResponseReader();
    ~ResponseReader();
    ResponseReader(const ResponseReader&) = delete;
    ResponseReader& operator=(const ResponseReader&) = delete;

    enum class State { more, done, bad };
    struct Step {
        State state;
        std::size_t used;  ///< Bytes of the input; the rest is given again, with more behind it.
    };

    /// Until the head is done. Uses nothing before.
    ///
    /// Requires: what was given before, at the front; no more than kHeadLimitBytes and a step.
    Step read_head(std::span<const std::byte> input);
    [[nodiscard]] const Head& head() const noexcept;

    /// After a head that is chunked: the body's bytes are appended to `body`.
    Step read_chunks(std::span<const std::byte> input, std::vector<std::byte>& body);

    /// What was bad.
    [[nodiscard]] std::string reason() const;

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace latchkey::net

#pragma once

#include <string>
#include <string_view>

namespace latchkey::net {

/// The head of an answer as it should have been sent, for a parser that insists.
class StrictHead {
public:
    /// Reads the head as clients do, not as servers should send it. Lines may end with LF alone.
    /// Empty lines in front are skipped. A reason is neither needed nor kept. A field may go on in
    /// the next line. The transfer encoding `identity` says nothing. A length beside a transfer
    /// encoding is dropped; the same length twice is one. A field of more than 32 KiB is dropped:
    /// it is none that we read. What makes no sense even so is left to the parser to refuse.
    ///
    /// Shape:  up to and with the empty line.
    /// Source: RFC 9112, 2.2, 4, 5.2 and 6.3; RFC 9110, 8.6; RFC 2616, 3.6, for `identity`.
    explicit StrictHead(std::string_view head);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    /// There was a length beside a transfer encoding: the connection cannot be trusted afterwards.
    [[nodiscard]] bool contradictory() const noexcept { return contradictory_; }

private:
    std::string text_;
    bool contradictory_ = false;
};

/// Where the head ends that begins with `text`, behind its empty line; npos where it does not yet.
/// `searched` bytes of it are known to have no end.
std::size_t find_head_end(std::string_view text, std::size_t searched);

/// Whether it may be the beginning of an answer. Empty lines in front do not count.
bool may_begin_answer(std::string_view text);

}  // namespace latchkey::net

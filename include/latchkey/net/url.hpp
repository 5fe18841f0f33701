#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::net {

/// An absolute URL: something that a client can be asked for.
///
/// As browsers and rustup do it, tidy_url() comes first, bytes that a URL may not contain (blanks,
/// quotes, what is not ASCII) are percent-encoded, and "." and ".." are taken out of the path.
/// Nothing else of the text is changed. The host has nothing but letters, digits and `.-_~:`, also
/// once it is decoded, so that it cannot end a line of a request.
///
/// Source: RFC 3986; WHATWG, "URL".
class Url {
public:
    /// Any scheme; which ones can be fetched is the client's business.
    ///
    /// Throws: Errc::usage "failed to parse url: TEXT", without credentials.
    static Url parse(std::string_view text);

    /// The whole URL, with a password if it has one.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    /// For messages: the same without user, password, query and fragment. A query may have a
    /// signature, which is as good as a password. Where an '@' is behind a port, a part of a
    /// password may have become the port: then it is the scheme and the host alone.
    [[nodiscard]] std::string shown() const;

    /// Shape: lower-case.
    [[nodiscard]] const std::string& scheme() const noexcept { return scheme_; }

    /// Shape: lower-case, decoded; an IPv6 address without brackets. Empty in most file URLs.
    [[nodiscard]] const std::string& host() const noexcept { return host_; }

    /// The one that is named, else the scheme's own; 0 where it has none.
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// `host` or `host:port` as the Host header wants it: with brackets, without a default port.
    [[nodiscard]] std::string authority() const;

    /// `host:port` as CONNECT wants it: with brackets, always with a port.
    [[nodiscard]] std::string host_and_port() const;

    /// `user:password`, decoded, where the URL has some.
    [[nodiscard]] const std::optional<std::string>& credentials() const noexcept {
        return credentials_;
    }

    /// Path and query as a request line wants them: never empty, begins with "/".
    [[nodiscard]] std::string target() const;

    /// The path on this machine that a file URL names.
    ///
    /// Throws: Errc::usage "bogus file url: 'URL'" for another scheme, a foreign host, a NUL byte.
    [[nodiscard]] std::string file_path() const;

    /// What a `Location` header means here; it may be relative. The fragment is dropped.
    ///
    /// Throws: as `parse`, without the query.
    [[nodiscard]] Url resolve(std::string_view location) const;

    friend bool operator==(const Url& one, const Url& other) noexcept {
        return one.text_ == other.text_;
    }

private:
    Url() = default;
    static std::optional<Url> find(std::string_view text);
    static Url parse_sent(const std::string& text);

    std::string text_;
    std::string scheme_;
    std::string host_;
    std::uint16_t port_ = 0;
    bool port_named_ = false;
    std::optional<std::string> credentials_;
    std::string path_;   ///< Encoded, without dots.
    std::string query_;  ///< Encoded, with its "?".
};

}  // namespace latchkey::net

#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::net {

/// An absolute URL, ready for a client to fetch.
///
/// Read as browsers and rustup read it: tidy_url() comes first, bytes that a URL may not contain
/// (blanks, quotes, anything but ASCII) are percent-encoded, and "." and ".." are removed from the
/// path. Nothing else changes. The host, even decoded, consists of letters, digits and `.-_~:`, so
/// that it cannot end a line of a request.
///
/// Source: RFC 3986; WHATWG, "URL".
class Url {
public:
    /// Accepts any scheme. The client decides which ones it can fetch.
    ///
    /// Throws: Errc::usage "failed to parse url: TEXT", without credentials.
    static Url parse(std::string_view text);

    /// The whole URL, with a password if it has one.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    /// The URL for messages, without user, password, query and fragment. A query may contain a
    /// signature, which is as good as a password. If an '@' follows a port, the port may be a part
    /// of a password: then only scheme and host are shown.
    [[nodiscard]] std::string shown() const;

    /// Shape: lower-case.
    [[nodiscard]] const std::string& scheme() const noexcept { return scheme_; }

    /// Shape: lower-case, decoded; an IPv6 address without brackets. Empty in most file URLs.
    [[nodiscard]] const std::string& host() const noexcept { return host_; }

    /// The port of the URL, or else the scheme's default. 0: the scheme has none.
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// `host` or `host:port` as the Host header wants it: with brackets, without a default port.
    [[nodiscard]] std::string authority() const;

    /// `host:port` as CONNECT wants it: with brackets, always with a port.
    [[nodiscard]] std::string host_and_port() const;

    /// `user:password`, decoded. Empty: the URL has none.
    [[nodiscard]] const std::optional<std::string>& credentials() const noexcept {
        return credentials_;
    }

    /// Path and query for a request line.
    ///
    /// Shape: begins with "/".
    [[nodiscard]] std::string target() const;

    /// The path on this machine that a file URL names.
    ///
    /// Throws: Errc::usage "bogus file url: 'URL'" for another scheme, a foreign host, a NUL byte.
    [[nodiscard]] std::string file_path() const;

    /// The URL that a `Location` header means, relative to this one. The fragment is dropped.
    ///
    /// Throws: as parse(), without the query in the text.
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

/// The file URL of a path on this machine.
///
/// Shape: `path` is absolute, any bytes.
std::string file_url(std::string_view path);

}  // namespace latchkey::net

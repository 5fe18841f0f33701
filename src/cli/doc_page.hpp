#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace latchkey::cli {

/// One page of a toolchain's documentation.
struct DocPage {
    std::string path;                     ///< Of the file; that of a page flag may be missing.
    std::optional<std::string> name;      ///< What the message calls it; empty: the index.
    std::optional<std::string> fragment;  ///< A place inside it.

    /// For browsers. Source: RFC 8089, with what the URL standard escapes in paths and fragments.
    [[nodiscard]] std::string url() const;

    /// The same at a server of the documentation. `root` is find_doc_page()'s.
    [[nodiscard]] std::string served_url(const std::string& root, std::uint16_t port) const;
};

/// The page of a flag, of a topic ("fn", "std::fs::read_dir", "keyword:fn"), of a topic below a
/// flag's page, or the index.
///
/// Requires: `flag` is one of args::doc_flags(). `root` is the toolchain's share/doc/rust/html.
/// Throws:   Errc::not_found, rustup's words, if there is nothing on the topic.
DocPage find_doc_page(const std::string& root, const std::optional<std::string>& flag,
                      const std::optional<std::string>& topic);

}  // namespace latchkey::cli

#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace latchkey::cli {

/// One page of a toolchain's documentation.
struct DocPage {
    std::string path;                     ///< The page's file. May be missing for a page flag.
    std::optional<std::string> name;      ///< The page's name in the message. Empty: the index.
    std::optional<std::string> fragment;  ///< A place in the page.

    /// The page's file URL.
    ///
    /// Source: RFC 8089, with what the URL standard escapes in paths and fragments.
    [[nodiscard]] std::string url() const;

    /// The page's URL at a local server of the documentation. `root` is that of find_doc_page().
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

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "latchkey/store/tree_index.hpp"

namespace latchkey::store {

/// Makes a gzip file (RFC 1952) of a text that comes in pieces. The same text gives the same bytes,
/// whatever the pieces.
class GzipWriter {
public:
    GzipWriter();
    GzipWriter(const GzipWriter&) = delete;
    GzipWriter& operator=(const GzipWriter&) = delete;
    ~GzipWriter();

    void add(std::string_view text);

    /// The whole file. Nothing may be added afterwards.
    std::string finish();

private:
    struct State;

    void pack(std::string_view text, bool is_last);

    std::unique_ptr<State> state_;
};

/// The lines of a gzip file; one that is not compressed is taken as it is. It is read meanwhile: so
/// they throw as well. Empty: it is not there.
///
/// Throws: Errc::corrupt naming `path`; Errc::io.
std::optional<NextLine> find_gzip_lines(const std::string& path);

/// Its first line, for which little more is read and inflated than that.
std::optional<std::string> find_gzip_line(const std::string& path);

}  // namespace latchkey::store

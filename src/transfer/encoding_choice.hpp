#pragma once

#include <optional>
#include <vector>

#include "latchkey/config/change_variables.hpp"
#include "latchkey/dist/manifest.hpp"

namespace latchkey::transfer {

/// What decides between few bytes and little work.
struct Circumstances {
    /// Units: bytes a second. Empty: not known yet.
    std::optional<double> line_bytes_per_second;

    /// Units: processors that nobody else uses. May be a fraction.
    double processors = 1;

    /// How many artifacts are fetched together.
    std::size_t together = 1;
};

/// The encoding of an artifact to fetch. Null: none has a usable hash.
///
/// Obeys `wish` if the artifact has that encoding. Without a wish, takes the encoding that will be
/// finished first. Downloading and decoding run at the same time, so the slower of the two decides.
/// Between equal ones, and if nothing is known of the line, takes rustup's choice: zst, xz, gz.
const dist::Source* choose_source(const std::vector<dist::Source>& sources,
                                  config::Compression wish, Circumstances circumstances);

/// An encoding that will be finished earlier than `current`, of which `share_left` is still to
/// come, although it must be fetched from its beginning. Null: there is none.
const dist::Source* find_better(const std::vector<dist::Source>& sources,
                                const dist::Source& current, double share_left,
                                Circumstances circumstances);

}  // namespace latchkey::transfer

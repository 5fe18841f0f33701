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

    /// Units: processors that nobody else uses, also parts of one.
    double processors = 1;

    /// How many artifacts are fetched together.
    std::size_t together = 1;
};

/// The encoding of an artifact that is best fetched; null where none has a hash that bytes can
/// match.
///
/// A wish is fulfilled where the artifact comes so. Left to itself, this takes the encoding that is
/// here first: the line brings its bytes while the processors decode it, so the slower of the two
/// is what it takes. Of those that are even, and where nothing is known of the line, the one that
/// rustup takes: zst, xz, gz.
const dist::Source* choose_source(const std::vector<dist::Source>& sources,
                                  config::Compression wish, Circumstances circumstances);

/// Which encoding is worth beginning again for, when `share_left` of `current` is still to come.
/// Null: go on.
const dist::Source* find_better(const std::vector<dist::Source>& sources,
                                const dist::Source& current, double share_left,
                                Circumstances circumstances);

}  // namespace latchkey::transfer

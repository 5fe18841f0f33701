#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace latchkey::cli {

/// Some lines at the cursor of a terminal, drawn again in place. The cursor stays below them and
/// nothing of the terminal is switched, so whoever is killed leaves it as it should be.
///
/// Thread: one at a time.
class RedrawnBlock {
public:
    /// What to send: over the last frame, the new one. Lines that do not fit are counted, not
    /// shown.
    ///
    /// Requires: lines without control characters.
    std::string frame(const std::vector<std::string>& lines, unsigned columns, unsigned rows);

private:
    std::vector<std::size_t> widths_;  // Of the lines on the screen, in code points.
};

/// The beginning of a line, as many code points as leave the last column free: terminals differ in
/// what they do after it.
std::string cut_to_columns(const std::string& line, unsigned columns);

std::size_t count_code_points(const std::string& text);

}  // namespace latchkey::cli

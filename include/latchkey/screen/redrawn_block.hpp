#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace latchkey::screen {

/// Lines at the cursor of a terminal that are redrawn in place. The cursor stays below them and no
/// mode of the terminal is changed, so a killed process leaves the terminal usable.
///
/// Thread: one at a time.
class RedrawnBlock {
public:
    /// The bytes that draw a new frame over the last one. Lines that do not fit are counted, not
    /// shown. The lines `above` come first, scroll up and stay.
    ///
    /// Requires: the lines have no control characters except escapes for colours.
    std::string frame(const std::vector<std::string>& lines, unsigned columns, unsigned rows,
                      const std::vector<std::string>& above = {});

    /// The bytes that erase the last frame, so that other text can take its place.
    std::string erased(unsigned columns, unsigned rows);

    /// Whether no line of this is on the screen.
    [[nodiscard]] bool empty() const noexcept { return widths_.empty(); }

private:
    [[nodiscard]] std::string back_to_begin(unsigned columns, unsigned rows) const;

    std::vector<std::size_t> widths_;  // Of the lines on the screen, in columns.
};

}  // namespace latchkey::screen

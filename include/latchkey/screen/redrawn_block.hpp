#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace latchkey::screen {

/// Some lines at the cursor of a terminal, drawn again in place. The cursor stays below them and
/// nothing of the terminal is switched, so whoever is killed leaves it as it should be.
///
/// Thread: one at a time.
class RedrawnBlock {
public:
    /// What to send: over the last frame, the new one. Lines that do not fit are counted, not
    /// shown. The lines `above` come first, scroll up and stay.
    ///
    /// Requires: lines without control characters but for colours.
    std::string frame(const std::vector<std::string>& lines, unsigned columns, unsigned rows,
                      const std::vector<std::string>& above = {});

    /// What to send so that other text can come in place of the last frame.
    std::string erased(unsigned columns, unsigned rows);

    /// Is nothing of this on the screen?
    [[nodiscard]] bool empty() const noexcept { return widths_.empty(); }

private:
    [[nodiscard]] std::string back_to_begin(unsigned columns, unsigned rows) const;

    std::vector<std::size_t> widths_;  // Of the lines on the screen, in columns.
};

}  // namespace latchkey::screen

#include "latchkey/screen/prose.hpp"

#include <algorithm>

#include "latchkey/base/text.hpp"

namespace latchkey::screen {
namespace {

constexpr std::size_t kColumns = 79;
constexpr std::string_view kBold = "\033[0m\033[1m";
constexpr std::string_view kPlain = "\033[0m";

/// One line, broken where it is too long.
class LineBreaker {
public:
    explicit LineBreaker(bool color) : color_(color) {}

    std::string broken(std::string_view line) {
        bool first = true;
        for (const std::string_view word : split(line, ' ')) {
            if (!first) write_blank();
            first = false;
            write_word(word);
        }
        return std::move(text_);
    }

private:
    void write_word(std::string_view word) {
        const auto marks =
            static_cast<std::size_t>(std::count(word.begin(), word.end(), kBoldMark));
        const std::size_t width = word.size() - marks;
        if (column_ > 0 && column_ + width > kColumns) break_line();
        for (const char letter : word) {
            if (letter != kBoldMark) {
                text_ += letter;
                continue;
            }
            bold_ = !bold_;
            if (color_) text_ += bold_ ? kBold : kPlain;
        }
        column_ += width;
    }

    /// A break swallows the blanks behind it.
    void write_blank() {
        if (column_ == 0) return;
        if (column_ >= kColumns) {
            break_line();
        } else {
            text_ += ' ';
            ++column_;
        }
    }

    void break_line() {
        text_ += '\n';
        column_ = 0;
    }

    bool color_;
    bool bold_ = false;
    std::size_t column_ = 0;
    std::string text_;
};

std::string heading(std::string_view line, bool color) {
    const std::string text = "\n" + std::string(line) + "\n";
    return (color ? std::string(kBold) + text + std::string(kPlain) : text) + "\n";
}

}  // namespace

std::string prose_text(std::string_view marked, bool color) {
    std::string text;
    for (const std::string_view line : lines(marked)) {
        if (line.starts_with("# ")) {
            text += heading(line.substr(2), color);
        } else if (line.starts_with("  ")) {
            text += std::string(line) + "\n";
        } else {
            text += LineBreaker(color).broken(line) + "\n";
        }
    }
    return text;
}

}  // namespace latchkey::screen

#include "styled_text.hpp"

#include <vector>

#include "latchkey/base/text.hpp"

namespace latchkey::args {

namespace {

std::string_view escapes(Style style) {
    switch (style) {
        case Style::heading:
            return "\033[1m\033[92m";
        case Style::literal:
            return "\033[1m\033[96m";
        case Style::placeholder:
            return "\033[36m";
        case Style::bold:
            return "\033[1m";
        case Style::error:
            return "\033[1m\033[91m";
        case Style::invalid:
            return "\033[1m\033[33m";
        case Style::valid:
            return "\033[1m\033[96m";
    }
    return {};
}

Style style_of(char letter) {
    switch (letter) {
        case 'h':
            return Style::heading;
        case 'l':
            return Style::literal;
        case 'p':
            return Style::placeholder;
        default:
            return Style::bold;
    }
}

/// The next escape sequence: where it begins and ends; both npos where there is none.
struct Escape {
    std::size_t begin;
    std::size_t end;
};

Escape find_escape(std::string_view text, std::size_t from) {
    const std::size_t begin = text.find('\033', from);
    if (begin == std::string_view::npos) return {begin, begin};
    const std::size_t last = text.find('m', begin);
    return {begin, last == std::string_view::npos ? text.size() : last + 1};
}

/// Words with the blanks behind them; leading blanks are a word.
std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    std::size_t start = 0;
    for (std::size_t at = 1; at < line.size(); ++at) {
        if (line[at - 1] == ' ' && line[at] != ' ') {
            words.push_back(line.substr(start, at - start));
            start = at;
        }
    }
    if (start < line.size()) words.push_back(line.substr(start));
    return words;
}

std::size_t width_of(std::string_view word) {
    const std::size_t last = word.find_last_not_of(" \n");
    return last == std::string_view::npos ? 0 : last + 1;
}

/// Breaks pieces of text that follow each other; a piece ends at an escape sequence.
class Wrapper {
public:
    explicit Wrapper(std::size_t width) : width_(width) {}

    void add_escape(std::string_view escape) { result_ += escape; }

    void add_piece(std::string_view piece) {
        while (!piece.empty()) {
            const std::size_t end = piece.find('\n');
            const std::string_view line =
                end == std::string_view::npos ? piece : piece.substr(0, end + 1);
            add_line(line);
            piece.remove_prefix(line.size());
            if (!piece.empty()) start_line();
        }
    }

    std::string finish() && {
        result_.erase(result_.find_last_not_of(" \n") + 1);
        return std::move(result_);
    }

private:
    void start_line() {
        column_ = 0;
        indent_.clear();
        indent_known_ = false;
    }

    void add_line(std::string_view line) {
        const std::vector<std::string_view> words = words_of(line);
        if (!indent_known_ && !words.empty()) {
            indent_ = width_of(words.front()) == 0 ? std::string(words.front()) : std::string();
            indent_known_ = true;
        }
        const bool at_start = column_ == 0;
        for (std::size_t i = 0; i < words.size(); ++i) {
            const std::size_t width = width_of(words[i]);
            const bool first = at_start && (i == 0 || (i == 1 && width_of(words[0]) == 0));
            if (!first && width_ < column_ + width) break_line(i > 0);
            result_ += words[i];
            column_ += words[i].size();
        }
    }

    void break_line(bool inside_piece) {
        if (inside_piece) result_.erase(result_.find_last_not_of(' ') + 1);
        result_ += '\n';
        result_ += indent_;
        column_ = indent_.size();
    }

    std::size_t width_;
    std::size_t column_ = 0;
    std::string indent_;  // May be a line end, as in clap.
    bool indent_known_ = false;
    std::string result_;
};

}  // namespace

std::string styled(Style style, std::string_view text) {
    if (text.empty()) return {};
    return std::string(escapes(style)).append(text).append("\033[0m");
}

std::string styled_markup(std::string_view marked) {
    std::string result;
    for (;;) {
        const std::size_t begin = marked.find("{{");
        result += marked.substr(0, begin);
        if (begin == std::string_view::npos) return result;
        const std::size_t end = marked.find("}}", begin);
        const char letter = marked[begin + 2];
        result += styled(style_of(letter), marked.substr(begin + 4, end - begin - 4));
        marked.remove_prefix(end + 2);
    }
}

std::string without_escapes(std::string_view text) {
    std::string result;
    for (std::size_t at = 0;;) {
        const Escape escape = find_escape(text, at);
        result += text.substr(at, escape.begin - at);
        if (escape.begin == std::string_view::npos) return result;
        at = escape.end;
    }
}

std::string wrapped(std::string_view text, unsigned width) {
    Wrapper wrapper(width);
    for (std::size_t at = 0;;) {
        const Escape escape = find_escape(text, at);
        wrapper.add_piece(text.substr(at, escape.begin - at));
        if (escape.begin == std::string_view::npos) return std::move(wrapper).finish();
        wrapper.add_escape(text.substr(escape.begin, escape.end - escape.begin));
        at = escape.end;
    }
}

std::string hanging(std::string_view text, std::size_t indent) {
    return replace_all(text, "\n", "\n" + std::string(indent, ' '));
}

}  // namespace latchkey::args

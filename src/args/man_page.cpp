#include "latchkey/args/man_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "latchkey/base/text.hpp"
#include "styled_text.hpp"
#include "usage.hpp"

#ifndef LATCHKEY_VERSION
#error "the build says which version this is"
#endif

namespace latchkey::args {
namespace {

constexpr std::string_view kCodeIndent = "    ";

/// What roff takes for itself, as the characters that are meant.
std::string_view escaped(char letter) {
    switch (letter) {
        case '\\':
            return "\\e";
        case '-':
            return "\\-";
        case '\'':
            return "\\(aq";
        case '`':
            return "\\(ga";
        case '^':
            return "\\(ha";
        case '~':
            return "\\(ti";
        case '"':
            return "\\(dq";
        default:
            return {};
    }
}

std::string roff(std::string_view text) {
    std::string result;
    for (const char letter : text) {
        const std::string_view replacement = escaped(letter);
        if (replacement.empty()) {
            result += letter;
        } else {
            result += replacement;
        }
    }
    return result;
}

std::string bold(std::string_view text) {
    return "\\fB" + roff(text) + "\\fR";
}

std::string italic(std::string_view text) {
    return "\\fI" + roff(text) + "\\fR";
}

std::string upper(std::string_view text) {
    std::string result(text);
    for (char& letter : result) {
        letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    }
    return result;
}

/// The page's text, with space between blocks, but none where a section begins: roff's readers
/// complain of it there.
class Writer {
public:
    void section(std::string_view title) { begin(fmt::format(".SH {}\n", roff(upper(title)))); }
    void subsection(std::string_view title) { begin(fmt::format(".SS {}\n", roff(title))); }

    /// The next line begins a paragraph.
    void end_paragraph() {
        end_code();
        ended_ = true;
        bold_ = false;
    }

    /// A line of prose; what stands in backquotes, over several lines too, is bold.
    void line(std::string_view text) {
        end_code();
        separate(".PP\n");
        text_ += guarded(prose(text)) + "\n";
        fresh_ = false;
    }

    void item(std::string_view text) {
        end_paragraph();
        text_ += ".IP \\(bu 2\n";
        ended_ = false;
        line(text);
    }

    /// `term` is roff already.
    void definition(std::string_view term, std::string_view text) {
        end_paragraph();
        text_ += fmt::format(".TP\n{}\n", guarded(std::string(term)));
        ended_ = false;
        // A term without a description would take the next one for it.
        line(text.empty() ? std::string_view(" ") : text);
    }

    void code(std::string_view text) {
        if (!in_code_) {
            separate(".sp\n");
            text_ += ".RS 4\n.EX\n";
            in_code_ = true;
        }
        for (; blank_lines_ > 0; --blank_lines_) text_ += '\n';
        text_ += guarded(roff(text)) + "\n";
        fresh_ = false;
    }

    void blank() {
        if (in_code_) {
            ++blank_lines_;
        } else {
            end_paragraph();
        }
    }

    void raw(std::string_view text) { text_ += text; }

    std::string finish() && {
        end_code();
        return std::move(text_);
    }

private:
    void begin(const std::string& heading) {
        end_code();
        text_ += heading;
        fresh_ = true;
        ended_ = false;
        bold_ = false;
    }

    void separate(std::string_view request) {
        if (ended_ && !fresh_) text_ += request;
        ended_ = false;
    }

    void end_code() {
        if (!in_code_) return;
        text_ += ".EE\n.RE\n";
        in_code_ = false;
        ended_ = true;
        blank_lines_ = 0;
    }

    std::string prose(std::string_view text) {
        if (text == " ") return "\\&";
        std::string result;
        for (const char letter : text) {
            if (letter == '`') {
                bold_ = !bold_;
                result += bold_ ? "\\fB" : "\\fR";
            } else {
                result += roff(std::string_view(&letter, 1));
            }
        }
        return result;
    }

    /// A line that begins with a dot would be a request.
    static std::string guarded(std::string line) {
        return line.starts_with('.') ? "\\&" + line : line;
    }

    std::string text_;
    bool fresh_ = true;  ///< Nothing is below the heading yet.
    bool ended_ = false;
    bool bold_ = false;
    bool in_code_ = false;
    std::size_t blank_lines_ = 0;
};

/// The text in "{{k:text}}" if the line is nothing else, as a heading is.
std::string_view heading_of(std::string_view line, char kind) {
    const std::string begin = std::string("{{") + kind + ":";
    if (!line.starts_with(begin) || !line.ends_with("}}")) return {};
    line.remove_prefix(begin.size());
    line.remove_suffix(2);
    if (line.ends_with(':')) line.remove_suffix(1);
    return line;
}

std::string plain(std::string_view marked) {
    return without_escapes(styled_markup(marked));
}

void write_discussion_line(Writer& page, std::string_view line) {
    const std::string_view text = trim(line);
    if (text.empty()) return page.blank();
    if (const std::string_view title = heading_of(line, 'h'); !title.empty()) {
        return page.section(title);
    }
    if (line.starts_with(kCodeIndent)) return page.code(plain(line.substr(kCodeIndent.size())));
    if (const std::string_view title = heading_of(text, 'b'); !title.empty()) {
        return page.subsection(title);
    }
    if (text.starts_with("- ")) return page.item(plain(text.substr(2)));
    if (text.starts_with("{{l:")) {  // "{{l:100}} What that means."
        const std::size_t end = text.find("}}");
        return page.definition(bold(text.substr(4, end - 4)), plain(trim(text.substr(end + 2))));
    }
    page.line(plain(text));
}

void write_discussion(Writer& page, std::string_view discussion) {
    bool in_list = false;
    for (const std::string_view line : lines(discussion)) {
        const bool is_item = trim(line).starts_with("- ");
        if (in_list && !is_item) page.end_paragraph();
        in_list = is_item;
        write_discussion_line(page, line);
    }
}

std::string option_term(const Argument& option) {
    std::string term;
    if (option.short_name != 0) term = bold(std::string("-") + option.short_name);
    if (!option.long_name.empty()) {
        if (!term.empty()) term += ", ";
        term += bold("--" + std::string(option.long_name));
    }
    if (option.takes_value()) term += " " + italic("<" + std::string(option.value_name) + ">");
    return term;
}

/// Which commands have a page of rustup's.
bool is_rustups(std::string_view name) {
    const auto& commands = rustup_command().subcommands;
    return std::ranges::any_of(commands, [name](const Command& each) { return each.name == name; });
}

std::string page_name(std::string_view parent, const Command& command) {
    const bool moved = parent == "latchkey" && is_rustups(command.name);
    return fmt::format("{}-{}", moved ? "rustup" : parent, command.name);
}

void write_synopsis(Writer& page, const Command& command, const std::string& path) {
    const std::string usage = without_escapes(styled_usage(command, path, {}));
    const std::string rest = usage.substr(std::string("Usage: ").size() + path.size());
    page.raw(bold(path) + roff(rest) + "\n");
}

/// The page of the command above; of a root, that of the other one.
std::string parent_of(const Command& command, const std::string& name, const std::string& path) {
    if (name == path) return name == "rustup" ? "latchkey" : "rustup";
    return name.substr(0, name.size() - command.name.size() - 1);
}

void write_page(std::vector<ManPage>& pages, const Command& command, const std::string& name,
                const std::string& path, std::string_view date) {
    Writer page;
    page.raw(fmt::format(".TH {} 1 \"{}\" \"Latchkey {}\" \"User Commands\"\n", roff(upper(name)),
                         date, LATCHKEY_VERSION));
    page.section("Name");
    page.raw(fmt::format("{} \\- {}\n", roff(name), roff(command.about)));
    page.section("Synopsis");
    write_synopsis(page, command, path);
    const auto is_visible = [](const Command& each) { return each.visible; };
    if (std::ranges::any_of(command.subcommands, is_visible)) page.section("Commands");
    for (const Command& each : command.subcommands) {
        if (each.visible) page.definition(bold(page_name(name, each)) + "(1)", each.about);
    }
    if (!command.positionals.empty()) page.section("Arguments");
    for (const Argument& each : command.positionals) {
        page.definition(italic(shown_name(each)), described(each));
    }
    page.section("Options");
    for (const Argument* each : options_of(command)) {
        if (each->visible) page.definition(option_term(*each), described(*each));
    }
    page.end_paragraph();
    write_discussion(page, command.discussion);
    page.section("See also");
    page.raw(bold(parent_of(command, name, path)) + "(1)\n");
    pages.push_back({name, std::move(page).finish()});
}

void write_pages(std::vector<ManPage>& pages, const Command& command, const std::string& name,
                 const std::string& path, std::string_view date) {
    write_page(pages, command, name, path, date);
    for (const Command& each : command.subcommands) {
        const std::string own = page_name(name, each);
        if (!each.visible || (name == "latchkey" && own.starts_with("rustup-"))) continue;
        write_pages(pages, each, own, path + " " + std::string(each.name), date);
    }
}

}  // namespace

std::vector<ManPage> man_pages(std::string_view date) {
    std::vector<ManPage> pages;
    for (const Command* root : {&rustup_command(), &latchkey_command(), &rustup_init_command()}) {
        const std::string name(root->name);
        write_pages(pages, *root, name, name, date);
    }
    return pages;
}

}  // namespace latchkey::args

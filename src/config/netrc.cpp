#include "latchkey/config/netrc.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "latchkey/base/text.hpp"

namespace latchkey::config {
namespace {

/// One letter of a quoted word behind a backslash.
char unescaped(char letter) {
    switch (letter) {
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return letter;
    }
}

bool is_blank(char letter) {
    return letter == ' ' || letter == '\t' || letter == '\r';
}

/// The words of a line. A quote that does not end takes the rest.
std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at < line.size();) {
        if (is_blank(line[at])) {
            ++at;
            continue;
        }
        std::string word;
        if (line[at] == '"') {
            for (++at; at < line.size() && line[at] != '"'; ++at) {
                const bool escaped = line[at] == '\\' && at + 1 < line.size();
                word += escaped ? unescaped(line[++at]) : line[at];
            }
            ++at;
        } else {
            for (; at < line.size() && !is_blank(line[at]); ++at) word += line[at];
        }
        words.push_back(std::move(word));
    }
    return words;
}

/// Takes words one after another, and remembers what they say of one host.
class Reading {
public:
    explicit Reading(std::string_view host) : host_(host) {}

    /// False: what follows does not concern the host.
    bool take(const std::string& word) {
        if (const std::string wanted = std::exchange(wanted_, ""); !wanted.empty()) {
            take_value(wanted, word);
        } else if (word == "machine" || word == "default") {
            if (concerns_) return false;
            concerns_ = word == "default";
            if (!concerns_) wanted_ = word;
        } else if (word == "login" || word == "password" || word == "account") {
            wanted_ = word;
        }
        return true;
    }

    [[nodiscard]] std::optional<std::string> credentials() const {
        if (!concerns_ || !password_) return std::nullopt;
        return user_ + ":" + *password_;
    }

private:
    void take_value(const std::string& key, const std::string& value) {
        if (key == "machine") concerns_ = value == host_;
        if (!concerns_) return;
        if (key == "login") user_ = value;
        if (key == "password") password_ = value;
    }

    const std::string_view host_;
    std::string wanted_;  ///< The key of which the next word is the value.
    bool concerns_ = false;
    std::string user_;
    std::optional<std::string> password_;
};

}  // namespace

std::optional<std::string> find_netrc_credentials(std::string_view text, std::string_view host) {
    Reading reading(host);
    bool in_macro = false;
    for (const std::string_view line : lines(text)) {
        in_macro = in_macro && !trim(line).empty();
        if (in_macro || trim(line).starts_with('#')) continue;
        const std::vector<std::string> words = words_of(line);
        for (const std::string& word : words) {
            in_macro = word == "macdef";
            if (in_macro) break;
            if (!reading.take(word)) return reading.credentials();
        }
    }
    return reading.credentials();
}

}  // namespace latchkey::config

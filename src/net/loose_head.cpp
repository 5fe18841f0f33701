#include "loose_head.hpp"

#include <algorithm>
#include <vector>

#include "latchkey/base/text.hpp"

namespace latchkey::net {
namespace {

constexpr std::size_t kMostFieldBytes = 32 * 1024;
constexpr std::string_view kLineEnd = "\r\n";

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

/// Without the lines' ends, and with what belongs to a line in that line.
std::vector<std::string> unfolded(std::string_view head) {
    std::vector<std::string> found;
    for (std::string_view line : lines(head)) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty()) continue;
        const bool goes_on = line[0] == ' ' || line[0] == '\t';
        if (goes_on && found.size() > 1) {
            found.back().append(" ").append(trim(line));
        } else {
            found.emplace_back(line);
        }
    }
    return found;
}

std::string without_reason(std::string_view line) {
    const std::size_t version_end = line.find_first_of(" \t");
    if (version_end == std::string_view::npos) return std::string(line);
    const std::string_view rest = trim(line.substr(version_end));
    std::string result(line.substr(0, version_end));
    return result.append(" ").append(rest.substr(0, rest.find_first_of(" \t"))).append(" ");
}

void add_items(std::vector<std::string>& items, std::string_view value) {
    for (const std::string_view item : split(value, ',')) items.emplace_back(trim(item));
}

}  // namespace

StrictHead::StrictHead(std::string_view head) {
    std::vector<std::string> lengths;
    std::vector<std::string> encodings;
    bool first = true;
    for (const std::string& line : unfolded(head)) {
        if (std::exchange(first, false)) {
            text_ += without_reason(line);
            text_ += kLineEnd;
            continue;
        }
        const std::size_t colon = std::min(line.find(':'), line.size());
        const std::string name = lower(line.substr(0, colon));
        const std::string_view value =
            std::string_view(line).substr(std::min(colon + 1, line.size()));
        if (name == "content-length") {
            add_items(lengths, value);
        } else if (name == "transfer-encoding") {
            add_items(encodings, value);
        } else if (line.size() <= kMostFieldBytes) {
            text_ += line;
            text_ += kLineEnd;
        }
    }
    std::erase_if(encodings, [](const std::string& item) { return lower(item) == "identity"; });
    contradictory_ = !lengths.empty() && !encodings.empty();
    if (!encodings.empty()) {
        text_.append("Transfer-Encoding: ").append(join(encodings, ", ")).append(kLineEnd);
    } else if (!lengths.empty()) {
        const bool same = std::ranges::count(lengths, lengths[0]) == std::ssize(lengths);
        text_.append("Content-Length: ").append(same ? lengths[0] : join(lengths, ", "));
        text_ += kLineEnd;
    }
    text_ += kLineEnd;
}

std::size_t find_head_end(std::string_view text, std::size_t searched) {
    // The end of the last line before may be among what was searched.
    std::size_t at = searched < 2 ? 0 : searched - 2;
    at = std::max(at, std::min(text.find_first_not_of(kLineEnd), text.size()));
    while ((at = text.find('\n', at)) != std::string_view::npos) {
        ++at;
        const std::string_view rest = text.substr(at);
        if (rest.starts_with('\n')) return at + 1;
        if (rest.starts_with(kLineEnd)) return at + 2;
    }
    return std::string_view::npos;
}

bool may_begin_answer(std::string_view text) {
    constexpr std::string_view kBegin = "HTTP/";
    text.remove_prefix(std::min(text.find_first_not_of(kLineEnd), text.size()));
    return kBegin.starts_with(text.substr(0, kBegin.size()));
}

}  // namespace latchkey::net

#include "ledger.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "export_head.hpp"
#include "latchkey/base/digest.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"

namespace latchkey::fleet {
namespace {

constexpr std::string_view kHead = "latchkey-mirror ";
constexpr std::string_view kFormat = "1";
constexpr std::string_view kEnd = "end mirror";

/// The words of a line; the last of `count` takes what is left.
std::vector<std::string_view> words_of(std::string_view line, std::size_t count) {
    std::vector<std::string_view> words;
    while (words.size() + 1 < count) {
        const std::size_t blank = line.find(' ');
        if (blank == std::string_view::npos) break;
        words.push_back(line.substr(0, blank));
        line.remove_prefix(blank + 1);
    }
    words.push_back(line);
    return words;
}

/// Reads the lines behind the first. False: the line makes no sense.
class LedgerReader {
public:
    bool take(std::string_view line) {
        if (line == kEnd) return ended_ = true;
        const std::string_view kind = words_of(line, 2)[0];
        if (kind == "file") return take_file(words_of(line, 5));
        if (kind == "note") return take_note(words_of(line, 2));
        if (kind == "release") return take_release(words_of(line, 6));
        return kind == "archive" && take_archive(words_of(line, 2));
    }

    [[nodiscard]] bool ended() const noexcept { return ended_; }
    Ledger ledger;

private:
    bool take_file(const std::vector<std::string_view>& words) {
        if (words.size() != 5 || !Digest::parse(words[1]) || !is_below(words[4])) return false;
        const auto size = parse_number(words[2]);
        const bool known = words[3] == "own" || words[3] == "found";
        if (!known || (!size && words[2] != "-")) return false;
        const LedgerFile file{std::string(words[1]), size, words[3] == "own"};
        return ledger.files.emplace(words[4], file).second;
    }

    bool take_note(const std::vector<std::string_view>& words) {
        return words.size() == 2 && is_below(words[1]) && ledger.notes.emplace(words[1]).second;
    }

    bool take_release(const std::vector<std::string_view>& words) {
        if (words.size() != 6 || !Digest::parse(words[3]) || words[1].empty()) return false;
        const bool known = (words[4] == "current" || words[4] == "former") &&
                           (words[5] == "published" || words[5] == "coming");
        if (!known || !is_below(words[2])) return false;
        ledger.releases.push_back({std::string(words[1]),
                                   std::string(words[2]),
                                   std::string(words[3]),
                                   {},
                                   words[4] == "current",
                                   words[5] == "published"});
        return true;
    }

    bool take_archive(const std::vector<std::string_view>& words) {
        return words.size() == 2 && !ledger.releases.empty() &&
               ledger.files.contains(std::string(words[1])) &&
               ledger.releases.back().archives.emplace(words[1]).second;
    }

    bool ended_ = false;
};

}  // namespace

LedgerRelease* Ledger::find(std::string_view channel, std::string_view date) {
    const auto found = std::ranges::find_if(releases, [&](const LedgerRelease& each) {
        return each.channel == channel && each.date == date;
    });
    return found == releases.end() ? nullptr : &*found;
}

Ledger parse_ledger(std::string_view text, const std::string& shown_path) {
    const auto all = lines(text);
    const std::string_view head = all.empty() ? std::string_view() : all.front();
    if (head.starts_with(kHead) && head.substr(kHead.size()) != kFormat &&
        parse_number(head.substr(kHead.size()))) {
        throw Error(Errc::unsupported,
                    fmt::format("'{}' is of a newer Latchkey (format {}); use that, or mirror into "
                                "another folder",
                                shown_path, head.substr(kHead.size())));
    }
    LedgerReader reader;
    std::size_t read = head.starts_with(kHead) ? 1 : 0;  // Lines that make sense.
    bool sound = read == 1;
    while (sound && !reader.ended() && read < all.size()) {
        sound = reader.take(all[read]);
        if (sound) ++read;
    }
    if (sound && reader.ended()) return std::move(reader.ledger);
    throw Error(Errc::corrupt,
                fmt::format("'{}' is damaged at line {}; delete it to go on: what lies in the "
                            "folder is then used if it is right, and never deleted",
                            shown_path, read + 1));
}

std::string str(const Ledger& ledger) {
    std::string text = fmt::format("{}{}\n", kHead, kFormat);
    for (const auto& [path, file] : ledger.files) {
        text += fmt::format("file {} {} {} {}\n", file.hash,
                            file.size_bytes ? std::to_string(*file.size_bytes) : "-",
                            file.own ? "own" : "found", path);
    }
    for (const std::string& path : ledger.notes) text += fmt::format("note {}\n", path);
    for (const LedgerRelease& each : ledger.releases) {
        text += fmt::format("release {} {} {} {} {}\n", each.channel, each.date, each.hash,
                            each.current ? "current" : "former",
                            each.published ? "published" : "coming");
        for (const std::string& path : each.archives) text += fmt::format("archive {}\n", path);
    }
    return text + fmt::format("{}\n", kEnd);
}

}  // namespace latchkey::fleet

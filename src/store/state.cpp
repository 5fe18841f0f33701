#include "latchkey/store/state.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "escaped.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"

namespace latchkey::store {
namespace {

constexpr std::string_view kFamily = "latchkey-state ";
constexpr std::string_view kFormat = "2";

constexpr std::array<std::string_view, 4> kStandings = {"listed", "pending", "arriving", "leaving"};
constexpr std::array<std::string_view, 4> kPlaces = {"home", "away", "removed", "link"};

void append(std::string& text, std::string_view key, std::string_view value) {
    text.append(key).append(" ").append(value).append("\n");
}

/// "listed clippy-preview x86_64-unknown-linux-gnu 1 <tree>". Packages and targets have no blanks;
/// a tree's name comes last.
std::string component_text(const StateComponent& each) {
    return fmt::format("{} {} {} {} {}", kStandings[static_cast<std::size_t>(each.standing)],
                       each.component.pkg, each.component.target_text(),
                       each.component.is_extension ? 1 : 0, each.tree.empty() ? "-" : each.tree);
}

/// Reads lines, each with the key that it must have.
class Lines {
public:
    Lines(std::string_view text, const std::string& shown_path)
        : rest_(text), shown_path_(shown_path) {}

    [[noreturn]] void refuse() const {
        throw Error(Errc::corrupt, "'" + shown_path_ + "' is damaged");
    }

    [[nodiscard]] bool at(std::string_view key) const {
        return rest_.starts_with(key) && rest_.size() > key.size() && rest_[key.size()] == ' ';
    }

    std::string_view next(std::string_view key) {
        const std::size_t end = rest_.find('\n');
        if (!at(key) || end == std::string_view::npos || end <= key.size()) refuse();
        const std::string_view value = rest_.substr(key.size() + 1, end - key.size() - 1);
        rest_.remove_prefix(end + 1);
        return value;
    }

    std::uint64_t number(std::string_view key) {
        const auto number = parse_number(next(key));
        if (!number) refuse();
        return *number;
    }

    bool flag(std::string_view key) {
        const std::string_view text = next(key);
        if (text != "0" && text != "1") refuse();
        return text == "1";
    }

    /// "-" stands for nothing.
    std::string optional_text(std::string_view key) {
        const std::string_view text = next(key);
        return text == "-" ? std::string() : std::string(text);
    }

    Fingerprint fingerprint(std::string_view key) {
        auto fingerprint = parse_fingerprint(next(key));
        if (!fingerprint) refuse();
        return std::move(*fingerprint);
    }

    StateComponent component(std::string_view key) {
        std::string_view text = next(key);
        std::array<std::string_view, 4> words;
        for (std::string_view& word : words) {
            const std::size_t blank = text.find(' ');
            if (blank == std::string_view::npos || blank == 0) refuse();
            word = text.substr(0, blank);
            text.remove_prefix(blank + 1);
        }
        StateComponent each;
        const auto standing = std::ranges::find(kStandings, words[0]);
        const bool bad_tree =
            text.empty() || text.find('/') != std::string_view::npos || text == "." || text == "..";
        const bool bad_flag = words[3] != "0" && words[3] != "1";
        if (standing == kStandings.end() || bad_tree || bad_flag) refuse();
        each.standing = static_cast<Standing>(standing - kStandings.begin());
        each.component.pkg = words[1];
        if (words[2] != "*") each.component.target = words[2];
        each.component.is_extension = words[3] == "1";
        if (text != "-") each.tree = text;
        return each;
    }

    [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }

private:
    std::string_view rest_;
    const std::string& shown_path_;
};

std::string or_dash(const std::string& text) {
    return text.empty() ? "-" : text;
}

CommitRecord parse_record(Lines& rows) {
    const auto words = split(rows.next("commit"), ' ');
    const auto serial = words.size() == 3 ? parse_number(words[0]) : std::nullopt;
    if (!serial || words[1].empty() || words[2].empty()) rows.refuse();
    return {*serial, std::string(words[1]), std::string(words[2]),
            unescaped_line(rows.optional_text("command"))};
}

Release parse_release(Lines& rows) {
    const std::string text = unescaped_line(rows.next("release"));
    const std::size_t blank = text.find(' ');
    if (blank == std::string::npos || blank == 0) rows.refuse();
    return {text.substr(0, blank), text.substr(blank + 1)};
}

std::optional<State::Where> parse_where(std::string_view word) {
    const auto found = std::ranges::find(kPlaces, word);
    if (found == kPlaces.end()) return std::nullopt;
    return static_cast<State::Where>(found - kPlaces.begin());
}

}  // namespace

const StateComponent* State::find(const dist::Component& component) const {
    const auto found = std::ranges::find(components, component, &StateComponent::component);
    return found == components.end() ? nullptr : &*found;
}

StateComponent* State::find(const dist::Component& component) {
    const auto found = std::ranges::find(components, component, &StateComponent::component);
    return found == components.end() ? nullptr : &*found;
}

std::vector<StateComponent> State::installed() const {
    std::vector<StateComponent> list;
    std::ranges::copy_if(components, std::back_inserter(list), &StateComponent::counts);
    return list;
}

bool State::any_partial() const {
    return !std::ranges::all_of(components, &StateComponent::counts);
}

std::string serialise(const State& state) {
    std::string text;
    text.append(kFamily).append(kFormat).append("\n");
    append(text, "generation", fmt::format("{} {}", state.number, state.word));
    append(text, "serial", std::to_string(state.serial));
    if (state.record) {
        const CommitRecord& record = *state.record;
        append(text, "commit", fmt::format("{} {} {}", record.serial, record.what, record.when));
        append(text, "command", or_dash(escaped_line(record.command)));
    }
    append(text, "place", kPlaces[static_cast<std::size_t>(state.where)]);
    if (state.where == State::Where::link) append(text, "link", escaped_line(state.link));
    append(text, "written", fmt::format("{} {}", state.inode, or_dash(state.boot_id)));
    append(text, "synced", state.synced ? "1" : "0");
    append(text, "manifest", or_dash(state.manifest_hash));
    append(text, "update-hash", or_dash(escaped_line(state.update_hash)));
    if (state.release) {
        append(text, "release", escaped_line(state.release->date + " " + state.release->version));
    }
    if (state.held) append(text, "held", std::to_string(*state.held));
    append(text, "metadata", serialise(state.metadata));
    if (state.intended) append(text, "intended", serialise(*state.intended));
    for (const StateComponent& each : state.components) {
        append(text, "component", component_text(each));
    }
    if (state.behind) {
        append(text, "behind", or_dash(state.behind->word));
        append(text, "doomed", state.behind->doomed ? "1" : "0");
        append(text, "metadata", serialise(state.behind->metadata));
        for (const StateComponent& each : state.behind->components) {
            append(text, "component", component_text(each));
        }
    }
    append(text, "end", "state");
    return text;
}

State parse_state(std::string_view text, const std::string& shown_path) {
    Lines rows(text, shown_path);
    // Of a line that was cut nobody can tell which format it would have named.
    if (rows.next("latchkey-state") != kFormat) {
        throw Error(Errc::unsupported, "'" + shown_path + "' was written by a newer Latchkey");
    }
    State state;
    const auto words = split(rows.next("generation"), ' ');
    const auto number = words.size() == 2 ? parse_number(words[0]) : std::nullopt;
    if (!number || words[1].empty()) rows.refuse();
    state.number = *number;
    state.word = words[1];
    state.serial = rows.number("serial");
    if (rows.at("commit")) state.record = parse_record(rows);
    const auto where = parse_where(rows.next("place"));
    if (!where || (*where == State::Where::away && state.number == 0)) rows.refuse();
    state.where = *where;
    if (state.where == State::Where::link) state.link = unescaped_line(rows.next("link"));
    const std::string_view written = rows.next("written");
    const auto inode = parse_number(written.substr(0, written.find(' ')));
    if (!inode || written.find(' ') == std::string_view::npos) rows.refuse();
    state.inode = *inode;
    state.boot_id = written.substr(written.find(' ') + 1);
    if (state.boot_id == "-") state.boot_id.clear();
    state.synced = rows.flag("synced");
    state.manifest_hash = rows.optional_text("manifest");
    state.update_hash = unescaped_line(rows.optional_text("update-hash"));
    if (rows.at("release")) state.release = parse_release(rows);
    if (rows.at("held")) state.held = rows.number("held");
    state.metadata = rows.fingerprint("metadata");
    if (rows.at("intended")) state.intended = rows.fingerprint("intended");
    while (rows.at("component")) state.components.push_back(rows.component("component"));
    if (rows.at("behind")) {
        Behind behind;
        behind.word = rows.optional_text("behind");
        behind.doomed = rows.flag("doomed");
        behind.metadata = rows.fingerprint("metadata");
        while (rows.at("component")) behind.components.push_back(rows.component("component"));
        state.behind = std::move(behind);
    }
    // What did not reach the disk whole is noticed.
    if (rows.next("end") != "state" || !rows.empty()) rows.refuse();
    return state;
}

std::optional<State> find_state(const Home& home, const std::string& toolchain) {
    const std::string path = home.state(toolchain);
    const auto file = platform::find_file(path, O_RDONLY);
    if (!file) return std::nullopt;
    const platform::FileText read = platform::load_text(*file, path);
    try {
        State state = parse_state(read.text, path);
        state.file = read.status;
        return state;
    } catch (const Error& e) {
        if (e.code() != Errc::corrupt) throw;
        return std::nullopt;
    }
}

std::vector<std::string> list_states(const Home& home) {
    std::vector<std::string> toolchains;
    for (const platform::DirectoryEntry& entry : platform::find_entries(home.states())) {
        if (entry.kind == platform::FileKind::directory) toolchains.push_back(entry.name);
    }
    return toolchains;
}

std::string random_word() {
    return fmt::format("{:016x}", platform::random_number());
}

}  // namespace latchkey::store

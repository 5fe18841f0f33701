// What a store keeps beside its toolchains. The first byte chooses the kind of file.
//
// A hand, another version or a torn disk may have been there: each file is refused or means what it
// says.

#include "latchkey/store/state.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/dist/installed_config.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/history.hpp"
#include "latchkey/store/metadata.hpp"
#include "latchkey/store/place_groups.hpp"
#include "latchkey/store/tree_index.hpp"
#include "target.hpp"

namespace {

using namespace latchkey;

void try_state(std::string_view text) {
    const auto state = fuzz::parsed([&] { return store::parse_state(text, "s"); });
    if (!state) return;
    fuzz::require(!state->word.empty(), "a state has a word");
    if (state->has_directory()) {
        const store::Place place = state->place("t");
        fuzz::require(store::Place::parse(place.name()) == place, "a state's place has no name");
    }
    for (const store::StateComponent& each : state->components) {
        fuzz::require(each.tree.find('/') == std::string::npos && each.tree != "..",
                      "a tree leads out of its folder");
    }
    const std::string written = store::serialise(*state);
    const auto again = fuzz::reparsed([&] { return store::parse_state(written, "w"); });
    fuzz::require(store::serialise(again) == written, "the written state is another");
}

void try_tag(std::string_view text) {
    const auto tag = store::parse_tag(text);
    if (!tag) return;
    fuzz::require(!tag->word.empty(), "a tag has a word");
    const std::string written = store::serialise(*tag);
    const auto again = store::parse_tag(written);
    fuzz::require(again && store::serialise(*again) == written, "the written tag is another");
}

void try_fingerprint(std::string_view text) {
    const auto print = store::parse_fingerprint(text);
    if (!print) return;
    fuzz::require(store::parse_fingerprint(store::serialise(*print)) == print,
                  "the written fingerprint is another");
    fuzz::require(store::agrees(*print, *print, std::nullopt), "it does not agree with itself");
}

void try_tree_header(std::string_view line) {
    const auto header = fuzz::parsed([&] { return store::parse_tree_header(line, "h"); });
    if (!header) return;
    const std::string written = store::serialise_header_line(*header);
    fuzz::require(lines(written).size() == 1, "a header has one line");
    const auto again = fuzz::reparsed([&] { return store::parse_tree_header(written, "w"); });
    fuzz::require(store::serialise_header_line(again) == written, "the written header is another");
}

void try_tree_index(std::string_view text) {
    const auto index = fuzz::parsed([&] { return store::parse_tree_index(text, "i"); });
    if (!index) return;
    const std::string written = store::serialise(*index);
    const auto again = fuzz::reparsed([&] { return store::parse_tree_index(written, "w"); });
    fuzz::require(store::serialise(again) == written, "the written index is another");
    const std::string_view first_line = lines(written).front();
    const auto header = fuzz::reparsed([&] { return store::parse_tree_header(first_line, "w"); });
    fuzz::require(store::serialise_header_line(header) == first_line,
                  "the header's line is another header");
}

/// Whatever a file of a tree may be called, its index says so.
void try_path(std::string_view path) {
    store::TreeIndex index;
    index.files.push_back({std::string(path), 0644, 1, "", -1, 999'999'999});
    index.directories.emplace_back(path);
    const std::string written = store::serialise(index);
    const auto again = fuzz::reparsed([&] { return store::parse_tree_index(written, "w"); });
    fuzz::require(again.files.size() == 1 && again.files[0].path == path,
                  "a file is called otherwise");
    fuzz::require(again.directories == index.directories, "a folder is called otherwise");
}

/// Whatever a link's target or an update hash may be, the state says so.
void try_texts(std::string_view text) {
    store::State state;
    state.word = "w";
    state.where = store::State::Where::link;
    state.link = text;
    if (text != "-") state.update_hash = text;
    const std::string written = store::serialise(state);
    const auto again = fuzz::reparsed([&] { return store::parse_state(written, "w"); });
    fuzz::require(again.link == state.link && again.update_hash == state.update_hash,
                  "a text of a state is another");
}

/// An entry is for people, who are told its words.
void try_history(std::string_view text) {
    const auto entry = fuzz::parsed([&] { return store::parse_history_entry(text, "h"); });
    if (!entry) return;
    for (const std::string& each : {entry->record.command, entry->record.what, entry->record.when,
                                    entry->word, entry->manifest_hash, entry->manifest}) {
        fuzz::require(is_utf8(each), "a history that is no text");
    }
}

/// rustup's own lists of what a toolchain has, which its tools and hands may have written.
void try_installed_config(std::string_view text) {
    const auto config = fuzz::parsed([&] { return dist::parse_installed_config(text, "c"); });
    if (!config) return;
    const std::string written = dist::serialise(*config);
    const auto again = fuzz::reparsed([&] { return dist::parse_installed_config(written, "w"); });
    fuzz::require(again == *config, "the written configuration is another");
}

void try_payload(std::string_view text) {
    const auto payload = fuzz::parsed([&] { return dist::parse_payload_manifest(text, "c"); });
    if (!payload) return;
    for (const dist::PayloadLine& each : *payload) {
        for (const std::string_view part : split(each.path, '/')) {
            fuzz::require(!part.empty() && part != "." && part != "..", "a file lies elsewhere");
        }
    }
    const std::string written = dist::serialise_payload_manifest(*payload);
    const auto again = fuzz::reparsed([&] { return dist::parse_payload_manifest(written, "w"); });
    fuzz::require(again == *payload, "the written files are others");
}

/// Names of folders that say which range guards them, and of those ranges.
void try_names(std::string_view text) {
    if (const auto place = store::Place::parse(text)) {
        fuzz::require(place->name() == text, "a place has two names");
    }
    for (const std::string_view kind : {"use", "directory"}) {
        const auto range = store::parse_place_range(kind, text);
        fuzz::require(!range || text.starts_with(range->place), "a range of another place");
    }
    if (const auto key = lock::Key::parse_file_name(text)) {
        fuzz::require(key->file_name() == text, "a staging folder has two names");
    }
    const std::string name(text);
    for (const auto& key : {lock::Key::toolchain(name), lock::Key::unpack(name),
                            lock::Key::directory(name), lock::Key::use(name, name)}) {
        const std::string file_name = key.file_name();
        fuzz::require(file_name.size() <= 255 && file_name.find('/') == std::string::npos,
                      "a staging folder lies elsewhere");
        const auto again = lock::Key::parse_file_name(file_name);
        // Empty: no key of this home has such a name.
        fuzz::require(!again || again->lane() == key.lane(), "a staging folder has another guard");
    }
}

/// The time of a commit, from which a last use may be counted.
void try_time(std::string_view text) {
    const auto time = platform::parse_time(text);
    fuzz::require(!time || platform::format_time(*time).substr(0, 19) == text.substr(0, 19),
                  "a time is another");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto text = fuzz::text_of(data + 1, size - 1);
    switch (data[0] % 16) {
        case 0:
            try_state(text);
            break;
        case 1:
            try_tag(text);
            break;
        case 2:
            try_tree_header(text);
            break;
        case 3:
            try_tree_index(text);
            break;
        case 4:
            try_path(text);
            break;
        case 5:
            try_fingerprint(text);
            break;
        case 6:
            try_history(text);
            break;
        case 8:
            try_installed_config(text);
            break;
        case 9:
            try_payload(text);
            break;
        case 10:
            try_names(text);
            break;
        case 11:
            try_time(text);
            break;
        default:
            try_texts(text);
    }
    return 0;
}

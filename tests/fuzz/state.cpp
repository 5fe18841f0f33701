// What a store keeps beside its toolchains. The first byte chooses the kind of file.
//
// A hand, another version or a torn disk may have been there: each file is refused or means what it
// says.

#include "latchkey/store/state.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/store/history.hpp"
#include "latchkey/store/metadata.hpp"
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

void try_history(std::string_view text) {
    (void)fuzz::parsed([&] { return store::parse_history_entry(text, "h"); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto text = fuzz::text_of(data + 1, size - 1);
    switch (data[0] % 8) {
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
        default:
            try_texts(text);
    }
    return 0;
}

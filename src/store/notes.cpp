#include "notes.hpp"

#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "staged_file.hpp"

namespace latchkey::store {

void write_note(const Home& home, const std::string& toolchain, const std::string& directory,
                std::string_view name, std::string_view text) {
    const std::string path = dist::note_path(directory, name);
    if (platform::has_content(path, text)) return;
    const std::string staging = home.staging(lock::Key::toolchain(toolchain));
    platform::make_alike_directories(staging);
    const std::string draft = staging + "/note";
    platform::remove_file(draft);
    platform::save_file_durably(draft, text);
    if (platform::try_rename(draft, path)) return;
    // On another device: beside it.
    const std::string beside = dist::note_path(directory, kBesidePrefix) + "note";
    platform::save_file_durably(beside, text);
    platform::rename_path(beside, path);
}

bool has_update_hash(const Home& home, const std::string& toolchain, const State& state) {
    if (state.where != State::Where::home || state.update_hash.empty()) return true;
    return platform::has_content(home.update_hash(toolchain), state.update_hash);
}

void save_update_hash(const Home& home, const std::string& toolchain, const State& state) {
    if (has_update_hash(home, toolchain, state)) return;
    platform::make_directories(home.layout().update_hashes());
    save_staged(home.staging(lock::Key::toolchain(toolchain)), home.update_hash(toolchain),
                state.update_hash);
}

ListTexts lists_of(const State& state) {
    std::vector<dist::Component> components;
    for (const StateComponent& each : state.installed()) components.push_back(each.component);
    return list_texts(components);
}

void write_lists(const Home& home, const std::string& toolchain, const std::string& directory,
                 State& state) {
    const ListTexts texts = lists_of(state);
    write_note(home, toolchain, directory, dist::kComponentsNote, texts.components);
    write_note(home, toolchain, directory, dist::kConfigNote, texts.config);
    state.metadata = fingerprint_of(texts, load_fingerprint(directory));
    state.intended.reset();
}

}  // namespace latchkey::store

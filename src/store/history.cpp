#include "latchkey/store/history.hpp"

#include <algorithm>

#include "json_fields.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/dist/server.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/metadata.hpp"
#include "staged_file.hpp"

namespace latchkey::store {
namespace {

namespace json = boost::json;

std::vector<std::uint64_t> list_serials(const std::string& folder) {
    std::vector<std::uint64_t> serials;
    for (const platform::DirectoryEntry& entry : platform::find_entries(folder)) {
        if (!entry.name.ends_with(".json")) continue;
        const auto serial =
            parse_number(std::string_view(entry.name).substr(0, entry.name.size() - 5));
        if (serial) serials.push_back(*serial);
    }
    std::ranges::sort(serials);
    return serials;
}

std::string entry_path(const Home& home, const std::string& toolchain, std::uint64_t serial) {
    return home.history(toolchain) + "/" + std::to_string(serial) + ".json";
}

std::string entry_text(const std::string& toolchain, const State& state) {
    json::object object;
    object["format"] = 2;
    object["serial"] = state.record->serial;
    object["when"] = state.record->when;
    object["command"] = state.record->command;
    object["what"] = state.record->what;
    object["generation"] = state.number;
    object["word"] = state.word;
    object["manifest_hash"] = state.manifest_hash;
    if (state.release) {
        object["date"] = state.release->date;
        object["version"] = state.release->version;
        object["manifest"] = dated_manifest(toolchain, state.release->date);
    }
    if (state.record->what == kRollback && state.held) object["held_at"] = *state.held;
    json::array components;
    for (const StateComponent& each : state.installed()) {
        json::object component = to_json(each.component);
        component["tree"] = each.tree;
        components.push_back(std::move(component));
    }
    object["components"] = std::move(components);
    return json::serialize(object) + "\n";
}

void file_entry(const Home& home, const std::string& toolchain, const State& state) {
    const std::string path = entry_path(home, toolchain, state.record->serial);
    platform::make_directories(home.history(toolchain));
    save_staged(home.staging(lock::Key::toolchain(toolchain)), path, entry_text(toolchain, state));
    std::vector<std::uint64_t> serials = list_serials(home.history(toolchain));
    if (serials.size() <= kMaxHistory) return;
    serials.resize(serials.size() - kMaxHistory);
    for (const std::uint64_t serial : serials) {
        platform::remove_file(entry_path(home, toolchain, serial));
    }
}

}  // namespace

std::string dated_manifest(const std::string& toolchain, const std::string& date) {
    const auto name = dist::ToolchainName::parse(toolchain);
    if (!name) return "";
    dist::Server server;
    server.dist_root = "dist";
    return server.manifest_url(name->at(date));
}

std::uint64_t next_serial(const Home& home, const std::string& toolchain, const State& before) {
    if (before.serial != 0) return before.serial + 1;
    const std::vector<std::uint64_t> remembered = list_serials(home.history(toolchain));
    return remembered.empty() ? 1 : remembered.back() + 1;
}

void record_commit(State& state, const std::string& what, const std::string& command) {
    // Arguments are any bytes, a history is text.
    state.record = {state.serial, what, platform::format_now(), shown_as_utf8(command)};
}

void file_record(const Home& home, const std::string& toolchain, const State& state) {
    if (!state.record) return;
    try {
        file_entry(home, toolchain, state);
    } catch (const Error& e) {
        if (e.code() == Errc::bug) throw;  // Else the next commit tries again.
    }
}

void file_record_if_in_effect(const Home& home, const std::string& toolchain) {
    const auto state = find_state(home, toolchain);
    if (!state || !state->record) return;
    if (platform::find_status(entry_path(home, toolchain, state->record->serial))) return;
    if (state->has_directory()) {
        const auto tag = find_tag(home.directory(state->place(toolchain)));
        if (!tag || tag->word != state->word) return;
    }
    file_record(home, toolchain, *state);
}

HistoryEntry parse_history_entry(std::string_view text, const std::string& shown_path) {
    const json::value document = parse_json(text, shown_path);
    const Fields fields(document, shown_path);
    HistoryEntry entry;
    entry.record.serial = fields.number("serial");
    entry.record.when = fields.text("when");
    entry.record.command = fields.text("command");
    entry.record.what = fields.text("what");
    entry.number = fields.number("generation");
    entry.word = fields.text("word");
    entry.manifest_hash = fields.text("manifest_hash");
    if (fields.find("date") != nullptr) {
        entry.release = Release{fields.text("date"), fields.text("version")};
        entry.manifest = fields.text("manifest");
    }
    if (fields.find("held_at") != nullptr) entry.held_at = fields.number("held_at");
    for (const json::value& each : fields.list("components")) {
        const Fields component(each, shown_path);
        entry.components.push_back(
            {parse_component(component), component.text("tree"), Standing::listed});
    }
    return entry;
}

std::vector<HistoryEntry> load_history(const Home& home, const std::string& toolchain) {
    std::vector<HistoryEntry> entries;
    for (const std::uint64_t serial : list_serials(home.history(toolchain))) {
        const std::string path = entry_path(home, toolchain, serial);
        try {
            const auto text = platform::find_file_text(path);
            if (text) entries.push_back(parse_history_entry(*text, path));
        } catch (const Error& e) {
            if (e.code() != Errc::corrupt) throw;
        }
    }
    return entries;
}

}  // namespace latchkey::store

#include "latchkey/store/history.hpp"

#include <algorithm>
#include <cassert>

#include "json_fields.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/platform/system.hpp"

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

std::string entry_text(const State& state, const std::string& what, const std::string& command) {
    json::object object;
    object["format"] = 2;
    object["serial"] = state.serial;
    object["when"] = platform::format_now();
    object["command"] = shown_as_utf8(command);  // Arguments are any bytes, JSON is text.
    object["what"] = what;
    object["generation"] = state.number;
    object["word"] = state.word;
    object["manifest_hash"] = state.manifest_hash;
    json::array components;
    for (const StateComponent& each : state.installed()) {
        json::object component = to_json(each.component);
        component["tree"] = each.tree;
        components.push_back(std::move(component));
    }
    object["components"] = std::move(components);
    return json::serialize(object) + "\n";
}

}  // namespace

void commit_state(const Home& home, const std::string& toolchain, const State& state,
                  const std::string& what, const std::string& command,
                  [[maybe_unused]] const lock::LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(lock::Key::toolchain(toolchain), lock::Mode::exclusive));
    const std::string staging = home.staging(lock::Key::toolchain(toolchain));
    platform::make_directories(staging);
    platform::make_directories(home.history(toolchain));
    const std::string entry = staging + "/entry";
    const std::string draft = staging + "/draft";
    platform::save_file(entry, entry_text(state, what, command));
    platform::save_file_durably(draft, serialise(state));
    // One right behind the other: a kill between them leaves an entry of what was not done.
    platform::rename_path(entry, entry_path(home, toolchain, state.serial));
    platform::rename_path(draft, home.state(toolchain));
    std::vector<std::uint64_t> serials = list_serials(home.history(toolchain));
    if (serials.size() <= kMaxHistory) return;
    serials.resize(serials.size() - kMaxHistory);
    for (const std::uint64_t serial : serials) {
        platform::remove_file(entry_path(home, toolchain, serial));
    }
}

HistoryEntry parse_history_entry(std::string_view text, const std::string& shown_path) {
    const json::value document = parse_json(text, shown_path);
    const Fields fields(document, shown_path);
    HistoryEntry entry;
    entry.serial = fields.number("serial");
    entry.when = fields.text("when");
    entry.command = fields.text("command");
    entry.what = fields.text("what");
    entry.number = fields.number("generation");
    entry.word = fields.text("word");
    entry.manifest_hash = fields.text("manifest_hash");
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

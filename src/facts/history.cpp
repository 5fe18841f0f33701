#include "latchkey/facts/history.hpp"

#include "latchkey/facts/document.hpp"

namespace latchkey::facts {
namespace {

namespace json = boost::json;

json::array component_names(const std::vector<dist::Component>& components) {
    json::array names;
    for (const dist::Component& each : components) names.push_back(text_value(each.full_name()));
    return names;
}

void set_release(json::object& value, const store::HistoryEntry& entry) {
    if (!entry.manifest_hash.empty()) value["manifest_sha256"] = entry.manifest_hash;
    if (!entry.manifest.empty()) value["manifest"] = text_value(entry.manifest);
    if (!entry.release) return;
    value["date"] = text_value(entry.release->date);
    if (!entry.release->version.empty()) value["version"] = text_value(entry.release->version);
}

json::object entry_value(const toolchain::PastEntry& past) {
    const store::HistoryEntry& entry = past.entry;
    json::object value;
    value["serial"] = entry.record.serial;
    value["what"] = text_value(entry.record.what);
    value["when"] = text_value(entry.record.when);
    value["command"] = text_value(entry.record.command);
    set_release(value, entry);
    std::vector<dist::Component> all;
    for (const store::StateComponent& each : entry.components) {
        if (each.counts()) all.push_back(each.component);
    }
    value["components"] = component_names(all);
    value["added"] = component_names(past.added);
    value["removed"] = component_names(past.removed);
    value["changed"] = component_names(past.changed);
    value["current"] = past.current;
    value["held"] = past.held;
    if (entry.held_at) value["rolled_back_to"] = *entry.held_at;
    if (past.kept_bytes) value["kept_bytes"] = *past.kept_bytes;
    return value;
}

}  // namespace

json::object history_document(const std::string& toolchain,
                              std::span<const toolchain::PastEntry> past) {
    json::object document = make_document("history");
    document["toolchain"] = text_value(toolchain);
    json::array& entries = document["entries"].emplace_array();
    for (const toolchain::PastEntry& each : past) entries.push_back(entry_value(each));
    return document;
}

}  // namespace latchkey::facts

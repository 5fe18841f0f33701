#include "latchkey/store/record.hpp"

#include "json_fields.hpp"
#include "latchkey/base/error.hpp"

namespace latchkey::store {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kFormat = 1;

std::string_view state_name(Record::State state) {
    switch (state) {
        case Record::State::removed:
            return "removed";
        case Record::State::adopted:
            return "adopted";
        case Record::State::installed:
            break;
    }
    return "installed";
}

Record::State parse_state(const Fields& fields) {
    const std::string name = fields.text("state");
    for (const Record::State state :
         {Record::State::installed, Record::State::removed, Record::State::adopted}) {
        if (name == state_name(state)) return state;
    }
    fields.refuse("state", "an unknown word for");
}

/// A tree's name is one part of paths, and one line of a proxy table.
std::string parse_tree(const Fields& fields, std::string_view key) {
    const std::string tree = fields.text(key);
    const bool is_part = !tree.empty() && tree != "." && tree != ".." &&
                         tree.find_first_of(std::string_view("/\n\0", 3)) == std::string::npos;
    if (!is_part) fields.refuse(key, "no name of a tree in");
    return tree;
}

/// What a proxy table has one line for.
std::string parse_line(const Fields& fields, std::string_view key) {
    const std::string line = fields.text(key);
    if (line.find('\n') != std::string::npos) fields.refuse(key, "more than a line in");
    return line;
}

}  // namespace

std::vector<std::string> Record::trees() const {
    std::vector<std::string> trees;
    for (const RecordComponent& component : components) trees.push_back(component.tree);
    if (carried) trees.push_back(*carried);
    return trees;
}

std::string serialise(const Record& record) {
    json::object object;
    object["format"] = kFormat;
    object["number"] = record.number;
    object["state"] = state_name(record.state);
    if (record.parent) object["parent"] = *record.parent;
    object["when"] = record.when;
    object["command"] = record.command;
    object["boot_id"] = record.boot_id;
    object["manifest_hash"] = record.manifest_hash;
    json::array components;
    for (const RecordComponent& component : record.components) {
        json::object entry = to_json(component.component);
        entry["tree"] = component.tree;
        components.push_back(std::move(entry));
    }
    object["components"] = std::move(components);
    if (record.carried) object["carried"] = *record.carried;
    return json::serialize(object) + "\n";
}

Record parse_record(std::string_view text, const std::string& shown_path) {
    const json::value document = parse_json(text, shown_path);
    const Fields fields(document, shown_path);
    if (fields.number("format") != kFormat) {
        throw Error(Errc::unsupported, "'" + shown_path + "' was written by a newer Latchkey");
    }
    Record record;
    record.number = fields.number("number");
    record.state = parse_state(fields);
    if (fields.find("parent") != nullptr) record.parent = fields.number("parent");
    record.when = fields.text("when");
    record.command = fields.text("command");
    record.boot_id = parse_line(fields, "boot_id");
    record.manifest_hash = fields.text("manifest_hash");
    for (const json::value& entry : fields.list("components")) {
        const Fields component(entry, shown_path);
        record.components.push_back({parse_component(component), parse_tree(component, "tree")});
    }
    if (fields.find("carried") != nullptr) record.carried = parse_tree(fields, "carried");
    return record;
}

}  // namespace latchkey::store

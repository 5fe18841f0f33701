#include "latchkey/store/key_names.hpp"

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/store/metadata.hpp"
#include "latchkey/store/tree.hpp"

namespace latchkey::store {
namespace {

/// No entries where it cannot be listed.
std::vector<platform::DirectoryEntry> readable_entries(const std::string& path) {
    try {
        return platform::find_entries(path);
    } catch (const Error&) {
        return {};
    }
}

std::string without_ending(const std::string& name, std::string_view ending) {
    return name.ends_with(ending) ? name.substr(0, name.size() - ending.size()) : name;
}

std::string component_text(const dist::Component& component, std::string_view version) {
    std::string text = "component " + without_ending(component.pkg, "-preview");
    if (!version.empty()) text += " " + std::string(version.substr(0, version.find(' ')));
    if (component.target) text += " for " + *component.target;
    return text;
}

std::string tree_text(const Home& home, const std::string& tree) {
    try {
        if (const auto header = find_tree(home, tree)) {
            return component_text(header->component, header->version);
        }
        if (const auto component = find_unpacked_component(home, tree)) {
            return component_text(*component, "");
        }
    } catch (const Error&) {
        // Damaged, or not to be read by us: then its name must do.
    }
    constexpr std::size_t kDigits = 16;
    if (tree.find('-') == std::string::npos && tree.size() > kDigits) {
        return "tree " + tree.substr(0, kDigits) + "...";
    }
    return "tree " + tree;
}

}  // namespace

void KeyNames::add(const Home& home) {
    add(lock::Key::settings());
    add(lock::Key::cargo_home());
    std::set<std::string> toolchains;
    for (const std::string& folder : {home.toolchains(), home.states()}) {
        for (const platform::DirectoryEntry& entry : readable_entries(folder)) {
            toolchains.insert(entry.name);
        }
    }
    std::vector<Place> places;
    for (const std::string& toolchain : toolchains) {
        add(lock::Key::toolchain(toolchain));
        places.push_back({toolchain, 0});
    }
    for (const platform::DirectoryEntry& number : readable_entries(home.away())) {
        for (const platform::DirectoryEntry& entry :
             readable_entries(home.away() + "/" + number.name)) {
            if (const auto place = Place::parse("away/" + number.name + "/" + entry.name)) {
                places.push_back(*place);
            }
        }
    }
    for (const Place& place : places) add_place(home, place);
    for (const std::string& folder : {home.trees(), home.arrived()}) {
        for (const platform::DirectoryEntry& entry : readable_entries(folder)) {
            add_tree(without_ending(entry.name, kTreeIndexEnding));
        }
    }
    for (const platform::DirectoryEntry& entry : readable_entries(home.downloads())) {
        add_tree(without_ending(entry.name, ".partial"));
    }
    for (const platform::DirectoryEntry& entry : readable_entries(home.staging())) {
        const auto key = lock::Key::parse_file_name(entry.name);
        if (!key) continue;
        if (key->kind() == lock::Kind::unpack) {
            add_tree(key->name());
        } else {
            add(*key);
        }
    }
}

void KeyNames::add_place(const Home& home, const Place& place) {
    add(lock::Key::directory(place.name()));
    add(lock::Key::use_all(place.name()));
    const std::string rustlib = dist::note_path(home.directory(place), "");
    for (const platform::DirectoryEntry& entry : readable_entries(rustlib)) {
        if (!entry.name.starts_with(dist::kPayloadNote)) continue;
        add(lock::Key::use(place.name(), entry.name.substr(dist::kPayloadNote.size())));
    }
}

const lock::Key* KeyNames::find(std::uint64_t lane) const {
    const auto found = keys_.find(lane);
    return found == keys_.end() ? nullptr : &found->second;
}

void KeyNames::add(lock::Key key) {
    keys_.emplace(key.lane(), std::move(key));
}

void KeyNames::add_tree(const std::string& tree) {
    add(lock::Key::unpack(tree));
    add(lock::Key::pin(tree));
}

std::string describe_place(const Place& place) {
    if (place.is_home()) return place.toolchain;
    return place.toolchain + ", generation " + std::to_string(place.away);
}

std::string describe_key(const Home& home, const lock::Key& key) {
    switch (key.kind()) {
        case lock::Kind::toolchain:
            return "toolchain " + key.name();
        case lock::Kind::directory: {
            const auto place = Place::parse(key.name());
            return "toolchain " + (place ? describe_place(*place) : key.name());
        }
        case lock::Kind::use: {
            const std::size_t slash = key.name().rfind('/');
            const auto place = Place::parse(key.name().substr(0, slash));
            const std::string component = key.name().substr(slash + 1);
            return (component == "*" ? "all" : "component " + component) + " of " +
                   (place ? describe_place(*place) : key.name().substr(0, slash));
        }
        case lock::Kind::settings:
            return "settings.toml";
        case lock::Kind::cargo_home:
            return "programs in $CARGO_HOME/bin";
        case lock::Kind::unpack:
        case lock::Kind::pin:
            break;
    }
    return tree_text(home, key.name());
}

}  // namespace latchkey::store

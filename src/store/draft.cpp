#include "draft.hpp"

#include <algorithm>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/loaded.hpp"
#include "latchkey/store/tree.hpp"
#include "notes.hpp"
#include "ownership.hpp"
#include "placing.hpp"

namespace latchkey::store {
namespace {

std::string staging_of(const Home& home, const std::string& toolchain) {
    return home.staging(lock::Key::toolchain(toolchain));
}

}  // namespace

Draft::Draft(const OnWorker& on, const Home& home, const std::string& toolchain, const State& old,
             std::string old_directory)
    : on_(on),
      home_(home),
      toolchain_(toolchain),
      old_(old),
      old_directory_(std::move(old_directory)),
      path_(staging_of(home, toolchain) + "/generation"),
      taken_(home, staging_of(home, toolchain) + "/trees"),
      waiting_(home, pending_folder(home, toolchain)) {
    platform::make_directories(dist::note_path(path_, ""));
}

void Draft::carry_others() {
    const Ownership owned(home_, old_directory_, old_.components);
    for (const std::string& file : owned.list_others(on_, old_directory_)) {
        on_.check();
        link_path_into(file, old_directory_, path_);
    }
}

const Supply* Draft::fill(const std::vector<WantedComponent>& wanted, bool may_wait) {
    const auto arrives = [](const WantedComponent& each) {
        return each.supply && !each.supply->from;
    };
    const auto waits = [&](const WantedComponent& each) {
        return arrives(each) && may_wait && is_documentation(each.component);
    };
    const auto gone = [this](const WantedComponent& each) {
        give_back();
        return &*each.supply;
    };
    // In the order of their names, as everybody does: of two that want the same ones, one gets all.
    std::vector<const WantedComponent*> arriving;
    for (const WantedComponent& each : wanted) {
        if (arrives(each)) arriving.push_back(&each);
    }
    std::ranges::sort(arriving, {}, [](const WantedComponent* each) { return each->supply->tree; });
    for (const WantedComponent* each : arriving) {
        if (!take(*each, waits(*each))) return gone(*each);
    }
    // Others' files may turn out to be edited. Until then nothing that arrived is mixed with them.
    for (const WantedComponent& each : wanted) {
        if (!each.supply) {
            keep(each.component);
        } else if (!arrives(each) && !add(each, false)) {
            return gone(each);
        }
    }
    for (const WantedComponent& each : wanted) {
        if (arrives(each)) add(each, waits(each));
    }
    std::vector<StateComponent> ordered;
    for (const WantedComponent& each : wanted) {
        ordered.push_back(
            *std::ranges::find(components_, each.component, &StateComponent::component));
    }
    components_ = std::move(ordered);
    return nullptr;
}

bool Draft::take(const WantedComponent& wanted, bool waits) {
    return (waits ? waiting_ : taken_).take(on_, wanted.supply->tree);
}

void Draft::keep(const dist::Component& component) {
    const StateComponent* known = old_.find(component);
    if (known == nullptr) throw Error(Errc::bug, "a component that was not there is kept");
    components_.push_back(*known);
    const Ownership owned(home_, old_directory_, {*known});
    for (const std::string& file : owned.list(on_, old_directory_)) {
        on_.check();
        link_path_into(file, old_directory_, path_);
    }
    const std::string name = "manifest-" + component.full_name();
    const auto payload = platform::find_file_text(dist::note_path(old_directory_, name));
    if (payload) note(name, *payload);
}

bool Draft::add(const WantedComponent& wanted, bool waits) {
    const dist::Component& component = wanted.component;
    const Supply& supply = *wanted.supply;
    const auto index = find_tree_index(home_, supply.tree);
    if (!index && supply.from) return false;
    if (!index) throw missing_index_error();
    const std::string reserved = find_reserved(*index);
    if (!reserved.empty()) throw conflict_error(component, reserved);
    // What is moved in at once finds what is in its way by itself.
    if (supply.from || waits) {
        const std::string conflict = find_conflict(on_, *index, path_);
        if (!conflict.empty()) throw conflict_error(component, conflict);
    }
    if (supply.from) {
        if (!link_tree_into(on_, *index, home_.directory(*supply.from), path_)) return false;
    } else if (!waits) {
        const std::string conflict = move_tree_into(on_, taken_.path(supply.tree), path_);
        if (!conflict.empty()) throw conflict_error(component, conflict);
    }
    for (const InstalledPart& part : index->header.parts) {
        note("manifest-" + part.name, dist::serialise_payload_manifest(part.payload));
        parts_.push_back(part.name);
    }
    components_.push_back({component, supply.tree, waits ? Standing::pending : Standing::listed});
    return true;
}

void Draft::give_back() {
    taken_.give_back();
    waiting_.give_back();
}

void Draft::write_notes(const std::string* manifest, const Tag& tag) {
    std::vector<dist::Component> components;
    for (const StateComponent& each : components_) components.push_back(each.component);
    const ListTexts texts = list_texts(components);
    note(dist::kConfigNote, texts.config);
    if (manifest != nullptr) {
        note(dist::kManifestNote, *manifest);
    } else if (const auto old =
                   platform::find_file_text(dist::note_path(old_directory_, dist::kManifestNote))) {
        note(dist::kManifestNote, *old);
    }
    finish_notes(texts.components, tag);
}

void Draft::write_combined_notes(const Tag& tag) {
    finish_notes(dist::serialise_installed_components(parts_), tag);
}

void Draft::finish_notes(const std::string& components, const Tag& tag) {
    note(dist::kComponentsNote, components);
    note(dist::kVersionNote, dist::kInstallerVersion);
    tag_ = tag;
    tag_.metadata = load_fingerprint(path_);
    tag_.manifest = note_hash(path_, dist::kManifestNote);
    note(kTagNote, serialise(tag_));
    // Trees can be fetched again; what a generation is made of is written nowhere else.
    platform::sync_files(notes_);
}

std::uint64_t Draft::move_away(std::uint64_t number) {
    tag_.number = number;
    return store::move_away(home_, path_, tag_);
}

void Draft::note(std::string_view name, std::string_view text) {
    const std::string path = dist::note_path(path_, name);
    platform::remove_file(path);  // Never through a link of somebody's.
    platform::save_file(path, text);
    notes_.push_back(path);
}

std::uint64_t move_away(const Home& home, const std::string& directory, Tag tag) {
    const std::string folder = staging_of(home, tag.toolchain) + "/away";
    platform::make_alike_directories(folder);
    platform::rename_path(directory, folder + "/" + tag.toolchain);
    platform::make_alike_directories(home.away());
    while (!platform::rename_new(folder, home.away() + "/" + std::to_string(tag.number))) {
        ++tag.number;
        const std::string path = dist::note_path(folder + "/" + tag.toolchain, kTagNote);
        platform::remove_file(path);
        platform::save_file(path, serialise(tag));
        platform::sync_files({path});
    }
    return tag.number;
}

std::string pending_folder(const Home& home, const std::string& toolchain) {
    return home.state_folder(toolchain) + "/pending";
}

void mark_written(State& state, const std::string& directory) {
    state.boot_id = platform::load_boot_id();
    state.synced = false;
    const auto status = platform::find_target_status(directory);
    state.inode = status ? status->inode : 0;
}

Error missing_index_error() {
    return {Errc::corrupt, "the list of a component's files is missing"};
}

Error conflict_error(const dist::Component& component, const std::string& path) {
    return Error(Errc::corrupt, "failed to install component: '" + component.full_name() +
                                    "', detected conflict: '" + path + "'");
}

}  // namespace latchkey::store

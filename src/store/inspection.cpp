#include "latchkey/store/inspection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "draft.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/hash.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/manifest.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/metadata.hpp"
#include "latchkey/store/tree.hpp"
#include "notes.hpp"
#include "ownership.hpp"

namespace latchkey::store {
namespace {

/// The names that rustup's two lists have in common. Empty: one of them is missing or makes no
/// sense, or they differ.
std::optional<std::vector<std::string>> find_agreed_names(const std::string& directory) {
    try {
        const auto text =
            platform::find_file_text(dist::note_path(directory, dist::kComponentsNote));
        const auto configured = find_configured(directory);
        if (!text || !configured) return std::nullopt;
        std::vector<std::string> names = dist::parse_installed_components(*text);
        std::vector<std::string> other;
        for (const dist::Component& each : *configured) other.push_back(each.full_name());
        std::ranges::sort(names);
        std::ranges::sort(other);
        if (names != other) return std::nullopt;
        return names;
    } catch (const Error& e) {
        if (e.code() != Errc::corrupt && e.code() != Errc::unsupported) throw;
        return std::nullopt;
    }
}

/// Whether the manifest in a directory is readable and of another release than the state's.
bool has_other_manifest(const Home& home, const std::string& directory, const State& state) {
    const auto text = platform::find_file_text(dist::note_path(directory, dist::kManifestNote));
    if (!text) return false;
    try {
        const dist::Manifest manifest = dist::parse_manifest(*text, directory);
        return std::ranges::any_of(state.components, [&](const StateComponent& each) {
            const auto header = each.tree.empty() ? std::nullopt : find_tree(home, each.tree);
            const dist::PackageTarget* package = manifest.find(each.component);
            return header && package != nullptr && !vouches(package->sources, *header);
        });
    } catch (const Error&) {
        return false;
    }
}

/// Whether the lists are others, and make sense: somebody has added or removed something.
bool has_other_lists(const std::string& directory, const State& state, const Fingerprint& found) {
    const bool same_list = found.components == state.metadata.components;
    const bool same_config = found.config == state.metadata.config;
    if (same_list || same_config) return false;
    return find_agreed_names(directory).has_value();
}

/// The notes of one directory.
class Notes {
public:
    Notes(const Home& home, std::string toolchain, const State& state)
        : toolchain_(std::move(toolchain)),
          state_(state),
          directory_(home.directory(state.place(toolchain_))) {}

    std::vector<NoteFlaw> find_flaws(const std::vector<ExpectedComponent>& components) {
        for (const ExpectedComponent& each : components) look_at_payload(each);
        const ListTexts texts = lists_of(state_);
        const auto intended = [this](std::string Fingerprint::*member) {
            return state_.intended ? std::optional((*state_.intended).*member) : std::nullopt;
        };
        look_at_list(dist::kComponentsNote, texts.components, state_.metadata.components,
                     intended(&Fingerprint::components));
        look_at_list(dist::kConfigNote, texts.config, state_.metadata.config,
                     intended(&Fingerprint::config));
        look_at_version();
        look_at_tag();
        return std::move(flaws_);
    }

private:
    /// Empty where there is a regular file, or nothing should be.
    std::optional<Flaw> find_flaw_of_name(std::string_view name) const {
        const auto status = platform::find_status(dist::note_path(directory_, name));
        if (!status) return Flaw::missing;
        if (status->kind != platform::FileKind::regular) return Flaw::kind;
        return std::nullopt;
    }

    void add(std::string_view name, Flaw flaw, std::optional<std::string> text,
             const std::string& component = "") {
        flaws_.push_back({std::string(name), component, flaw, std::move(text)});
    }

    void look_at_text(std::string_view name, const std::string& text,
                      const std::string& component = "") {
        auto flaw = find_flaw_of_name(name);
        if (!flaw && !platform::has_content(dist::note_path(directory_, name), text)) {
            flaw = Flaw::content;
        }
        if (flaw) add(name, *flaw, text, component);
    }

    /// rustup trims it.
    void look_at_version() {
        auto flaw = find_flaw_of_name(dist::kVersionNote);
        const auto text = platform::find_file_text(dist::note_path(directory_, dist::kVersionNote));
        if (!flaw && trim(text.value_or("")) != dist::kInstallerVersion) flaw = Flaw::content;
        if (flaw) add(dist::kVersionNote, *flaw, std::string(dist::kInstallerVersion));
    }

    void look_at_payload(const ExpectedComponent& each) {
        const std::string component = each.component.full_name();
        for (const auto& [name, text] : each.payload_notes) look_at_text(name, text, component);
        if (each.known || !state_.is_configured()) return;
        const std::string name = std::string(dist::kPayloadNote) + component;
        if (const auto flaw = find_flaw_of_name(name)) add(name, *flaw, std::nullopt, component);
    }

    /// A list is known by its hash. Its text is known too, unless somebody else wrote it.
    void look_at_list(std::string_view name, const std::string& text, const std::string& known,
                      const std::optional<std::string>& intended) {
        if (known == kNoFile && (!intended || *intended == kNoFile)) return;
        auto flaw = find_flaw_of_name(name);
        const std::string found = note_hash(directory_, name);
        if (!flaw && found != known && found != intended) flaw = Flaw::content;
        if (!flaw) return;
        const bool writes_it = fmt::format("{:016x}", xxh3_64(text)) == known;
        add(name, *flaw, writes_it ? std::optional(text) : std::nullopt);
    }

    void look_at_tag() {
        auto flaw = find_flaw_of_name(kTagNote);
        const std::string text =
            platform::find_file_text(dist::note_path(directory_, kTagNote)).value_or("");
        const auto tag = parse_tag(text);
        const bool whole = tag && is_tag_whole(text, *tag) && tag->word == state_.word &&
                           tag->toolchain == toolchain_;
        if (!flaw && !whole) flaw = Flaw::content;
        look_at_manifest(whole ? tag->manifest : std::string());
        if (!flaw) return;
        const bool manifest_is_right = manifest_flaw_ == std::nullopt;
        Tag right{toolchain_, state_.number, state_.word, ""};
        right.metadata = state_.metadata;
        if (manifest_is_right) right.manifest = note_hash(directory_, dist::kManifestNote);
        add(kTagNote, *flaw, serialise(right));
    }

    /// `hash`: by the tag; empty: not known.
    void look_at_manifest(const std::string& hash) {
        const Fingerprint& known = state_.metadata;
        if (known.manifest_bytes == 0) return;
        manifest_flaw_ = find_flaw_of_name(dist::kManifestNote);
        const Fingerprint found = load_fingerprint(directory_);
        if (!manifest_flaw_ && found.manifest_bytes != known.manifest_bytes) {
            manifest_flaw_ = Flaw::size;
        }
        const std::string found_hash = note_hash(directory_, dist::kManifestNote);
        if (!manifest_flaw_ && !hash.empty() && found_hash != hash) manifest_flaw_ = Flaw::content;
        Fingerprint same_lists = found;
        same_lists.components = known.components;
        same_lists.config = known.config;
        if (!manifest_flaw_ && !agrees(same_lists, known, std::nullopt))
            manifest_flaw_ = Flaw::time;
        if (!manifest_flaw_) return;
        const bool is_right = *manifest_flaw_ == Flaw::time && found_hash == hash;
        add(dist::kManifestNote, *manifest_flaw_,
            is_right ? platform::find_file_text(dist::note_path(directory_, dist::kManifestNote))
                     : std::nullopt);
    }

    const std::string toolchain_;
    const State& state_;
    const std::string directory_;
    std::optional<Flaw> manifest_flaw_;
    std::vector<NoteFlaw> flaws_;
};

}  // namespace

std::optional<State> find_described(const Home& home, const Current& examined) {
    if (examined.kind == Current::Kind::ours) return examined.state;
    const auto& state = examined.state;
    if (examined.kind != Current::Kind::plain || !state || state->where != State::Where::home) {
        return std::nullopt;
    }
    const std::string directory = home.directory(examined.place);
    const Fingerprint found = load_fingerprint(directory);
    const auto tag = find_tag(directory);
    const bool same_notes = agrees(found, state->metadata, state->intended);
    if (!tag || tag->word != state->word) {
        // Its own tag may be damaged as well; another one belongs to another directory.
        const auto text = platform::find_file_text(dist::note_path(directory, kTagNote));
        const bool is_others = tag && is_tag_whole(*text, *tag);
        return same_notes && !is_others ? state : std::nullopt;
    }
    if (has_other_lists(directory, *state, found)) return std::nullopt;
    if (has_other_manifest(home, directory, *state)) return std::nullopt;
    return state;
}

std::vector<ExpectedComponent> list_expected(const Home& home, const std::string& toolchain,
                                             const State& state) {
    std::vector<ExpectedComponent> all;
    const std::string directory = home.directory(state.place(toolchain));
    for (const StateComponent& each : state.installed()) {
        ExpectedComponent expected{each.component, each.tree, {}, {}};
        auto index = each.tree.empty() ? std::nullopt : find_tree_index(home, each.tree);
        if (index) {
            expected.known = true;
            const std::string waiting = pending_folder(home, toolchain) + "/" + each.tree;
            for (IndexedFile& file : index->files) {
                const bool waits = each.standing == Standing::pending &&
                                   platform::find_status(waiting + "/" + file.path);
                expected.files.push_back({waits ? waiting : directory, std::move(file)});
            }
            for (const InstalledPart& part : index->header.parts) {
                expected.payload_notes.emplace(std::string(dist::kPayloadNote) + part.name,
                                               dist::serialise_payload_manifest(part.payload));
            }
        }
        all.push_back(std::move(expected));
    }
    return all;
}

std::vector<NoteFlaw> find_note_flaws(const Home& home, const std::string& toolchain,
                                      const State& state,
                                      const std::vector<ExpectedComponent>& components) {
    return Notes(home, toolchain, state).find_flaws(components);
}

std::optional<std::string> find_manifest_elsewhere(const Home& home, const std::string& toolchain,
                                                   const State& state) {
    if (state.manifest_hash.empty()) return std::nullopt;
    for (const std::string& other : list_states(home)) {
        const auto its = other == toolchain ? std::nullopt : find_state(home, other);
        if (!its || !its->has_directory() || its->manifest_hash != state.manifest_hash) continue;
        const std::string directory = home.directory(its->place(other));
        const auto tag = find_tag(directory);
        if (!tag || tag->manifest != note_hash(directory, dist::kManifestNote)) continue;
        auto text = platform::find_file_text(dist::note_path(directory, dist::kManifestNote));
        if (text && text->size() == state.metadata.manifest_bytes) return text;
    }
    return std::nullopt;
}

std::vector<std::string> list_extra(const OnWorker& on, const Home& home,
                                    const std::string& directory,
                                    const std::vector<StateComponent>& components) {
    std::vector<std::string> extra =
        Ownership(home, directory, components).list_others(on, directory);
    std::vector<std::string> names;
    for (const StateComponent& each : components) {
        names.push_back(each.component.full_name());
        const auto header = each.tree.empty() ? std::nullopt : find_tree(home, each.tree);
        if (!header) continue;
        for (const InstalledPart& part : header->parts) names.push_back(part.name);
    }
    for (const platform::DirectoryEntry& entry :
         platform::find_entries(dist::note_path(directory, ""))) {
        if (!entry.name.starts_with(dist::kPayloadNote)) continue;
        if (entry.kind == platform::FileKind::directory) continue;
        const std::string name = entry.name.substr(dist::kPayloadNote.size());
        if (std::ranges::find(names, name) == names.end()) {
            extra.push_back(std::string(dist::kRustlib) + entry.name);
        }
    }
    std::ranges::sort(extra);
    return extra;
}

}  // namespace latchkey::store

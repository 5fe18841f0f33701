#include "ownership.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "gzip_text.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/dist/installed_config.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/metadata.hpp"
#include "latchkey/store/tree_index.hpp"

namespace latchkey::store {
namespace {

using platform::FileKind;

/// Everything below a folder, with the paths from the directory's top. `enter` says of a folder
/// whether to look into it.
void walk(const OnWorker& on, const std::string& directory, const std::string& folder,
          const std::function<bool(const std::string&)>& enter,
          const std::function<void(const std::string&)>& visit) {
    for (const platform::DirectoryEntry& entry :
         platform::find_entries(folder.empty() ? directory : directory + "/" + folder)) {
        on.check();
        std::string path = folder.empty() ? entry.name : folder + "/" + entry.name;
        if (entry.kind != FileKind::directory) {
            visit(path);
        } else if (enter(path)) {
            walk(on, directory, path, enter, visit);
        }
    }
}

/// Toolchains of before 2016 have no configuration, but rustup's list of what was installed.
bool is_configured(const std::string& directory) {
    return platform::find_status(dist::note_path(directory, dist::kConfigNote)).has_value();
}

/// Of the files that a tree's index lists. Empty as find_tree_index().
std::optional<PathSet> find_tree_paths(const Home& home, const std::string& tree) {
    const std::string path = home.tree_index(tree);
    PathSet paths;
    TreeIndexParts parts;
    parts.file = [&paths](const IndexedFile& file) { paths.add(file.path); };
    try {
        const auto next = find_gzip_lines(path);
        if (!next) return std::nullopt;
        (void)parse_tree_index(*next, path, parts);
    } catch (const Error& e) {
        if (e.code() != Errc::corrupt) throw;
        return std::nullopt;
    }
    paths.sort();
    return paths;
}

}  // namespace

std::vector<dist::PayloadLine> find_payload(const std::string& directory,
                                            const std::string& full_name) {
    try {
        return load_payload(directory, full_name);
    } catch (const Error& e) {
        if (e.code() != Errc::corrupt) throw;
        return {};
    }
}

bool is_in(std::string_view path, const std::string& folder) {
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

std::vector<StateComponent> components_noted(const std::string& directory, const State& known) {
    std::vector<StateComponent> components;
    const auto configured = find_configured(directory);
    for (const dist::Component& component : configured.value_or(std::vector<dist::Component>())) {
        const StateComponent* same = known.find(component);
        components.push_back({component, same ? same->tree : "", Standing::listed});
    }
    return components;
}

Ownership::Ownership(const Home& home, const std::string& directory,
                     const std::vector<StateComponent>& components) {
    for (const StateComponent& each : components) {
        auto paths = each.tree.empty() ? std::nullopt : find_tree_paths(home, each.tree);
        if (paths && files_.size() == 0) {
            files_ = std::move(*paths);
        } else if (paths) {
            for (std::size_t i = 0; i < paths->size(); ++i) files_.add((*paths)[i]);
            files_.sort();
        } else if (is_configured(directory)) {
            add(find_payload(directory, each.component.full_name()));
        } else {
            add_all_installed(directory);
        }
    }
    if (components.empty()) add_all_installed(directory);
}

void Ownership::add_all_installed(const std::string& directory) {
    const auto names = platform::find_file_text(dist::note_path(directory, dist::kComponentsNote));
    if (!names) return;
    for (const std::string& name : dist::parse_installed_components(*names)) {
        add(find_payload(directory, name));
    }
}

void Ownership::add(const std::vector<dist::PayloadLine>& payload) {
    for (const dist::PayloadLine& line : payload) {
        if (line.kind == dist::PayloadLine::Kind::file) {
            files_.add(line.path);
        } else {
            folders_.insert(line.path);
        }
    }
    files_.sort();
}

std::vector<std::string> Ownership::list(const OnWorker& on, const std::string& directory) const {
    std::vector<std::string> found = list_named(on, directory);
    std::erase_if(found, [&](const std::string& path) {
        on.check();
        const auto status = platform::find_status(directory + "/" + path);
        return !status || status->kind == FileKind::directory;
    });
    return found;
}

std::vector<std::string> Ownership::list_named(const OnWorker& on, const std::string& directory,
                                               const std::vector<std::string>& without) const {
    const auto is_left_out = [&without](std::string_view path) {
        return std::ranges::any_of(
            without, [&path](const std::string& folder) { return is_in(path, folder); });
    };
    std::vector<std::string> found;
    if (without.empty()) found.reserve(files_.size());
    for (std::size_t i = 0; i < files_.size(); ++i) {
        if (!is_left_out(files_[i])) found.emplace_back(files_[i]);
    }
    for (const std::string& folder : folders_) {
        if (is_left_out(folder)) continue;
        walk(
            on, directory, folder, [](const std::string&) { return true; },
            [&found](const std::string& path) { found.push_back(path); });
    }
    return found;
}

std::vector<std::string> Ownership::list_others(const OnWorker& on,
                                                const std::string& directory) const {
    std::vector<std::string> found;
    walk(
        on, directory, "", [this](const std::string& path) { return !has_whole(path); },
        [&](const std::string& path) {
            if (!has(path) && !is_metadata(path)) found.push_back(path);
        });
    return found;
}

}  // namespace latchkey::store

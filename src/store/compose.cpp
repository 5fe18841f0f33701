#include "latchkey/store/compose.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/tree.hpp"

namespace latchkey::store {
namespace {

constexpr std::array<std::string_view, 4> kAlwaysReal = {"bin", "lib", "libexec", "lib/rustlib"};

bool always_real(std::string_view path) {
    return std::find(kAlwaysReal.begin(), kAlwaysReal.end(), path) != kAlwaysReal.end();
}

/// What several trees have at one place.
struct Owner {
    std::size_t tree;
    platform::FileKind kind;
};

class Composer {
public:
    Composer(const OnWorker& on, const Home& home, std::span<const RecordComponent> components,
             const std::optional<std::string>& carried, const std::string& destination)
        : on_(on), home_(home), destination_(destination) {
        for (const RecordComponent& component : components) {
            trees_.push_back({component.tree, component.component.full_name(), false});
        }
        if (carried) trees_.push_back({*carried, "", true});
    }

    void run() {
        std::vector<std::size_t> all(trees_.size());
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
        merge("", all);
    }

private:
    struct Tree {
        std::string name;
        std::string component;
        bool carried;
    };

    void merge(const std::string& path, const std::vector<std::size_t>& trees) {
        std::map<std::string, std::vector<Owner>> places;
        for (const std::size_t tree : trees) {
            on_.check();
            const std::string folder = path.empty() ? stored(tree) : stored(tree) + "/" + path;
            for (platform::DirectoryEntry& entry : platform::list_directory(folder)) {
                places[std::move(entry.name)].push_back({tree, entry.kind});
            }
        }
        for (auto& [name, owners] : places) {
            place(path.empty() ? name : path + "/" + name, owners);
        }
    }

    void place(const std::string& path, std::vector<Owner>& owners) {
        const bool folders = std::all_of(owners.begin(), owners.end(), [](const Owner& owner) {
            return owner.kind == platform::FileKind::directory;
        });
        if (owners.size() > 1 && !folders) keep_component(path, owners);
        const Owner& owner = owners.front();
        const std::string here = destination_ + "/" + path;
        if (owner.kind != platform::FileKind::directory) {
            add_file(owner, path, here);
        } else if (owners.size() == 1 && !always_real(path)) {
            platform::make_link(link_target(owner.tree, path), here);
        } else {
            platform::make_directory(here);
            std::vector<std::size_t> trees;
            for (const Owner& each : owners) trees.push_back(each.tree);
            merge(path, trees);
        }
    }

    /// Carried files give way to a component's, and so does what a tree has but not by its
    /// manifest: a program that added to a generation in place reached through a link into the
    /// store. Two components at one path are a conflict.
    void keep_component(const std::string& path, std::vector<Owner>& owners) const {
        std::erase_if(owners, [this](const Owner& owner) { return trees_[owner.tree].carried; });
        if (owners.size() == 1) return;
        const auto listed = [&](const Owner& owner) { return is_listed(owner.tree, path); };
        const auto first_unlisted = std::stable_partition(owners.begin(), owners.end(), listed);
        if (first_unlisted != owners.begin()) owners.erase(first_unlisted, owners.end());
        if (owners.size() == 1) return;
        throw Error(Errc::corrupt, "failed to install component: '" +
                                       trees_[owners.back().tree].component +
                                       "', detected conflict: '" + path + "'");
    }

    /// By the tree's manifest: the path, a directory above it, or something below it.
    [[nodiscard]] bool is_listed(std::size_t tree, const std::string& path) const {
        const auto header = find_tree(home_, trees_[tree].name);
        const auto names = [&path](const dist::PayloadLine& line) {
            const bool above =
                line.kind == dist::PayloadLine::Kind::dir && path.starts_with(line.path + "/");
            return line.path == path || above || line.path.starts_with(path + "/");
        };
        return header && std::ranges::any_of(header->payload, names);
    }

    void add_file(const Owner& owner, const std::string& path, const std::string& here) const {
        const std::string from = stored(owner.tree) + "/" + path;
        const auto target =
            owner.kind == platform::FileKind::symlink ? platform::find_link(from) : std::nullopt;
        if (target) {
            platform::make_link(*target, here);
        } else {
            platform::link_file(from, here);
        }
    }

    [[nodiscard]] std::string stored(std::size_t tree) const {
        return home_.tree(trees_[tree].name);
    }

    /// From `generations/<toolchain>/<n>/<path>` to `store/<tree>/<path>`.
    [[nodiscard]] std::string link_target(std::size_t tree, const std::string& path) const {
        std::string target = "../../../";
        for (const char c : path) {
            if (c == '/') target += "../";
        }
        return target + "store/" + trees_[tree].name + "/" + path;
    }

    const OnWorker& on_;
    const Home& home_;
    const std::string& destination_;
    std::vector<Tree> trees_;
};

}  // namespace

void compose(const OnWorker& on, const Home& home, std::span<const RecordComponent> components,
             const std::optional<std::string>& carried, const std::string& destination) {
    Composer(on, home, components, carried, destination).run();
}

}  // namespace latchkey::store

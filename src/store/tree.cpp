#include "latchkey/store/tree.hpp"

#include <algorithm>
#include <cassert>

#include "gzip_text.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/comparison.hpp"
#include "staged_file.hpp"
#include "staging.hpp"

namespace latchkey::store {
namespace {

/// Empty also for what is damaged.
template <typename Parse>
auto readable(Parse parse) -> decltype(parse()) {
    try {
        return parse();
    } catch (const Error& e) {
        if (e.code() != Errc::corrupt) throw;
        return std::nullopt;
    }
}

/// A toolchain may have this tree already, though it could not be had from there. What is unpacked
/// again, perhaps under another umask, gets the times and modes of the first, so that one index
/// stays true of both.
void keep_known_status(const OnWorker& on, const Home& home, const std::string& tree,
                       TreeIndex& index, const std::string& directory) {
    auto known = find_tree_index(home, tree);
    const auto same = [](const IndexedFile& one, const IndexedFile& other) {
        return one.path == other.path && one.size_bytes == other.size_bytes &&
               one.xxh3_128 == other.xxh3_128;
    };
    if (!known || !std::ranges::equal(known->files, index.files, same)) return;
    for (const IndexedFile& file : known->files) {
        on.check();
        const std::string path = directory + "/" + file.path;
        platform::change_mode(path, file.mode);
        platform::set_modification_time(path, file.mtime_seconds, file.mtime_nanoseconds);
    }
    index.files = std::move(known->files);
}

}  // namespace

std::optional<TreeHeader> find_tree(const Home& home, const std::string& tree) {
    const std::string path = home.tree_index(tree);
    return readable([&] {
        const auto line = find_gzip_line(path);
        return line ? std::optional(parse_tree_header(*line, path)) : std::nullopt;
    });
}

std::optional<TreeIndex> find_tree_index(const Home& home, const std::string& tree) {
    const std::string path = home.tree_index(tree);
    return readable([&] {
        const auto next = find_gzip_lines(path);
        return next ? std::optional(parse_tree_index(*next, path)) : std::nullopt;
    });
}

std::string prepare_unpacking(const OnWorker& on, const Home& home, const std::string& tree,
                              const dist::Component& component,
                              [[maybe_unused]] const lock::LockSet& unpack) {
    assert(unpack.holds(lock::Key::unpack(tree), lock::Mode::exclusive));
    const std::string staging = home.staging(lock::Key::unpack(tree));
    clear_staging(on, home, staging);
    platform::make_directories(staging);
    platform::save_file(staging + "/component",
                        component.pkg + " " + component.target_text() + "\n");
    return staging;
}

std::optional<dist::Component> find_unpacked_component(const Home& home, const std::string& tree) {
    const auto text =
        platform::find_file_text(home.staging(lock::Key::unpack(tree)) + "/component");
    if (!text || !text->ends_with('\n')) return std::nullopt;
    const auto words = split(trim(*text), ' ');
    if (words.size() != 2) return std::nullopt;
    dist::Component component{std::string(words[0]), std::nullopt, false};
    if (words[1] != "*") component.target = words[1];
    return component;
}

void publish_tree(const OnWorker& on, const Home& home, const std::string& tree, TreeIndex index,
                  const lock::LockSet& unpack) {
    assert(unpack.holds(lock::Key::unpack(tree), lock::Mode::exclusive));
    const std::string staging = home.staging(lock::Key::unpack(tree));
    platform::make_directories(home.trees());
    platform::make_directories(home.arrived());
    discard_arrived(on, home, tree, unpack);  // Damaged, or of another index.
    keep_known_status(on, home, tree, index, staging + "/tree");
    GzipWriter packed;
    serialise(index, [&packed](std::string_view piece) { packed.add(piece); });
    save_staged(staging, home.tree_index(tree), packed.finish());
    platform::rename_path(staging + "/tree", home.arrived(tree));
    platform::remove_tree(on, staging);
}

bool check_arrived(const OnWorker& on, const Home& home, const std::string& tree,
                   const lock::LockSet& unpack) {
    assert(unpack.holds(lock::Key::unpack(tree), lock::Mode::exclusive));
    if (!platform::find_status(home.arrived(tree))) return false;
    const auto header = find_tree(home, tree);
    if (header && header->boot_id == platform::load_boot_id()) return true;
    const auto index = header ? find_tree_index(home, tree) : std::nullopt;
    if (index && find_damage(on, *index, home.arrived(tree)).empty()) return true;
    discard_arrived(on, home, tree, unpack);
    return false;
}

void discard_arrived(const OnWorker& on, const Home& home, const std::string& tree,
                     [[maybe_unused]] const lock::LockSet& unpack) {
    assert(unpack.holds(lock::Key::unpack(tree), lock::Mode::exclusive));
    if (!platform::find_status(home.arrived(tree))) return;
    const std::string staging = home.staging(lock::Key::unpack(tree));
    const std::string gone = staging + "/gone";
    platform::remove_tree(on, gone);
    platform::make_alike_directories(staging);
    const bool renamed = platform::try_rename(home.arrived(tree), gone);
    platform::remove_tree(on, renamed ? gone : home.arrived(tree));
    platform::remove_empty_directory(staging);
}

}  // namespace latchkey::store

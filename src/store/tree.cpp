#include "latchkey/store/tree.hpp"

#include <algorithm>
#include <cassert>

#include "latchkey/base/error.hpp"
#include "latchkey/base/hash.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "staged_file.hpp"

namespace latchkey::store {
namespace {

#ifndef LATCHKEY_CARELESS
constexpr bool kTreeFirst = true;
#else
// For a program that tests compare with: they must notice an index without its tree.
constexpr bool kTreeFirst = false;
#endif

/// Empty where the file is not there.
std::optional<std::string> find_first_line(const std::string& path) {
    const auto file = platform::find_file(path, O_RDONLY);
    if (!file) return std::nullopt;
    std::string text;
    std::byte block[16384];
    for (;;) {
        const std::size_t count = platform::read_some(*file, block, path);
        if (count == 0) return text;
        const std::string_view got(reinterpret_cast<const char*>(block), count);
        const std::size_t end = got.find('\n');
        text += got.substr(0, end);
        if (end != std::string_view::npos) return text;
    }
}

bool same_content(const OnWorker& on, const platform::Fd& file, const IndexedFile& expected) {
    Xxh3 hash;
    std::vector<std::byte> block(1 << 20);
    for (;;) {
        on.check();
        const std::size_t count = platform::read_some(file, block, expected.path);
        if (count == 0) return hash.finish() == expected.xxh3_128;
        hash.update(std::span(block).first(count));
    }
}

}  // namespace

std::optional<TreeHeader> find_tree(const Home& home, const std::string& tree) {
    const std::string path = home.tree_index(tree);
    const auto line = find_first_line(path);
    if (!line) return std::nullopt;
    return parse_tree_header(*line, path);
}

TreeIndex load_tree_index(const Home& home, const std::string& tree) {
    const std::string path = home.tree_index(tree);
    return parse_tree_index(platform::load_file(path), path);
}

std::string prepare_unpacking(const OnWorker& on, const Home& home, const std::string& tree,
                              const dist::Component& component,
                              [[maybe_unused]] const lock::LockSet& unpack) {
    assert(unpack.holds(lock::Key::unpack(tree), lock::Mode::exclusive));
    const std::string staging = home.staging(lock::Key::unpack(tree));
    platform::remove_tree(on, staging);
    if (!platform::find_status(home.tree_index(tree))) platform::remove_tree(on, home.tree(tree));
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

void publish_tree(const OnWorker& on, const Home& home, const std::string& tree,
                  const TreeIndex& index, [[maybe_unused]] const lock::LockSet& unpack) {
    assert(unpack.holds(lock::Key::unpack(tree), lock::Mode::exclusive));
    const std::string staging = home.staging(lock::Key::unpack(tree));
    platform::make_directories(home.store());
    if (kTreeFirst) platform::rename_path(staging + "/tree", home.tree(tree));
    save_staged(staging, home.tree_index(tree), serialise(index));
    if (!kTreeFirst) platform::rename_path(staging + "/tree", home.tree(tree));
    platform::remove_tree(on, staging);
}

void delete_tree(const OnWorker& on, const Home& home, const std::string& tree,
                 [[maybe_unused]] const lock::LockSet& unpack) {
    assert(unpack.holds(lock::Key::unpack(tree), lock::Mode::exclusive));
    platform::remove_file(home.tree_index(tree));
    platform::remove_tree(on, home.tree(tree));
}

std::vector<std::string> find_damage(const OnWorker& on, const Home& home,
                                     const std::string& tree) {
    std::vector<std::string> damaged;
    for (const IndexedFile& expected : load_tree_index(home, tree).files) {
        on.check();
        const std::string path = home.tree(tree) + "/" + expected.path;
        const auto file = platform::find_file(path, O_RDONLY | O_NOFOLLOW);
        const bool right = file &&
                           platform::load_status(*file, path).size_bytes == expected.size_bytes &&
                           (expected.xxh3_128.empty() || same_content(on, *file, expected));
        if (!right) damaged.push_back(expected.path);
    }
    return damaged;
}

Condition check_tree(const OnWorker& on, const Home& home, const std::string& tree) {
    try {
        const auto header = find_tree(home, tree);
        if (!header) return Condition::absent;
        if (header->damaged) return Condition::damaged;
        if (header->synced || header->boot_id == platform::load_boot_id()) return Condition::whole;
        const bool whole = find_damage(on, home, tree).empty();
        const auto unpack = lock::LockSet::try_acquire(home.lock_file(), lock::Key::unpack(tree),
                                                       lock::Mode::exclusive);
        if (unpack) mark_tree(home, tree, whole, !whole, *unpack);
        return whole ? Condition::whole : Condition::damaged;
    } catch (const Error& e) {
        if (e.code() != Errc::corrupt) throw;  // The index itself did not reach the disk.
        return Condition::damaged;
    }
}

void mark_tree(const Home& home, const std::string& tree, bool synced, bool damaged,
               [[maybe_unused]] const lock::LockSet& unpack) {
    assert(unpack.holds(lock::Key::unpack(tree), lock::Mode::exclusive));
    const std::string path = home.tree_index(tree);
    const std::string text = platform::load_file(path);
    const std::size_t end = std::min(text.find('\n'), text.size());
    TreeHeader header = parse_tree_header(std::string_view(text).substr(0, end), path);
    header.synced = synced;
    header.damaged = damaged;
    const std::string staging = home.staging(lock::Key::unpack(tree));
    save_staged_durably(staging, path, serialise_header_line(header) + text.substr(end));
    platform::remove_empty_directory(staging);
}

}  // namespace latchkey::store

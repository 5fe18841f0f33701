#include "latchkey/store/collect.hpp"

#include "latchkey/base/error.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/tree.hpp"

namespace latchkey::store {
namespace {

using lock::Key;
using lock::LockSet;
using lock::Mode;

#ifndef LATCHKEY_GREEDY
constexpr bool kReadersCount = true;
#else
// For a program that tests compare with: they must notice what goes wrong when nobody is spared.
constexpr bool kReadersCount = false;
#endif

/// Empty also where the record cannot be understood: it did not reach the disk before the machine
/// went down, and must not keep what it described for ever.
std::optional<Record> find_readable_record(const Home& home, const std::string& toolchain,
                                           std::uint64_t number) {
    try {
        return find_record(home, toolchain, number);
    } catch (const Error& e) {
        if (e.code() != Errc::corrupt) throw;
        return std::nullopt;
    }
}

/// An adopted directory may be in use by rustup's own proxies, which hold no range: it stays until
/// the machine was booted anew.
bool kept_until_reboot(const Home& home, const std::string& toolchain, std::uint64_t number) {
    const auto record = find_readable_record(home, toolchain, number);
    return record && record->state == Record::State::adopted &&
           record->boot_id == platform::load_boot_id();
}

/// Moves a generation's directory out of the way, leaving a link to the name where there is one,
/// and deletes it.
void delete_generation(const OnWorker& on, const Home& home, const std::string& toolchain,
                       std::uint64_t number, bool leave_link) {
    const std::string place = home.generation(toolchain, number);
    const std::string staging = home.staging(Key::generation(toolchain, number));
    platform::remove_tree(on, staging);
    platform::make_directories(home.staging());
    if (leave_link) {
        platform::make_link("../../../toolchains/" + toolchain, staging);
        if (!platform::exchange_paths(staging, place)) {
            platform::remove_file(staging);
            platform::rename_path(place, staging);
            platform::make_link("../../../toolchains/" + toolchain, place);
        }
    } else {
        platform::rename_path(place, staging);
    }
    platform::remove_tree(on, staging);
}

void retire_directory(const OnWorker& on, const Home& home, const std::string& toolchain,
                      std::uint64_t number) {
    // A proxy of a plain directory shares generation 0, whatever number adoption gave it.
    std::vector<Key> keys{Key::generation(toolchain, number)};
    if (number != 0) {
        const auto record = find_readable_record(home, toolchain, number);
        if (!record || record->state == Record::State::adopted) {
            keys.push_back(Key::generation(toolchain, 0));
        }
    }
    const auto held = LockSet::try_acquire(home.lock_file(), keys, Mode::exclusive);
    if (!held && kReadersCount) return;
    const auto status = platform::find_status(home.generation(toolchain, number));
    if (!status || status->kind != platform::FileKind::directory) return;
    if (kept_until_reboot(home, toolchain, number)) return;
    const bool named = find_current(home, toolchain).kind == Current::Kind::generation;
    delete_generation(on, home, toolchain, number, named);
}

/// What a killed commit composed and never published.
void delete_leftover(const OnWorker& on, const Home& home, const std::string& toolchain,
                     std::uint64_t number) {
    const auto commit_lock =
        LockSet::try_acquire(home.lock_file(), Key::toolchain(toolchain), Mode::exclusive);
    if (!commit_lock || number <= current_number(home, toolchain)) return;
    const auto held =
        LockSet::try_acquire(home.lock_file(), Key::generation(toolchain, number), Mode::exclusive);
    if (!held) return;
    // Another clean-up may have deleted it since it was listed.
    const auto status = platform::find_status(home.generation(toolchain, number));
    if (!status || status->kind != platform::FileKind::directory) return;
    delete_generation(on, home, toolchain, number, false);
}

/// The table of a commit that was killed. Its record stays, for the next number is counted from it.
void delete_unpublished_table(const Home& home, const std::string& toolchain) {
    const std::vector<std::uint64_t> records = list_numbers(home, toolchain).records;
    if (records.empty() || records.back() <= current_number(home, toolchain)) return;
    const std::uint64_t number = records.back();
    if (!platform::find_status(home.proxy_table(toolchain, number))) return;
    const auto commit_lock =
        LockSet::try_acquire(home.lock_file(), Key::toolchain(toolchain), Mode::exclusive);
    if (!commit_lock || number <= current_number(home, toolchain)) return;
    // Somebody may use the directory of one that was killed while it was deleted.
    if (platform::find_status(home.generation(toolchain, number))) return;
    platform::remove_file(home.proxy_table(toolchain, number));
}

/// Links beyond the limit, and records of numbers that are nowhere any more. The highest record
/// stays: from it the next number is counted.
void forget_old_numbers(const Home& home, const std::string& toolchain) {
    const Numbers numbers = list_numbers(home, toolchain);
    const std::uint64_t current = current_number(home, toolchain);
    const bool named = find_current(home, toolchain).kind == Current::Kind::generation;
    std::vector<std::uint64_t> links = numbers.links;
    const std::size_t kept = named ? kMaxLinks : 0;
    while (links.size() > kept) {
        if (links.front() < current) {
            platform::remove_file(home.generation(toolchain, links.front()));
        }
        links.erase(links.begin());
    }
    for (const std::uint64_t number : numbers.records) {
        if (number >= current || number == numbers.records.back()) continue;
        // Looked at now, not in the list: that may be older than the directory of this record.
        // Below the current number none is made any more.
        if (platform::find_status(home.generation(toolchain, number))) continue;
        platform::remove_file(home.proxy_table(toolchain, number));
        platform::remove_file(home.record(toolchain, number));
    }
}

/// The trees of one toolchain's current generation; no answer where its record cannot be read.
bool add_references(const Home& home, const std::string& toolchain, std::set<std::string>& found) {
    for (;;) {
        const Current current = find_current(home, toolchain);
        if (current.kind != Current::Kind::generation) return true;
        try {
            const auto record = find_record(home, toolchain, current.number);
            if (record) {
                for (const std::string& tree : record->trees()) found.insert(tree);
                return true;
            }
        } catch (const Error&) {
            return false;
        }
        // Gone since the name was read: somebody has committed, and the name says another number
        // now.
        if (find_current(home, toolchain) == current) return false;
    }
}

void collect_tree(const OnWorker& on, const Home& home, const std::string& tree) {
    auto held = LockSet::try_acquire(home.lock_file(), Key::pin(tree), Mode::exclusive);
    if (!held) return;
    const auto references = find_references(home);
    if (!references || references->contains(tree)) return;
    if (!held->try_add(Key::use(tree), Mode::exclusive) && kReadersCount) return;
    if (!held->try_add(Key::unpack(tree), Mode::exclusive)) return;
    delete_tree(on, home, tree, *held);
}

}  // namespace

void retire(const OnWorker& on, const Home& home, const std::string& toolchain) {
    for (const std::uint64_t number : list_numbers(home, toolchain).directories) {
        on.check();
        const std::uint64_t current = current_number(home, toolchain);
        if (number < current) retire_directory(on, home, toolchain, number);
        if (number > current) delete_leftover(on, home, toolchain, number);
    }
    delete_unpublished_table(home, toolchain);
    forget_old_numbers(home, toolchain);
}

std::optional<std::set<std::string>> find_references(const Home& home) {
    std::set<std::string> found;
    for (const std::string& toolchain : generation_folders(home)) {
        if (!add_references(home, toolchain, found)) return std::nullopt;
    }
    return found;
}

void collect(const OnWorker& on, const Home& home) {
    // A look without locks spares most trees the ranges; what decides is the look under them.
    const auto hint = find_references(home);
    if (!hint) return;
    for (const platform::DirectoryEntry& entry : platform::find_entries(home.store())) {
        on.check();
        if (entry.kind != platform::FileKind::regular || !entry.name.ends_with(".json")) continue;
        const std::string tree = entry.name.substr(0, entry.name.size() - 5);
        if (!hint->contains(tree)) collect_tree(on, home, tree);
    }
}

void sweep(const OnWorker& on, const Home& home) {
    for (const platform::DirectoryEntry& entry : platform::find_entries(home.staging())) {
        on.check();
        const auto key = Key::parse_file_name(entry.name);
        if (!key) continue;
        const auto held = LockSet::try_acquire(home.lock_file(), *key, Mode::exclusive);
        if (held) platform::remove_tree(on, home.staging(*key));
    }
    for (const platform::DirectoryEntry& entry : platform::find_entries(home.store())) {
        on.check();
        if (entry.kind != platform::FileKind::directory) continue;
        if (platform::find_status(home.tree_index(entry.name))) continue;
        const auto held =
            LockSet::try_acquire(home.lock_file(), Key::unpack(entry.name), Mode::exclusive);
        if (held && !platform::find_status(home.tree_index(entry.name))) {
            platform::remove_tree(on, home.tree(entry.name));
        }
    }
}

}  // namespace latchkey::store

#include "latchkey/store/comparison.hpp"

#include <fcntl.h>

#include <algorithm>
#include <atomic>
#include <numeric>

#include "latchkey/base/error.hpp"
#include "latchkey/base/hash.hpp"
#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::store {
namespace {

constexpr std::size_t kBlockBytes = 1 << 20;

/// Compares one file after the other with one block of memory.
class Comparer {
public:
    Comparer(const OnWorker& on, Depth depth) : on_(on), depth_(depth) {}

    std::optional<Flaw> find_flaw(const ExpectedFile& expected) {
        on_.check();
        const IndexedFile& file = expected.file;
        const std::string path = expected.directory + "/" + file.path;
        std::optional<platform::FileStatus> status;
        try {
            status = platform::find_status(path);
        } catch (const Error&) {
            return Flaw::unreadable;  // Its folder is not for this user.
        }
        if (!status) return Flaw::missing;
        if (status->kind != platform::FileKind::regular) return Flaw::kind;
        if (status->size_bytes != file.size_bytes) return Flaw::size;
        const bool has_mode = status->permissions == file.mode;
        if (depth_ == Depth::content) {
            const auto flaw = find_flaw_of_content(path, file);
            // A mode can be set right, and then the file can be read.
            if (flaw && (*flaw != Flaw::unreadable || has_mode)) return flaw;
        }
        if (!has_mode) return Flaw::mode;
        if (depth_ == Depth::status && !has_time_of(*status, file)) return Flaw::time;
        return std::nullopt;
    }

private:
    std::optional<Flaw> find_flaw_of_content(const std::string& path, const IndexedFile& expected) {
        block_.resize(kBlockBytes);
        Xxh3 hash;
        try {
            const auto file = platform::find_permitted_file(path, O_RDONLY | O_NOFOLLOW);
            if (!file) return Flaw::unreadable;
            for (;;) {
                on_.check();
                const std::size_t count = platform::read_some(*file, block_, path);
                if (count == 0) break;
                hash.update(std::span(block_).first(count));
            }
        } catch (const Error&) {
            return Flaw::content;  // A bad sector.
        }
        if (hash.finish() != expected.xxh3_128) return Flaw::content;
        return std::nullopt;
    }

    const OnWorker& on_;
    const Depth depth_;
    std::vector<std::byte> block_;
};

}  // namespace

std::string_view describe(Flaw flaw) {
    switch (flaw) {
        case Flaw::missing:
            return "is missing";
        case Flaw::kind:
            return "is not a regular file";
        case Flaw::size:
            return "has another size";
        case Flaw::content:
            return "has another content";
        case Flaw::unreadable:
            return "cannot be read";
        case Flaw::mode:
            return "has another mode";
        case Flaw::time:
            return "has another time of modification";
    }
    return "";
}

std::optional<Flaw> find_flaw(const OnWorker& on, const ExpectedFile& expected, Depth depth) {
    return Comparer(on, depth).find_flaw(expected);
}

std::vector<std::optional<Flaw>> find_flaws(const OnWorker& on,
                                            std::span<const ExpectedFile> expected, Depth depth,
                                            unsigned more) {
    // The largest first, so that all threads end at about the same time.
    std::vector<std::size_t> order(expected.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater(), [&expected](std::size_t place) {
        return expected[place].file.size_bytes;
    });
    std::vector<std::optional<Flaw>> flaws(expected.size());
    std::atomic<std::size_t> next{0};
    on.spread(more, [&](const OnWorker& each) {
        Comparer comparer(each, depth);
        for (std::size_t i = next++; i < order.size(); i = next++) {
            flaws[order[i]] = comparer.find_flaw(expected[order[i]]);
        }
    });
    return flaws;
}

bool has_time_of(const platform::FileStatus& status, const IndexedFile& expected) {
    return status.kind == platform::FileKind::regular &&
           status.mtime_seconds == expected.mtime_seconds &&
           status.mtime_nanoseconds == expected.mtime_nanoseconds;
}

bool looks_unchanged(const platform::FileStatus& status, const IndexedFile& expected) {
    return has_time_of(status, expected) && status.size_bytes == expected.size_bytes &&
           status.permissions == expected.mode;
}

std::vector<std::string> find_damage(const OnWorker& on, const TreeIndex& index,
                                     const std::string& directory) {
    std::vector<std::string> damaged;
    Comparer comparer(on, Depth::content);
    for (const IndexedFile& expected : index.files) {
        const auto flaw = comparer.find_flaw({directory, expected});
        if (flaw && *flaw != Flaw::mode) damaged.push_back(expected.path);
    }
    return damaged;
}

}  // namespace latchkey::store

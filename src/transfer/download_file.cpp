#include "download_file.hpp"

#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::transfer {
namespace {

std::string part_of(const std::string& whole) {
    return whole + ".partial";
}

}  // namespace

std::optional<dist::Encoding> find_kept_encoding(const store::Home& home,
                                                 const std::vector<dist::Source>& sources) {
    std::optional<dist::Encoding> kept;
    std::uint64_t most_bytes = 0;
    for (const dist::Source& source : sources) {
        if (!source.digest()) continue;
        const std::string whole = home.downloads() + "/" + source.hash;
        for (const std::string& file : {whole, part_of(whole)}) {
            const auto status = platform::find_target_status(file);
            if (!status || status->size_bytes <= most_bytes) continue;
            most_bytes = status->size_bytes;
            kept = source.encoding;
        }
    }
    return kept;
}

DownloadFile find_download_file(const store::Home& home, const std::string& hash,
                                const std::string& staging, const std::string& tree,
                                lock::LockSet& unpack) {
    DownloadFile download;
    platform::make_directories(home.downloads());
    const std::string whole = home.downloads() + "/" + hash;
    // Another member of a group's home may have left what only he may write.
    const bool guarded =
        (tree == hash || unpack.try_add(lock::Key::unpack(hash), lock::Mode::exclusive)) &&
        platform::may_replace(whole) && platform::may_replace(part_of(whole));
    download.path = guarded ? part_of(whole) : staging + "/" + hash + ".partial";
    if (guarded && platform::is_file(whole)) {
        download.path = whole;
        download.complete = true;
    }
    const auto status = platform::find_target_status(download.path);
    if (status) download.have_bytes = status->size_bytes;
    return download;
}

void delete_parts(const OnWorker& on, const store::Home& home,
                  const std::set<std::string>& hashes) {
    for (const std::string& hash : hashes) {
        on.check();
        const auto held = lock::LockSet::try_acquire(home.lock_file(), lock::Key::unpack(hash),
                                                     lock::Mode::exclusive);
        if (held) platform::remove_file(part_of(home.downloads() + "/" + hash));
    }
}

}  // namespace latchkey::transfer

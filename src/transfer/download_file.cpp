#include "download_file.hpp"

#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::transfer {

std::optional<dist::Encoding> find_kept_encoding(const store::Home& home,
                                                 const std::vector<dist::Source>& sources) {
    std::optional<dist::Encoding> kept;
    std::uint64_t most_bytes = 0;
    for (const dist::Source& source : sources) {
        if (!source.digest()) continue;
        const std::string whole = home.downloads() + "/" + source.hash;
        for (const std::string& file : {whole, whole + ".partial"}) {
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
        platform::may_replace(whole) && platform::may_replace(whole + ".partial");
    download.path = guarded ? whole + ".partial" : staging + "/" + hash + ".partial";
    if (guarded && platform::is_file(whole)) {
        download.path = whole;
        download.complete = true;
    }
    const auto status = platform::find_target_status(download.path);
    if (status) download.have_bytes = status->size_bytes;
    return download;
}

}  // namespace latchkey::transfer

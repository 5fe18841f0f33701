#include "recheck.hpp"

#include <fmt/format.h>

#include "latchkey/dist/server.hpp"
#include "latchkey/platform/file.hpp"
#include "manifest_path.hpp"

namespace latchkey::fleet {
namespace {

bool is_as_it_came(const OnWorker& on, const std::string& path, const std::string& hash) {
    return platform::is_file(path) && hash_of_file(on, path) == hash;
}

}  // namespace

Rechecked recheck(const OnWorker& on, const MirrorFolder& folder) {
    Rechecked found;
    for (const auto& [path, file] : folder.ledger.files) {
        if (!file.size_bytes) continue;  // It was about to come.
        ++found.files;
        if (is_as_it_came(on, folder.path() + "/" + path, file.hash)) continue;
        if (!file.own) {
            found.foreign.push_back(path);
            continue;
        }
        found.bad.push_back({path, fmt::format("{}/{}", dist::kDefaultServer, path), file.hash,
                             path.substr(path.rfind('/') + 1)});
    }
    for (const LedgerRelease& each : folder.ledger.releases) {
        if (!each.published) continue;
        std::vector<std::string> paths = {manifest_path(each.channel, each.date)};
        if (each.current) paths.push_back(manifest_path(each.channel, std::nullopt));
        for (const std::string& path : paths) {
            ++found.files;
            const std::string full = folder.path() + "/" + path;
            if (!is_as_it_came(on, full, each.hash)) found.manifests.push_back(path);
        }
    }
    return found;
}

}  // namespace latchkey::fleet

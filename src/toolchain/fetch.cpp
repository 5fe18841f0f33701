#include "fetch.hpp"

#include "latchkey/base/error.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/tree.hpp"

namespace latchkey::toolchain {
namespace {

store::TreeIndex make_index(const transfer::Artifact& artifact, transfer::Delivery&& delivery) {
    store::TreeIndex index;
    index.header.component = artifact.component;
    index.header.version = artifact.version;
    index.header.encoding = dist::str(delivery.source.encoding);
    index.header.hash = delivery.source.hash;
    index.header.boot_id = platform::load_boot_id();
    for (const archive::UnpackedComponent& each : delivery.unpacked.components) {
        index.header.parts.push_back(
            {artifact.combined ? each.name : artifact.component.full_name(), {}});
        for (const archive::PayloadLine& line : each.payload) {
            const bool file = line.kind == archive::PayloadLine::Kind::file;
            index.header.parts.back().payload.push_back(
                {file ? dist::PayloadLine::Kind::file : dist::PayloadLine::Kind::dir, line.path});
        }
    }
    index.files.reserve(delivery.unpacked.files.size());
    for (archive::UnpackedFile& file : delivery.unpacked.files) {
        index.files.push_back({std::move(file.path), file.mode, file.size_bytes,
                               std::move(file.xxh3_128), file.mtime_seconds,
                               file.mtime_nanoseconds});
    }
    delivery.unpacked.files = {};
    index.directories = std::move(delivery.unpacked.directories);
    return index;
}

}  // namespace

task::awaitable<void> fetch_tree(Services& services, transfer::Artifact artifact, std::string tree,
                                 lock::LockSet& unpack) {
    transfer::Delivery delivery;
    try {
        delivery = co_await services.transfer->bring(services.reporter, artifact, tree, unpack);
    } catch (const Error& e) {
        if (artifact.combined || transfer::is_extract_failure(e)) throw;
        throw e.in("component download failed for " + artifact.display_name);
    }
    const std::vector<std::string> warnings = std::move(delivery.unpacked.warnings);
    auto publish = [&](const OnWorker& on) {
        const std::string download = delivery.download;
        store::TreeIndex index = make_index(artifact, std::move(delivery));
        // First: a kill between the two would leave a file that nobody ever looks at again.
        platform::remove_file(download);
        store::publish_tree(on, services.home, tree, std::move(index), unpack);
    };
    co_await on_worker(services, publish);
    for (const std::string& warning : warnings) services.reporter.warn(warning);
}

}  // namespace latchkey::toolchain

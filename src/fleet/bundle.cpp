#include "latchkey/fleet/bundle.hpp"

#include <fmt/format.h>

#include <set>

#include "latchkey/archive/tar_writer.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/sha256.hpp"
#include "latchkey/fleet/mirror.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"

namespace latchkey::fleet {
namespace {

constexpr std::size_t kBlockBytes = 1024 * 1024;

/// Packs files of a tree, and counts what comes out.
class Packing {
public:
    Packing(const OnWorker& on, std::string folder, archive::TarWriter::Output output)
        : on_(on), folder_(std::move(folder)), output_(std::move(output)) {}

    void run(const std::set<std::string>& paths, Bundled& result) {
        archive::TarWriter writer(
            [&](std::span<const std::byte> bytes) {
                hash_.update(bytes);
                result.bytes += bytes.size();
                output_(bytes);
            },
            archive::TarWriter::Form::plain);
        for (const std::string& path : paths) add(writer, path);
        writer.finish();
        result.files = paths.size();
        result.hash = hash_.finish().hex();
    }

private:
    void add(archive::TarWriter& writer, const std::string& path) {
        const std::string full = folder_ + "/" + path;
        const platform::Fd file = platform::open_file(full, O_RDONLY);
        archive::TarHead head;
        head.path = path;
        head.size_bytes = platform::load_status(file, full).size_bytes;
        writer.begin(head);
        std::vector<std::byte> block(kBlockBytes);
        while (const std::size_t count = platform::read_some(file, block, full)) {
            on_.check();
            writer.write(std::span(block).first(count));
        }
    }

    const OnWorker& on_;
    std::string folder_;
    archive::TarWriter::Output output_;
    Sha256 hash_;
};

void pack(const OnWorker& on, const BundleRequest& request, const std::set<std::string>& paths,
          Bundled& result) {
    if (request.file.empty()) return Packing(on, request.work, request.output).run(paths, result);
    const std::string draft = request.work + "/.latchkey/bundle";
    const platform::Fd file = platform::open_file(draft, O_WRONLY | O_CREAT | O_TRUNC);
    auto output = [&](std::span<const std::byte> bytes) {
        platform::write_all(file, bytes, request.file);
    };
    Packing(on, request.work, output).run(paths, result);
    platform::sync_file(file, request.file);
    platform::rename_path(draft, request.file);
}

}  // namespace

task::awaitable<Bundled> bundle(Means& means, BundleRequest request) {
    MirrorRequest wanted;
    wanted.folder = request.work;
    wanted.wanted = request.wanted;
    wanted.selection = request.selection;
    Bundled result;
    std::optional<Error> failure;
    try {
        Mirrored mirrored = co_await mirror(means, std::move(wanted));
        std::set<std::string> paths;
        for (const MirroredRelease& each : mirrored.releases) {
            paths.insert(each.files.begin(), each.files.end());
        }
        auto write = [&](const OnWorker& on) { pack(on, request, paths, result); };
        co_await task::offload(means.loop.workers(), write);
        result.releases = std::move(mirrored.releases);
    } catch (const Error& e) {
        failure = e;
    }
    // What has come is worth to be kept only if the next call finds it.
    if (!failure || request.file.empty()) {
        auto remove = [&](const OnWorker& on) { platform::remove_tree(on, request.work); };
        co_await task::offload(means.loop.workers(), remove);
    }
    if (failure) throw *failure;
    co_return result;
}

}  // namespace latchkey::fleet

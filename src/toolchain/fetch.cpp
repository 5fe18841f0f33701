#include "fetch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "download_source.hpp"
#include "feed.hpp"
#include "latchkey/archive/decoder.hpp"
#include "latchkey/archive/unpack.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/tree.hpp"
#include "latchkey/task/group.hpp"

namespace latchkey::toolchain {
namespace {

/// Units: bytes that may wait between the line and the decoder.
constexpr std::size_t kPipeBytes = 4 * 1024 * 1024;

/// What is fetched, and where it lies meanwhile.
struct Download {
    dist::Source source;
    std::string url;
    std::string file;       ///< `<hash>.partial`, or `<hash>` where that is complete.
    bool complete = false;  ///< `file` has all the bytes that there are.
    std::uint64_t have_bytes = 0;
};

/// Which encoding to fetch. Without a wish: as rustup, the smallest first.
const dist::Source& choose_source(const Services& services, const Artifact& artifact) {
    std::vector<dist::Encoding> wishes{dist::Encoding::zst, dist::Encoding::xz, dist::Encoding::gz};
    const config::Compression compression = services.options.variables.compression;
    const auto first = [&wishes](dist::Encoding encoding) {
        std::stable_partition(wishes.begin(), wishes.end(),
                              [encoding](dist::Encoding each) { return each == encoding; });
    };
    if (compression == config::Compression::xz) first(dist::Encoding::xz);
    if (compression == config::Compression::gz) first(dist::Encoding::gz);
    if (compression == config::Compression::zst) first(dist::Encoding::zst);
    for (const dist::Encoding wish : wishes) {
        for (const dist::Source& source : artifact.sources) {
            if (source.encoding == wish && source.digest()) return source;
        }
    }
    throw Error(Errc::corrupt,
                "the manifest has no usable hash for component '" + artifact.display_name + "'");
}

archive::Encoding to_archive(dist::Encoding encoding) {
    switch (encoding) {
        case dist::Encoding::gz:
            return archive::Encoding::gz;
        case dist::Encoding::zst:
            return archive::Encoding::zst;
        case dist::Encoding::xz:
            break;
    }
    return archive::Encoding::xz;
}

/// Finds what is there already. The file is guarded by the artifact's `unpack` range: where another
/// process has that one for a tree of another name, this one works on a file of its own, in
/// staging.
Download find_download(const store::Home& home, const dist::Source& source, std::string url,
                       const std::string& staging, const std::string& tree, lock::LockSet& unpack) {
    Download download{source, std::move(url), "", false, 0};
    const bool guarded = tree == source.hash ||
                         unpack.try_add(lock::Key::unpack(source.hash), lock::Mode::exclusive);
    platform::make_directories(home.downloads());
    const std::string whole = home.downloads() + "/" + source.hash;
    download.file = guarded ? whole + ".partial" : staging + "/" + source.hash + ".partial";
    if (guarded && platform::is_file(whole)) {
        download.file = whole;
        download.complete = true;
    }
    const auto status = platform::find_target_status(download.file);
    if (status) download.have_bytes = status->size_bytes;
    return download;
}

/// What the worker found out. An artifact whose bytes were bad after a resume is tried once more.
struct Unpacking {
    archive::Unpacked unpacked;
    std::optional<Error> checksum_failure;
};

Unpacking unpack_stream(const OnWorker& on, const Download& download, const Artifact& artifact,
                        const std::string& staging, task::Turns::Turn& turn,
                        std::optional<task::BytePipe> pipe) {
    Unpacking result;
    DownloadSource source(on, download.file, pipe, turn);
    std::optional<Error> extract_failure;
    try {
        const auto decoder = archive::make_decoder(to_archive(download.source.encoding), source);
        archive::UnpackRequest request;
        request.staging = staging;
        request.component_full = artifact.component.full_name();
        request.component_pkg = artifact.component.pkg;
        request.component_shown = artifact.short_name;
        // The store lies in the same file system; here, what a kill leaves is swept.
        request.case_folding = archive::folds_case(staging);
        result.unpacked = archive::unpack(on, *decoder, request);
    } catch (const Error& e) {
        // What is wrong with the bytes is told by their hash, so the rest is wanted too.
        if (source.failed() || e.code() == Errc::io) throw;
        extract_failure = e.in("failed to extract package");
    }
    source.drain();
    const std::string calculated = source.digest().hex();
    if (calculated != download.source.hash) {
        result.checksum_failure =
            Error(Errc::corrupt,
                  fmt::format("checksum failed for '{}', expected: '{}', calculated: '{}'",
                              without_credentials(download.url), download.source.hash, calculated));
    } else if (extract_failure) {
        throw *extract_failure;
    }
    return result;
}

store::TreeIndex make_index(const Artifact& artifact, const dist::Source& source,
                            const archive::Unpacked& unpacked) {
    store::TreeIndex index;
    index.header.component = artifact.component;
    index.header.version = artifact.version;
    index.header.encoding = dist::str(source.encoding);
    index.header.hash = source.hash;
    index.header.boot_id = platform::load_boot_id();
    for (const archive::PayloadLine& line : unpacked.payload) {
        const bool file = line.kind == archive::PayloadLine::Kind::file;
        index.header.payload.push_back(
            {file ? dist::PayloadLine::Kind::file : dist::PayloadLine::Kind::dir, line.path});
    }
    index.files.reserve(unpacked.files.size());
    for (const archive::UnpackedFile& file : unpacked.files) {
        index.files.push_back({file.path, file.mode, file.size_bytes, file.xxh3_128});
    }
    return index;
}

task::awaitable<void> unpack_on_worker(Services& services, const Download& download,
                                       const Artifact& artifact, const std::string& staging,
                                       std::optional<task::BytePipe> pipe, Unpacking& result) {
    task::Turns::Turn turn(services.turns, artifact.weight);
    auto job = [&download, &artifact, &staging, &turn, pipe](const OnWorker& on) {
        // Whoever still pushes is told when this ends, in whatever way.
        struct Leave {
            std::optional<task::BytePipe> pipe;
            ~Leave() {
                if (pipe) pipe->abandon();
            }
        };
        const Leave leave{pipe};
        return unpack_stream(on, download, artifact, staging, turn, pipe);
    };
    result = co_await task::offload_stream(services.loop.workers(), std::move(job));
}

task::awaitable<void> feed_into(Services& services, const Download& download, std::string id,
                                task::BytePipe pipe, FeedEnd& end) {
    net::Url url = net::Url::parse(download.url);
    end = co_await feed(services, std::move(url), download.have_bytes, std::move(pipe),
                        std::move(id), download.file);
}

/// One try. Empty: the server wants to begin from nothing.
task::awaitable<std::optional<Unpacking>> try_download(Services& services, const Download& download,
                                                       const Artifact& artifact,
                                                       const std::string& staging) {
    Unpacking result;
    FeedEnd end = FeedEnd::complete;
    std::optional<Error> failure;
    const std::string id = artifact.component.full_name();
    if (download.have_bytes > 0) services.reporter.advance(id, download.have_bytes);
    std::vector<task::awaitable<void>> both;
    std::optional<task::BytePipe> pipe;
    if (!download.complete) {
        pipe.emplace(kPipeBytes);
        both.push_back(feed_into(services, download, id, *pipe, end));
    }
    both.push_back(unpack_on_worker(services, download, artifact, staging, pipe, result));
    try {
        co_await task::all(std::move(both));
    } catch (const Error& e) {
        if (end != FeedEnd::restart) throw;
    }
    if (end == FeedEnd::restart) co_return std::nullopt;
    co_return std::move(result);
}

task::awaitable<void> fetch_into_staging(Services& services, const Artifact& artifact,
                                         const std::string& tree, const std::string& staging,
                                         lock::LockSet& unpack) {
    const store::Home home = services.home;
    const dist::Source source = choose_source(services, artifact);
    const std::string url = services.options.variables.server.component_url(source.url);
    services.reporter.debug(fmt::format("fetching {} as {} from '{}'", artifact.display_name,
                                        dist::str(source.encoding), without_credentials(url)));
    for (;;) {
        auto find = [&](const OnWorker& on) {
            store::prepare_unpacking(on, home, tree, artifact.component, unpack);
            return find_download(home, source, url, staging, tree, unpack);
        };
        const Download download = co_await on_worker(services, find);
        auto outcome = co_await try_download(services, download, artifact, staging);
        const bool resumed = download.complete || download.have_bytes > 0;
        if (outcome && !outcome->checksum_failure) {
            auto publish = [&](const OnWorker& on) {
                const store::TreeIndex index = make_index(artifact, source, outcome->unpacked);
                // First: a kill between the two would leave a file that nobody ever looks at again.
                platform::remove_file(download.file);
                store::publish_tree(on, home, tree, index, unpack);
            };
            co_await on_worker(services, publish);
            for (const std::string& warning : outcome->unpacked.warnings) {
                services.reporter.warn(warning);
            }
            co_return;
        }
        auto discard = [&download](const OnWorker&) { platform::remove_file(download.file); };
        co_await on_worker(services, discard);
        // Bytes that an earlier try left may be bad, or the server cannot resume: then from
        // nothing.
        if (!resumed) throw *outcome->checksum_failure;
        if (download.complete) services.reporter.warn("bad checksum for cached download");
    }
}

}  // namespace

task::awaitable<void> fetch_tree(Services& services, Artifact artifact, std::string tree,
                                 lock::LockSet& unpack) {
    const std::string staging = services.home.staging(lock::Key::unpack(tree));
    try {
        co_await fetch_into_staging(services, artifact, tree, staging, unpack);
    } catch (const Error& e) {
        const std::string outermost = e.chain().front();
        if (outermost == "failed to extract package") throw;
        throw e.in("component download failed for " + artifact.display_name);
    }
}

}  // namespace latchkey::toolchain

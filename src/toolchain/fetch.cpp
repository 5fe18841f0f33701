#include "fetch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "channel.hpp"
#include "download_source.hpp"
#include "encoding_choice.hpp"
#include "feed.hpp"
#include "latchkey/archive/decoder.hpp"
#include "latchkey/archive/unpack.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/dist/server.hpp"
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
    std::string shown;  ///< What texts call `file`.
};

/// What is known when an encoding is chosen.
struct Outlook {
    std::optional<dist::Encoding> kept;  ///< Of what an earlier try left.
    double processors = 1;
};

Outlook look_around(const Services& services, const Artifact& artifact) {
    Outlook outlook;
    outlook.processors = services.processors.count();
    std::uint64_t most_bytes = 0;
    for (const dist::Source& source : artifact.sources) {
        if (!source.digest()) continue;
        const std::string whole = services.home.downloads() + "/" + source.hash;
        for (const std::string& file : {whole, whole + ".partial"}) {
            const auto status = platform::find_target_status(file);
            if (!status || status->size_bytes <= most_bytes) continue;
            most_bytes = status->size_bytes;
            outlook.kept = source.encoding;
        }
    }
    return outlook;
}

Circumstances circumstances_of(const Services& services, const Artifact& artifact,
                               double processors) {
    return {services.client.line_bytes_per_second(), processors, artifact.together};
}

bool left_to_us(const Services& services) {
    return services.options.variables.compression == config::Compression::automatic;
}

/// What is there in part is fetched to its end. What lies on this machine comes as fast as it is
/// read.
dist::Source choose_encoding(const Services& services, const Artifact& artifact,
                             const Outlook& outlook) {
    constexpr double kFileBytesPerSecond = 1e9;
    const config::ChangeVariables& variables = services.options.variables;
    if (outlook.kept && left_to_us(services)) {
        return *std::ranges::find(artifact.sources, *outlook.kept, &dist::Source::encoding);
    }
    Circumstances circumstances = circumstances_of(services, artifact, outlook.processors);
    if (variables.server.dist_root.starts_with("file:")) {
        circumstances.line_bytes_per_second = kFileBytesPerSecond;
    }
    const dist::Source* const source =
        choose_source(artifact.sources, variables.compression, circumstances);
    if (!source) {
        throw Error(Errc::corrupt, "the manifest has no usable hash for component '" +
                                       artifact.display_name + "'");
    }
    return *source;
}

void tell_choice(const Services& services, const Artifact& artifact, const dist::Source& source,
                 const std::string& url, double processors) {
    const auto line = services.client.line_bytes_per_second();
    services.reporter.debug(fmt::format(
        "fetching {} as {} from '{}' (line: {}, free processors: {:.1f})", artifact.display_name,
        dist::str(source.encoding), without_credentials(url),
        line ? fmt::format("{:.1f} MB/s", *line / 1e6) : std::string("not known yet"), processors));
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
    Download download{source, std::move(url), "", false, 0, ""};
    platform::make_directories(home.downloads());
    const std::string whole = home.downloads() + "/" + source.hash;
    // Another member of a group's home may have left what only he may write.
    const bool guarded = (tree == source.hash ||
                          unpack.try_add(lock::Key::unpack(source.hash), lock::Mode::exclusive)) &&
                         platform::may_replace(whole) && platform::may_replace(whole + ".partial");
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
    bool in_pieces = false;  ///< As Fed has it.
};

Unpacking unpack_stream(const OnWorker& on, const Download& download, const Artifact& artifact,
                        const std::string& staging, task::Turns::Turn& turn,
                        std::optional<task::BytePipe> pipe, bool keep) {
    Unpacking result;
    DownloadSource source(on, download.file, pipe, download.source.hash, turn, keep);
    std::optional<Error> extract_failure;
    try {
        const auto decoder = archive::make_decoder(to_archive(download.source.encoding), source);
        archive::UnpackRequest request;
        request.staging = staging;
        if (!artifact.combined) {
            request.component_full = artifact.component.full_name();
            request.component_pkg = artifact.component.pkg;
        }
        request.component_shown = artifact.short_name;
        // Where the tree will live is mostly the same file system; here, what a kill leaves is
        // swept.
        request.case_folding = archive::folds_case(staging);
        result.unpacked = archive::unpack(on, *decoder, request);
    } catch (const Error& e) {
        // What is wrong with the bytes is told by their hash, so the rest is wanted too.
        if (source.failed() || e.code() == Errc::io) throw;
        extract_failure = e.in("failed to extract package");
    }
    source.drain();
    if (source.hash() != download.source.hash) {
        result.checksum_failure =
            dist::checksum_error(download.url, download.source.hash, source.hash());
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
    for (const archive::UnpackedComponent& each : unpacked.components) {
        index.header.parts.push_back(
            {artifact.combined ? each.name : artifact.component.full_name(), {}});
        for (const archive::PayloadLine& line : each.payload) {
            const bool file = line.kind == archive::PayloadLine::Kind::file;
            index.header.parts.back().payload.push_back(
                {file ? dist::PayloadLine::Kind::file : dist::PayloadLine::Kind::dir, line.path});
        }
    }
    index.files.reserve(unpacked.files.size());
    for (const archive::UnpackedFile& file : unpacked.files) {
        index.files.push_back({file.path, file.mode, file.size_bytes, file.xxh3_128,
                               file.mtime_seconds, file.mtime_nanoseconds});
    }
    index.directories = unpacked.directories;
    return index;
}

task::awaitable<void> unpack_on_worker(Services& services, const Download& download,
                                       const Artifact& artifact, const std::string& staging,
                                       std::optional<task::BytePipe> pipe, Unpacking& result) {
    task::Turns::Turn turn(services.turns, artifact.weight);
    const bool keep = services.keeps_downloads || download.have_bytes > 0;
    auto job = [&download, &artifact, &staging, &turn, pipe, keep](const OnWorker& on) {
        // Whoever still pushes is told when this ends, in whatever way.
        struct Leave {
            std::optional<task::BytePipe> pipe;
            ~Leave() {
                if (pipe) pipe->abandon();
            }
        };
        const Leave leave{pipe};
        return unpack_stream(on, download, artifact, staging, turn, pipe, keep);
    };
    result = co_await task::offload_stream(services.loop.workers(), std::move(job));
}

/// Whether another encoding is better, asked while this one comes; and which.
GiveUp reconsider(const Services& services, const Artifact& artifact, const dist::Source& source,
                  double processors, std::optional<dist::Source>& better) {
    return [&services, &artifact, &source, processors, &better](double share_left) {
        const dist::Source* const found = find_better(
            artifact.sources, source, share_left, circumstances_of(services, artifact, processors));
        if (found) better = *found;
        return found != nullptr;
    };
}

task::awaitable<void> feed_into(Services& services, const Download& download, std::string id,
                                task::BytePipe pipe, GiveUp give_up, Fed& fed) {
    net::Url url = net::Url::parse(download.url);
    fed = co_await feed(services, std::move(url), download.have_bytes, std::move(pipe), id,
                        download.shown, std::move(give_up));
    if (fed.end == FeedEnd::complete) services.reporter.phase(id, Phase::unpacking, "");
}

/// One try. Empty: it is to begin from nothing.
task::awaitable<std::optional<Unpacking>> try_download(Services& services, const Download& download,
                                                       const Artifact& artifact,
                                                       const std::string& staging, GiveUp give_up) {
    Unpacking result;
    Fed fed;
    std::optional<Error> failure;
    const std::string id = artifact.component.full_name();
    if (download.have_bytes > 0) services.reporter.resume(id, download.have_bytes);
    std::vector<task::awaitable<void>> both;
    std::optional<task::BytePipe> pipe;
    if (!download.complete) {
        pipe.emplace(kPipeBytes);
        both.push_back(feed_into(services, download, id, *pipe, std::move(give_up), fed));
    } else {
        services.reporter.phase(id, Phase::unpacking, "");
    }
    both.push_back(unpack_on_worker(services, download, artifact, staging, pipe, result));
    try {
        co_await task::all(std::move(both));
    } catch (const Error& e) {
        if (fed.end == FeedEnd::complete) throw;
    }
    if (fed.end != FeedEnd::complete) co_return std::nullopt;
    result.in_pieces = fed.in_pieces;
    co_return std::move(result);
}

/// The bar of what is fetched again.
void begin_again(Reporter& reporter, const Artifact& artifact) {
    const std::string id = artifact.component.full_name();
    reporter.begin(id, artifact.bar_name);
    reporter.phase(id, Phase::downloading, "");
}

task::awaitable<void> fetch_into_staging(Services& services, const Artifact& artifact,
                                         const std::string& tree, const std::string& staging,
                                         lock::LockSet& unpack) {
    const store::Home home = services.home;
    std::optional<dist::Source> better;  // Chosen while another one came: for good.
    unsigned restarts = 0;
    for (;;) {
        Outlook outlook;
        auto prepare = [&](const OnWorker& on) {
            store::prepare_unpacking(on, home, tree, artifact.component, unpack);
            outlook = look_around(services, artifact);
        };
        co_await on_worker(services, prepare);
        const bool decided = better.has_value();
        const dist::Source source =
            decided ? *better : choose_encoding(services, artifact, outlook);
        const std::string url = services.options.variables.server.component_url(source.url);
        tell_choice(services, artifact, source, url, outlook.processors);
        auto find = [&](const OnWorker&) {
            Download found = find_download(home, source, url, staging, tree, unpack);
            // rustup fetches a combined one into a temporary file, and says so.
            found.shown = artifact.combined ? temporary_path(home, url) : found.file;
            return found;
        };
        const Download download = co_await on_worker(services, find);
        services.fetched.insert(source.hash);
        GiveUp give_up;
        if (!decided && left_to_us(services) && download.have_bytes == 0) {
            give_up = reconsider(services, artifact, source, outlook.processors, better);
        }
        auto outcome = co_await try_download(services, download, artifact, staging, give_up);
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
        // Bytes that an earlier try left may be bad, the server cannot resume, or another encoding
        // is better: then from nothing.
        if (better && !decided) {
            begin_again(services.reporter, artifact);
            continue;
        }
        if (outcome && outcome->in_pieces) {
            services.downloads.give_up_parts(net::Url::parse(download.url));
        }
        if (!resumed && outcome && !outcome->in_pieces) throw *outcome->checksum_failure;
        // Its server sent other bytes for the rest, or none.
        if (!resumed && restarts++ == std::max(1U, services.options.variables.max_retries)) {
            if (outcome) throw *outcome->checksum_failure;
            throw Error(Errc::unreachable, "the server does not support resuming downloads")
                .in(fmt::format("could not download file from '{}' to '{}'",
                                without_credentials(download.url), download.shown));
        }
        if (download.complete) services.reporter.warn("bad checksum for cached download");
        begin_again(services.reporter, artifact);
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
        if (artifact.combined || outermost == "failed to extract package") throw;
        throw e.in("component download failed for " + artifact.display_name);
    }
}

}  // namespace latchkey::toolchain

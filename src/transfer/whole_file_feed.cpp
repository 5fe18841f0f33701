#include "whole_file_feed.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "feed.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/sha256.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/dist/server.hpp"
#include "latchkey/net/download_errors.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/task/byte_pipe.hpp"
#include "latchkey/task/group.hpp"

namespace latchkey::transfer {
namespace {

constexpr std::size_t kPipeBytes = 4 * 1024 * 1024;
constexpr std::size_t kBlockBytes = 256 * 1024;

/// The worker's side: hashes what the file has, then appends what comes, and syncs it.
class Saving {
public:
    Saving(std::string path, task::BytePipe pipe) : path_(std::move(path)), pipe_(pipe) {}
    Saving(const Saving&) = delete;
    Saving& operator=(const Saving&) = delete;
    ~Saving() { pipe_.abandon(); }  // Whoever still pushes is told that nothing more is wanted.

    /// The SHA-256 of all, in hexadecimal.
    std::string run(const OnWorker& on) {
        const platform::Fd file = platform::open_file(path_, O_RDWR | O_CREAT);
        task::BytePipe::Block block(kBlockBytes);
        while (const std::size_t count = platform::read_some(file, block, path_)) {
            on.check();
            hash_.update(std::span(block).first(count));
        }
        for (block = pipe_.pop(on); !block.empty(); block = pipe_.pop(on)) {
            platform::write_all(file, block, path_);
            hash_.update(block);
        }
        platform::sync_file(file, path_);
        return hash_.finish().hex();
    }

private:
    std::string path_;
    task::BytePipe pipe_;
    Sha256 hash_;
};

/// How one try ended.
struct Try {
    FeedEnd end = FeedEnd::complete;
    bool in_pieces = false;
    std::string hash;
};

task::awaitable<void> feed_into(Context& context, Progress& progress, Route& route,
                                const WholeFile& file, std::uint64_t have_bytes,
                                task::BytePipe pipe, Try& result) {
    const Fed fed = co_await feed(context, progress, route, have_bytes, std::move(pipe), file.id,
                                  file.path, GiveUp());
    result.end = fed.end;
    result.in_pieces = fed.in_pieces;
}

task::awaitable<void> save(Context& context, const WholeFile& file, task::BytePipe pipe,
                           Try& result) {
    auto job = [path = file.path, pipe](const OnWorker& on) { return Saving(path, pipe).run(on); };
    result.hash = co_await task::offload_stream(context.loop.workers(), std::move(job));
}

task::awaitable<Try> try_once(Context& context, Progress& progress, Route& route,
                              const WholeFile& file, std::uint64_t have_bytes) {
    Try result;
    if (have_bytes > 0) progress.resume(file.id, have_bytes);
    task::BytePipe pipe(kPipeBytes);
    std::vector<task::awaitable<void>> both;
    both.push_back(feed_into(context, progress, route, file, have_bytes, pipe, result));
    both.push_back(save(context, file, pipe, result));
    try {
        co_await task::all(std::move(both));
    } catch (const Error&) {
        if (result.end == FeedEnd::complete) throw;  // Otherwise the feed has failed its own pipe.
    }
    co_return result;
}

/// Of a try that has not failed, and has not brought the file.
Error failure_of(const WholeFile& file, const Route& route, const Try& result) {
    if (result.end == FeedEnd::complete) {
        return dist::checksum_error(route.text(), file.hash, result.hash);
    }
    return net::download_error(net::no_resume_error(), without_credentials(route.text()),
                               file.path);
}

}  // namespace

task::awaitable<void> bring_whole_file(Context& context, Progress& progress, WholeFile file) {
    std::set<std::size_t> bad_places;
    for (unsigned restarts = 0;;) {
        auto measure = [&file](const OnWorker&) {
            const auto status = platform::find_status(file.path);
            return status ? status->size_bytes : std::uint64_t{0};
        };
        const std::uint64_t have_bytes = co_await task::offload(context.loop.workers(), measure);
        Route route(context.mirrors, file.url, bad_places);
        const Try result = co_await try_once(context, progress, route, file, have_bytes);
        const bool whole = result.end == FeedEnd::complete;
        if (whole && result.hash == file.hash) co_return;
        auto discard = [&file](const OnWorker&) { platform::remove_file(file.path); };
        co_await task::offload(context.loop.workers(), discard);
        if (result.in_pieces) context.downloads.give_up_parts(route.url());
        // The bytes of an earlier try may be bad, or the server sent others for the rest.
        const bool again = have_bytes > 0 || result.in_pieces || !whole;
        const bool ends =
            again ? restarts++ == std::max(1U, context.variables.max_retries) : !route.has_choice();
        if (ends) throw failure_of(file, route, result);
        if (!again) {
            bad_places.insert(route.place());
            route.blame(failure_of(file, route, result), progress);
        }
        progress.begin(file.id, file.name);
        progress.phase(file.id, Phase::downloading, "");
    }
}

}  // namespace latchkey::transfer

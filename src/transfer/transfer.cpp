#include "latchkey/transfer/transfer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "context.hpp"
#include "download_file.hpp"
#include "download_source.hpp"
#include "encoding_choice.hpp"
#include "feed.hpp"
#include "latchkey/archive/decoder.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/dist/server.hpp"
#include "latchkey/net/download_errors.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/tree.hpp"
#include "latchkey/task/group.hpp"
#include "latchkey/task/wait.hpp"
#include "whole_file_feed.hpp"

namespace latchkey::transfer {
namespace {

/// Units: bytes that may wait between the line and the decoder.
constexpr std::size_t kPipeBytes = 4 * 1024 * 1024;

constexpr std::string_view kExtractFailure = "failed to extract package";

/// What lies on this machine comes as fast as it is read.
constexpr double kFileBytesPerSecond = 1e9;

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

/// How the bytes of one try turned out, when all of them had come.
struct Unpacking {
    archive::Unpacked unpacked;
    std::optional<std::string> calculated_hash;  ///< If it is not the expected one.
    bool in_pieces = false;                      ///< As Fed has it.
};

/// Whoever still pushes into a pipe is told when its reader ends, in whatever way.
class Reading {
public:
    explicit Reading(std::optional<task::BytePipe> pipe) : pipe_(std::move(pipe)) {}
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;
    ~Reading() {
        if (pipe_) pipe_->abandon();
    }

private:
    std::optional<task::BytePipe> pipe_;
};

/// One artifact on its way.
class Delivering {
public:
    Delivering(Context& context, Progress& progress, const Artifact& artifact, std::string tree,
               lock::LockSet& unpack, std::set<std::string>& begun, bool keeps_parts)
        : context_(context),
          progress_(progress),
          artifact_(artifact),
          id_(artifact.component.full_name()),
          tree_(std::move(tree)),
          staging_(context.home.staging(lock::Key::unpack(tree_))),
          unpack_(unpack),
          begun_(begun),
          keeps_parts_(keeps_parts) {}

    task::awaitable<Delivery> run() {
        for (;;) {
            co_await begin_try();
            const bool kept = file_.begun();
            std::optional<Unpacking> outcome;
            std::optional<Error> absence;
            try {
                outcome = co_await try_download();
            } catch (const Error& e) {
                if (!may_have_another(e)) throw;
                absence = e;
            }
            if (outcome && !outcome->calculated_hash) {
                co_return Delivery{source_, std::move(outcome->unpacked), file_.path};
            }
            auto discard = [this](const OnWorker&) { platform::remove_file(file_.path); };
            co_await task::offload(context_.loop.workers(), std::move(discard));
            if (absence) {
                pass_over_source(*absence);
                continue;
            }
            judge(kept, outcome);
            begin_again();
        }
    }

private:
    /// Empties staging, and decides what comes from where.
    task::awaitable<void> begin_try() {
        std::optional<dist::Encoding> kept;
        auto prepare = [this, &kept](const OnWorker& on) {
            store::prepare_unpacking(on, context_.home, tree_, artifact_.component, unpack_);
            processors_ = context_.processors.count();
            kept = find_kept_encoding(context_.home, sources_);
        };
        co_await task::offload(context_.loop.workers(), std::move(prepare));
        source_ = better_ ? *better_ : choose_encoding(kept);
        decided_ = better_.has_value();
        route_.emplace(context_.mirrors, source_.url, bad_places_);
        tell_choice();
        auto find = [this](const OnWorker&) {
            file_ = find_download_file(context_.home, source_.hash, staging_, tree_, unpack_);
        };
        co_await task::offload(context_.loop.workers(), std::move(find));
        begun_.insert(source_.hash);
    }

    /// Mirrors may leave encodings out that the manifest names.
    [[nodiscard]] bool may_have_another(const Error& failure) const {
        const bool absent = failure.code() == Errc::not_found ||
                            (failure.code() == Errc::unreachable && route_->is_absent_somewhere());
        return absent && encoding_left_to_us() && sources_.size() > 1;
    }

    void pass_over_source(const Error& absence) {
        progress_.debug(fmt::format("trying another encoding: {}", absence.what()));
        std::erase_if(sources_, [this](const dist::Source& each) {
            return each.encoding == source_.encoding;
        });
        better_.reset();
        begin_again();
    }

    [[nodiscard]] bool encoding_left_to_us() const {
        return context_.variables.compression == config::Compression::automatic;
    }

    [[nodiscard]] Circumstances circumstances() const {
        return {context_.client.line().bytes_per_second(), processors_, artifact_.together};
    }

    /// What is there in part is fetched to its end.
    [[nodiscard]] dist::Source choose_encoding(std::optional<dist::Encoding> kept) const {
        if (kept && encoding_left_to_us()) {
            return *std::ranges::find(sources_, *kept, &dist::Source::encoding);
        }
        Circumstances now = circumstances();
        const std::size_t first = context_.mirrors.order().front();
        if (context_.mirrors.server(first).dist_root.starts_with("file:")) {
            now.line_bytes_per_second = kFileBytesPerSecond;
        }
        const dist::Source* const source =
            choose_source(sources_, context_.variables.compression, now);
        if (!source) {
            throw Error(Errc::corrupt, "the manifest has no usable hash for component '" +
                                           artifact_.display_name + "'");
        }
        return *source;
    }

    void tell_choice() const {
        const auto line = context_.client.line().bytes_per_second();
        progress_.debug(fmt::format(
            "fetching {} as {} from '{}' (line: {}, free processors: {:.1f})",
            artifact_.display_name, dist::str(source_.encoding), without_credentials(url()),
            line ? fmt::format("{:.1f} MB/s", *line / 1e6) : std::string("not known yet"),
            processors_));
    }

    /// What texts call the file. rustup fetches a combined one into a temporary file.
    [[nodiscard]] std::string shown_file() const {
        return artifact_.combined ? context_.home.temporary_file_of(url()) : file_.path;
    }

    /// One try. Empty: it is to begin from nothing.
    task::awaitable<std::optional<Unpacking>> try_download() {
        Unpacking result;
        Fed fed;
        if (file_.have_bytes > 0) progress_.resume(id_, file_.have_bytes);
        std::vector<task::awaitable<void>> both;
        std::optional<task::BytePipe> pipe;
        if (!file_.complete) {
            pipe.emplace(kPipeBytes);
            both.push_back(feed_into(*pipe, fed));
        } else {
            progress_.phase(id_, Phase::unpacking, "");
        }
        both.push_back(unpack_on_worker(pipe, result));
        try {
            co_await task::all(std::move(both));
        } catch (const Error& e) {
            if (fed.end == FeedEnd::complete) throw;
        }
        if (fed.end != FeedEnd::complete) co_return std::nullopt;
        result.in_pieces = fed.in_pieces;
        co_return std::move(result);
    }

    task::awaitable<void> feed_into(task::BytePipe pipe, Fed& fed) {
        GiveUp give_up;
        if (!decided_ && encoding_left_to_us() && file_.have_bytes == 0) {
            give_up = [this](double share_left) { return finds_better(share_left); };
        }
        fed = co_await feed(context_, progress_, *route_, file_.have_bytes, std::move(pipe), id_,
                            shown_file(), std::move(give_up));
        if (fed.end == FeedEnd::complete) progress_.phase(id_, Phase::unpacking, "");
    }

    /// Whether another encoding is better than what is left of this one; keeps which.
    bool finds_better(double share_left) {
        const dist::Source* const found =
            find_better(sources_, source_, share_left, circumstances());
        if (found) better_ = *found;
        return found != nullptr;
    }

    task::awaitable<void> unpack_on_worker(std::optional<task::BytePipe> pipe, Unpacking& result) {
        task::Turns::Turn turn(context_.turns, artifact_.weight);
        task::Turns::Turn dictionary(context_.dictionaries, artifact_.weight);
        auto job = [this, &turn, &dictionary, pipe](const OnWorker& on) {
            const Reading reading(pipe);
            return unpack_stream(on, turn, dictionary, pipe);
        };
        result = co_await task::offload_stream(context_.loop.workers(), std::move(job));
    }

    Unpacking unpack_stream(const OnWorker& on, task::Turns::Turn& turn,
                            task::Turns::Turn& dictionary,
                            std::optional<task::BytePipe> pipe) const {
        Unpacking result;
        // xz -9 has one of 64 MiB; gz and zst have one of 32 KiB and of some megabytes.
        const bool fills_dictionary = source_.encoding == dist::Encoding::xz;
        DownloadSource bytes(on, file_.path, std::move(pipe), source_.hash, turn,
                             fills_dictionary ? &dictionary : nullptr,
                             keeps_parts_ || file_.have_bytes > 0);
        std::optional<Error> extract_failure;
        try {
            const auto decoder = archive::make_decoder(to_archive(source_.encoding), bytes);
            result.unpacked = archive::unpack(on, *decoder, unpack_request());
        } catch (const Error& e) {
            // What is wrong with the bytes is told by their hash, so the rest is wanted too.
            if (bytes.failed() || e.code() == Errc::io) throw;
            extract_failure = e.in(std::string(kExtractFailure));
        }
        bytes.drain();
        if (bytes.hash() != source_.hash) {
            result.calculated_hash = bytes.hash();
        } else if (extract_failure) {
            throw *extract_failure;
        }
        return result;
    }

    [[nodiscard]] archive::UnpackRequest unpack_request() const {
        archive::UnpackRequest request;
        request.staging = staging_;
        if (!artifact_.combined) {
            request.component_full = artifact_.component.full_name();
            request.component_pkg = artifact_.component.pkg;
        }
        request.component_shown = artifact_.short_name;
        // Where the tree will live is mostly the same file system; here, what a kill leaves is
        // swept.
        request.case_folding = archive::folds_case(staging_);
        return request;
    }

    /// After a try that brought nothing to use. From nothing once more, where an earlier try's
    /// bytes may be bad, the server cannot resume, or another encoding is better.
    ///
    /// `kept`: the try went on from such bytes.
    ///
    /// Throws: why there is no other try.
    void judge(bool kept, const std::optional<Unpacking>& outcome) {
        if (better_ && !decided_) return;
        if (outcome && outcome->in_pieces) context_.downloads.give_up_parts(route_->url());
        if (kept) {
            if (file_.complete) progress_.warn("bad checksum for cached download");
            return;
        }
        if (outcome && !outcome->in_pieces) {
            const Error failure = checksum_failure(*outcome);
            if (!route_->has_choice()) throw failure;
            bad_places_.insert(route_->place());  // All bytes were this one server's.
            route_->blame(failure, progress_);
            return;
        }
        // Its server sent other bytes for the rest, or none.
        if (restarts_++ != std::max(1U, context_.variables.max_retries)) return;
        if (outcome) throw checksum_failure(*outcome);
        throw net::download_error(net::no_resume_error(), without_credentials(url()), shown_file());
    }

    [[nodiscard]] Error checksum_failure(const Unpacking& outcome) const {
        return dist::checksum_error(url(), source_.hash, *outcome.calculated_hash);
    }

    /// Where it comes from now.
    [[nodiscard]] const std::string& url() const { return route_->text(); }

    /// The bar of what comes again.
    void begin_again() const {
        progress_.begin(id_, artifact_.bar_name);
        progress_.phase(id_, Phase::downloading, "");
    }

    Context& context_;
    Progress& progress_;
    const Artifact& artifact_;
    const std::string id_;
    const std::string tree_;
    const std::string staging_;
    lock::LockSet& unpack_;
    std::set<std::string>& begun_;
    const bool keeps_parts_;

    std::vector<dist::Source> sources_ = artifact_.sources;  ///< Those that may be there.
    std::optional<dist::Source> better_;  ///< Chosen while another one came: for good.
    unsigned restarts_ = 0;
    std::set<std::size_t> bad_places_;  ///< Servers that sent other bytes.

    // Of this try.
    double processors_ = 1;
    bool decided_ = false;  ///< It is the better one.
    dist::Source source_;
    std::optional<Route> route_;
    DownloadFile file_;
};

/// From servers, through the client.
class ClientTransfer final : public Transfer {
public:
    ClientTransfer(task::Loop& loop, net::Client& client, store::Home home,
                   const config::ChangeVariables& variables, mirrors::Mirrors& mirrors)
        : context_{loop,
                   client,
                   std::move(home),
                   variables,
                   mirrors,
                   Downloads(variables.concurrent_downloads),
                   task::Turns(loop.workers().threads()),
                   task::Turns(loop.workers().threads()),
                   FreeProcessors(loop.workers().threads())} {}

    task::awaitable<task::Permits::Permit> acquire(std::uint64_t weight) override {
        return context_.downloads.acquire(weight);
    }

    task::awaitable<Delivery> bring(Progress& progress, const Artifact& artifact, std::string tree,
                                    lock::LockSet& unpack) override {
        Delivering delivering(context_, progress, artifact, std::move(tree), unpack, begun_,
                              keeps_parts_);
        co_return co_await delivering.run();
    }

    task::awaitable<void> bring_file(Progress& progress, WholeFile file) override {
        return bring_whole_file(context_, progress, std::move(file));
    }

    [[nodiscard]] bool keeps_parts() const override { return keeps_parts_; }
    void keep_no_parts() override { keeps_parts_ = false; }

    void delete_parts(const OnWorker& on) override {
        transfer::delete_parts(on, context_.home, begun_);
        begun_.clear();
    }

private:
    Context context_;
    std::set<std::string> begun_;  ///< Hashes of what began to come.
    bool keeps_parts_ = true;
};

}  // namespace

bool is_extract_failure(const Error& e) {
    return e.chain().front() == kExtractFailure;
}

std::unique_ptr<Transfer> make_transfer(task::Loop& loop, net::Client& client, store::Home home,
                                        const config::ChangeVariables& variables,
                                        mirrors::Mirrors& mirrors) {
    return std::make_unique<ClientTransfer>(loop, client, std::move(home), variables, mirrors);
}

}  // namespace latchkey::transfer

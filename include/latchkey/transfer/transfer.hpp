#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "latchkey/archive/unpack.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/config/change_variables.hpp"
#include "latchkey/dist/component.hpp"
#include "latchkey/dist/manifest.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/mirrors/mirrors.hpp"
#include "latchkey/net/client.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/task/loop.hpp"
#include "latchkey/task/permits.hpp"
#include "latchkey/transfer/progress.hpp"
#include "latchkey/transfer/whole_file.hpp"

namespace latchkey::transfer {

/// A component to be fetched, or the whole archive of a release of before 2016.
struct Artifact {
    dist::Component component;
    std::string short_name;    ///< For errors about the archive: `clippy`.
    std::string bar_name;      ///< For its bar: `clippy`, `rust-std-wasm32-unknown-unknown`.
    std::string display_name;  ///< For download errors: `clippy-x86_64-unknown-linux-gnu`.
    std::string version;
    std::vector<dist::Source> sources;
    bool combined = false;     ///< Of before 2016: every component of the package is unpacked.
    std::uint64_t weight = 0;  ///< How much work it is, in any unit. The heaviest goes first.
    std::size_t together = 1;  ///< How many artifacts the change fetches, this one included.
};

/// An artifact, unpacked in its tree's staging folder.
struct Delivery {
    dist::Source source;         ///< The encoding that was fetched.
    archive::Unpacked unpacked;  ///< What the archive contained.
    std::string download;        ///< The path of its `.partial` file, to be deleted. May be gone.
};

/// Whether this is the `failed to extract package` of Transfer::bring(): the archive has the right
/// hash, and cannot be unpacked.
bool is_extract_failure(const Error& e);

/// Fetches artifacts from their servers into staging, several at once.
///
/// Thread: the loop's. Outlives its tasks.
class Transfer {
public:
    virtual ~Transfer() = default;

    /// Waits for the permit to fetch another artifact. Of those that wait, the heaviest gets the
    /// next permit.
    ///
    /// Units: `weight` as in Artifact.
    virtual task::awaitable<task::Permits::Permit> acquire(std::uint64_t weight) = 0;

    /// Downloads and unpacks an artifact: one pass from the socket through SHA-256, the `.partial`
    /// file, the decoder and the tar reader into the staging folder of `tree`.
    ///
    /// Chooses the encoding that will be finished first, given the speed of the line and of the
    /// processors. Changes to another encoding if all of that will take less time than the rest of
    /// this one.
    ///
    /// If a server of a list fails, stalls or does not have the file, the next one goes on at the
    /// byte where it ended. If all bytes came from one server and have another hash, the next server
    /// is asked for all of them.
    ///
    /// If an earlier try was stopped, decodes what it left in `downloads/`, in whatever encoding
    /// that is, and fetches only the rest. A failure leaves the `.partial` file for the next try.
    ///
    /// Requires: a permit of acquire().
    /// Throws:   Errc::corrupt, `checksum failed for …`; `failed to extract package: …`;
    ///           `could not download file from …`, around the error of the network; the
    ///           cancellation.
    /// Locks:    the caller holds `unpack <tree>` exclusively. May add the range of the archive's
    ///           hash to `unpack`.
    virtual task::awaitable<Delivery> bring(Progress& progress, const Artifact& artifact,
                                            std::string tree, lock::LockSet& unpack) = 0;

    /// Downloads a file as it is and syncs it, from whichever server of a list has it, as bring()
    /// does. A failure leaves what has come for the next try.
    ///
    /// Requires: a permit of acquire(); nobody else writes to the path.
    /// Throws:   Errc::corrupt, `checksum failed for …`; Errc::no_room; `could not download file
    ///           from …`, around the error of the network; the cancellation.
    virtual task::awaitable<void> bring_file(Progress& progress, WholeFile file) = 0;

    /// Whether a download that is stopped is kept for the next try.
    [[nodiscard]] virtual bool keeps_parts() const = 0;

    /// Keeps no parts of downloads from now on. For a disk without room for them.
    virtual void keep_no_parts() = 0;

    /// Deletes the parts of downloads that this process has begun and that nobody is fetching.
    ///
    /// Locks: takes `unpack <hash>` of each, only by trying.
    virtual void delete_parts(const OnWorker& on) = 0;
};

/// Makes transfers over `client` into `home`. Must not outlive `loop`, `client` and `mirrors`.
///
/// Uses the variables RUSTUP_CONCURRENT_DOWNLOADS and RUSTUP_MAX_RETRIES and the compression.
std::unique_ptr<Transfer> make_transfer(task::Loop& loop, net::Client& client, store::Home home,
                                        const config::ChangeVariables& variables,
                                        mirrors::Mirrors& mirrors);

}  // namespace latchkey::transfer

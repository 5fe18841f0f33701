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
#include "latchkey/net/client.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/task/loop.hpp"
#include "latchkey/task/permits.hpp"
#include "latchkey/transfer/progress.hpp"

namespace latchkey::transfer {

/// One component that is to be in the store.
struct Artifact {
    dist::Component component;
    std::string short_name;    ///< `clippy`: in the archive's error texts.
    std::string bar_name;      ///< `clippy`, `rust-std-wasm32-unknown-unknown`.
    std::string display_name;  ///< `clippy-x86_64-unknown-linux-gnu`: in download errors.
    std::string version;
    std::vector<dist::Source> sources;
    bool combined = false;     ///< All that its package has, in rustup's words of before 2016.
    std::uint64_t weight = 0;  ///< Of the work, beside others: the largest goes first.
    std::size_t together = 1;  ///< How many are fetched, this one included.
};

/// An artifact that lies unpacked in its tree's staging folder.
struct Delivery {
    dist::Source source;         ///< The encoding that came.
    archive::Unpacked unpacked;  ///< What the archive had.
    std::string download;        ///< The file of its bytes, to be deleted; may not be there.
};

/// Whether Transfer::bring() threw `failed to extract package`: the archive came whole, and was bad.
bool is_extract_failure(const Error& e);

/// Brings artifacts from their server into staging, several at once.
///
/// Thread: the loop's. Outlives its tasks.
class Transfer {
public:
    virtual ~Transfer() = default;

    /// Waits until another artifact may come: of those that wait, the one with the most work.
    /// Units: `weight` of the work, any.
    virtual task::awaitable<task::Permits::Permit> acquire(std::uint64_t weight) = 0;

    /// Downloads and unpacks an artifact: one pass from the socket through SHA-256, the `.partial`
    /// file, the decoder and the tar reader into the staging folder of `tree`.
    ///
    /// Takes the encoding that will be there first, by what the line brings and the processors
    /// decode, and changes to another one when that is better from its beginning than the rest.
    ///
    /// Decodes first what a killed or cancelled try left in `downloads/`, in whatever encoding it
    /// is, and fetches only the rest. A failure leaves the `.partial` file for the next try.
    ///
    /// Requires: a permit of `acquire`.
    /// Throws: Errc::corrupt, `checksum failed for …`; `failed to extract package: …`;
    ///         `could not download file from …`, of what the network threw; the cancellation.
    /// Locks:  `unpack <tree>`, exclusive; may add the range of the archive's hash to it.
    virtual task::awaitable<Delivery> bring(Progress& progress, const Artifact& artifact,
                                            std::string tree, lock::LockSet& unpack) = 0;

    /// Whether downloads are kept in part for another try.
    [[nodiscard]] virtual bool keeps_parts() const = 0;

    /// Keeps no part from now on: there is no room for any.
    virtual void keep_no_parts() = 0;

    /// Deletes the parts of what was begun here and is not being fetched by anybody.
    /// Blocks.
    virtual void delete_parts(const OnWorker& on) = 0;
};

/// Transfers over `client` into `home`. What is passed by reference outlives it.
///
/// Variables: RUSTUP_CONCURRENT_DOWNLOADS, RUSTUP_MAX_RETRIES, the compression and the server.
std::unique_ptr<Transfer> make_transfer(task::Loop& loop, net::Client& client, store::Home home,
                                        const config::ChangeVariables& variables);

}  // namespace latchkey::transfer

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "export_head.hpp"
#include "latchkey/base/permit.hpp"
#include "latchkey/fleet/imported.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::fleet {

/// A toolchain of an archive, whose trees have arrived.
struct Arrived {
    ExportHead head;
    std::string manifest;             ///< The text, as the toolchain had it.
    std::vector<lock::LockSet> pins;  ///< Of its trees, so that nobody collects them.
    std::uint64_t files = 0;          ///< That were unpacked.
    bool has_own_files = false;
};

/// What is to be done with a toolchain of an archive.
struct Wish {
    bool brings = true;  ///< False: its trees are passed over.
};

/// Reads an archive from its beginning to its end. Brings the trees of those toolchains of which
/// `wish` says so.
///
/// Throws: as import_toolchains().
/// Locks:  takes `pin` shared, and `unpack` for each tree that is unpacked, only by trying.
std::vector<Arrived> bring_trees(const OnWorker& on, const store::Home& home,
                                 const std::string& file,
                                 const std::function<Wish(const ExportHead&)>& wish);

/// Reads the archive once more, for the user's own files of one toolchain, and puts those that are
/// not there into its directory.
///
/// Locks: `toolchain`, exclusive.
void bring_own_files(const OnWorker& on, const store::Home& home, const std::string& file,
                     const lock::LockSet& held, ImportedToolchain& imported);

}  // namespace latchkey::fleet

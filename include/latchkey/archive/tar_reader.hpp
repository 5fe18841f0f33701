#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "latchkey/archive/byte_source.hpp"
#include "latchkey/base/permit.hpp"

namespace latchkey::archive {

/// A header of a tar stream that may be unpacked: a file or a directory.
struct TarEntry {
    enum class Kind { file, directory };
    std::string path;  ///< As in the archive, not checked at all.
    Kind kind;
    mode_t mode;  ///< As in the archive.
    std::uint64_t size_bytes;
};

/// Entries of a plain tar stream, in its order. libarchive reads the headers: ustar, pax, GNU, old.
///
/// Strict where libarchive is lenient: whatever it warns of is an error, the archive must have its
/// end mark, and only zeros may come after.
///
/// Throws: from every function what the source throws, the cancellation, and Errc::corrupt;
/// Errc::unsupported
///         for kinds that are neither file nor directory.
/// Thread: one at a time.
class TarReader {
public:
    /// Requires: `tar` outlives the reader.
    TarReader(const OnWorker& on, ByteSource& tar);
    ~TarReader();

    /// Skips what was not read of the entry before. Empty at the end, when the source is read to
    /// its own end.
    std::optional<TarEntry> next_entry();

    /// A part of the current file, of at most a megabyte. Empty at its end.
    ///
    /// Shape: valid until the next call of anything.
    std::span<const std::byte> next_data();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace latchkey::archive

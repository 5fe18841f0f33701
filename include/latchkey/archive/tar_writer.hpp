#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace latchkey::archive {

/// What a tar archive says of a name.
struct TarHead {
    enum class Kind { file, directory, symlink };
    std::string path;  ///< Relative, any bytes.
    Kind kind = Kind::file;
    mode_t mode = 0644;
    std::uint64_t size_bytes = 0;    ///< Of a file.
    std::int64_t mtime_seconds = 0;  ///< Since 1970.
    std::string link = {};           ///< Of a symlink: where it leads.
};

/// Writes a tar archive. The same calls give the same bytes: owners are root, as numbers.
///
/// Thread: one at a time.
class TarWriter {
public:
    /// Gets the archive's bytes in order. What it throws, the writer's functions throw.
    using Output = std::function<void(std::span<const std::byte>)>;

    /// `plain`: of POSIX, with names of up to 255 bytes and files below 8 GiB, as
    /// net::find_tar_members() reads it. `gnu`: any name and size.
    enum class Form { plain, gnu };

    TarWriter(Output output, Form form);
    ~TarWriter();
    TarWriter(const TarWriter&) = delete;
    TarWriter& operator=(const TarWriter&) = delete;

    /// Begins the next name.
    ///
    /// Throws: Errc::unsupported if the form cannot say that.
    void begin(const TarHead& head);

    /// More of the content of the file that was begun last.
    ///
    /// Requires: in the end, as much as its head says.
    void write(std::span<const std::byte> bytes);

    /// Writes the end mark.
    void finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace latchkey::archive

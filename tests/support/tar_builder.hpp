#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace latchkey::test {

/// One tar header as it shall be written, wrong or right.
///
/// Source: POSIX.1-2017, pax, "ustar Interchange Format".
struct TarHeader {
    std::string name;    ///< At most 100 bytes reach the header.
    char kind = '0';     ///< '0' file, '5' directory, '1' hard link, '2' symlink, '3' '4' '6' ...
    mode_t mode = 0644;  ///< Written as given, with set-id bits.
    std::uint64_t size = 0;
    std::string link = {};
    bool right_checksum = true;
};

/// Writes plain tar streams: decent ones with `directory` and `file`, evil ones with `entry` and
/// `raw`.
class TarBuilder {
public:
    /// A directory entry; a last slash is added if missing.
    TarBuilder& directory(const std::string& path, mode_t mode = 0755);

    /// A regular file. A path over 100 bytes gets a pax header.
    TarBuilder& file(const std::string& path, std::string_view text, mode_t mode = 0644);

    /// A header exactly as given, then `content` padded to blocks. `header.size` is not touched.
    TarBuilder& entry(const TarHeader& header, std::string_view content = {});

    /// A pax extended header for the entry after it, such as {{"path", "a/b"}, {"size", "12"}}.
    TarBuilder& pax(const std::vector<std::pair<std::string, std::string>>& records);

    /// GNU's long name for the entry after it.
    TarBuilder& gnu_long_name(const std::string& name);

    TarBuilder& raw(std::string_view bytes);

    /// With the two zero blocks that end an archive.
    [[nodiscard]] std::string bytes() const;

    /// Without them.
    [[nodiscard]] const std::string& unfinished() const { return bytes_; }

private:
    std::string bytes_;
};

/// A file of a component.
struct PackageFile {
    std::string path;
    std::string text;
    mode_t mode = 0644;
};

/// A whole package as rust-installer makes it: `<top>/` with version, `components` and one
/// component. Each file gets a `file:` line, unless it lies in one of `directories`, which get
/// `dir:` lines. Directory entries come first, then the files sorted by their reversed paths, as
/// upstream has it.
std::string package(const std::string& top, const std::string& component,
                    const std::vector<PackageFile>& files,
                    const std::vector<std::string>& directories = {});

/// One gzip member.
std::string gzip(std::string_view bytes, int level = 6);

/// Upstream's shape: one stream of one block, without a check.
std::string xz(std::string_view bytes, unsigned preset = 6);

/// One stream with a CRC-64 and a dictionary size that is only claimed, not used.
std::string xz_with_dictionary(std::string_view bytes, std::uint32_t dictionary_bytes);

/// One frame with a checksum. `window_log` 0: the level's own; otherwise long-distance matching.
std::string zstd(std::string_view bytes, int level = 3, int window_log = 0);

}  // namespace latchkey::test

#include "latchkey/archive/tar_reader.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <string_view>

#include "latchkey/base/error.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/platform/process.hpp"

/// In the place of libarchive's own, by the linker: it says "Fatal Internal Error in libarchive:
/// Out of memory", where what it builds of names cannot be had, and calls exit(3) on this thread.
extern "C" [[noreturn]] void __wrap___archive_errx(int /*exit_code*/, const char* /*message*/) {
    latchkey::platform::die_without_memory();
}

namespace latchkey::archive {

namespace {

constexpr std::size_t kMaxBlockBytes = 1024 * 1024;
constexpr std::uint64_t kMaxStreamBytes = std::uint64_t{1} << 40;
constexpr std::uint64_t kEndMarkBytes = 1024;  // Source: POSIX.1-2017, pax: two blocks of zeros.

struct FreeArchive {
    void operator()(::archive* reader) const { archive_read_free(reader); }
};

// In the words of rustup's tar library.
const char* kind_name(::archive_entry* entry) {
    if (archive_entry_hardlink(entry) != nullptr) return "Link";
    switch (archive_entry_filetype(entry)) {
        case AE_IFLNK:
            return "Symlink";
        case AE_IFCHR:
            return "Char";
        case AE_IFBLK:
            return "Block";
        case AE_IFIFO:
            return "Fifo";
        default:
            return "Unknown";
    }
}

std::size_t size_without_zeros(std::span<const std::byte> bytes) {
    std::size_t size = bytes.size();
    while (size > 0 && bytes[size - 1] == std::byte{0}) --size;
    return size;
}

}  // namespace

struct TarReader::State {
    State(const OnWorker& permit, ByteSource& source) : on(permit), tar(source) {}

    const OnWorker& on;
    ByteSource& tar;
    std::unique_ptr<::archive, FreeArchive> reader{archive_read_new()};

    std::span<const std::byte> rest;  // Of the source's block, not given to libarchive yet.
    std::uint64_t given_end = 0;      // Where in the stream the last given byte ends,
    std::uint64_t nonzero_end = 0;    // and the last that is not zero.
    bool source_ended = false;
    std::exception_ptr source_failure;

    std::uint64_t entry_size = 0;
    std::uint64_t entry_read = 0;

    std::span<const std::byte> take() {
        on.check();
        if (rest.empty() && !source_ended) {
            rest = tar.next();
            source_ended = rest.empty();
        }
        const auto given = rest.first(std::min(rest.size(), kMaxBlockBytes));
        rest = rest.subspan(given.size());
        if (const std::size_t end = size_without_zeros(given); end > 0) {
            nonzero_end = given_end + end;
        }
        given_end += given.size();
        if (given_end > kMaxStreamBytes) throw Error(Errc::corrupt, "package is larger than 1 TiB");
        return given;
    }

    // Called by libarchive, which is C: nothing is thrown through it.
    static la_ssize_t read(::archive* /*reader*/, void* self, const void** block) {
        auto& state = *static_cast<State*>(self);
        try {
            const std::span<const std::byte> bytes = state.take();
            *block = bytes.data();
            return static_cast<la_ssize_t>(bytes.size());
        } catch (...) {
            state.source_failure = std::current_exception();
            return ARCHIVE_FATAL;
        }
    }

    [[noreturn]] void fail() const {
        if (source_failure) std::rethrow_exception(source_failure);
        if (source_ended) throw Error(Errc::corrupt, "unexpected end of file");
        const char* cause = archive_error_string(reader.get());
        throw Error(Errc::corrupt, cause != nullptr ? cause : "unknown cause")
            .in("damaged tar archive");
    }

    // A pax name outside of ASCII "can't be converted from UTF-8 to current locale", which is C
    // here. The entry then has the archive's own bytes, and these are wanted: in a UTF-8 locale
    // libarchive would compose them (NFC), and the file would not have the name that `manifest.in`
    // says.
    [[nodiscard]] bool warns_of_charset() const {
        const char* cause = archive_error_string(reader.get());
        return cause != nullptr &&
               std::string_view(cause).find("can't be converted") != std::string_view::npos;
    }

    // libarchive is content with a stream that just stops, and with anything behind the end mark.
    void require_clean_end() {
        const auto end_mark =
            static_cast<std::uint64_t>(archive_read_header_position(reader.get()));
        while (!take().empty()) {
        }
        if (nonzero_end > end_mark) {
            throw Error(Errc::corrupt, "data after the end of the archive");
        }
        if (given_end < end_mark + kEndMarkBytes) {
            throw Error(Errc::corrupt, "unexpected end of file");
        }
    }
};

TarReader::TarReader(const OnWorker& on, ByteSource& tar)
    : state_(std::make_unique<State>(on, tar)) {
    ::archive* reader = state_->reader.get();
    if (reader == nullptr || archive_read_support_format_tar(reader) != ARCHIVE_OK) {
        throw Error(Errc::io, "not enough memory to read a tar archive");
    }
    if (archive_read_open(reader, state_.get(), nullptr, State::read, nullptr) != ARCHIVE_OK) {
        state_->fail();
    }
}

TarReader::~TarReader() = default;

std::optional<TarEntry> TarReader::next_entry() {
    State& state = *state_;
    state.on.check();
    ::archive_entry* entry = nullptr;
    const int result = archive_read_next_header(state.reader.get(), &entry);
    if (result == ARCHIVE_EOF) {
        state.require_clean_end();
        return std::nullopt;
    }
    if (result != ARCHIVE_OK && !(result == ARCHIVE_WARN && state.warns_of_charset())) state.fail();
    const char* path = archive_entry_pathname(entry);
    if (path == nullptr) throw Error(Errc::corrupt, "a tar entry has no name");
    const bool directory = archive_entry_filetype(entry) == AE_IFDIR;
    const bool file =
        archive_entry_filetype(entry) == AE_IFREG && archive_entry_hardlink(entry) == nullptr;
    if (!directory && !file) {
        throw Error(Errc::unsupported,
                    fmt::format("tar entry kind '{}' is not supported", kind_name(entry)));
    }
    if (archive_entry_sparse_count(entry) > 0) {
        throw Error(Errc::unsupported, "tar entry kind 'GNUSparse' is not supported");
    }
    const la_int64_t size = archive_entry_size(entry);
    if (size < 0 || static_cast<std::uint64_t>(size) > kMaxStreamBytes || (directory && size > 0)) {
        throw Error(Errc::corrupt,
                    fmt::format("tar entry '{}' has an impossible size", printable_line(path)));
    }
    state.entry_size = static_cast<std::uint64_t>(size);
    state.entry_read = 0;
    return TarEntry{path, directory ? TarEntry::Kind::directory : TarEntry::Kind::file,
                    static_cast<mode_t>(archive_entry_mode(entry) & 07777), state.entry_size};
}

std::span<const std::byte> TarReader::next_data() {
    State& state = *state_;
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    while (state.entry_read < state.entry_size) {
        const int result = archive_read_data_block(state.reader.get(), &block, &size, &offset);
        if (result != ARCHIVE_OK && result != ARCHIVE_EOF) state.fail();
        const auto read = static_cast<std::uint64_t>(offset);
        if (result == ARCHIVE_EOF || read != state.entry_read) {
            throw Error(Errc::corrupt, "a tar entry has holes");
        }
        state.entry_read += size;
        if (size > 0) return {static_cast<const std::byte*>(block), size};
    }
    return {};
}

}  // namespace latchkey::archive

#include "latchkey/archive/tar_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "latchkey/base/error.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/base/text.hpp"

// By hand: libarchive's writer cannot be linked without its zip formats, and so zlib and bzip2.
namespace latchkey::archive {
namespace {

constexpr std::size_t kBlockBytes = 512;
constexpr std::size_t kNameBytes = 100;
constexpr std::size_t kPrefixBytes = 155;
constexpr std::uint64_t kOctalEnd = std::uint64_t{1} << 33;  // Of eleven digits of base 8.
constexpr std::string_view kMagic(
    "ustar\0"
    "00",
    8);

// Source: POSIX.1, pax, "ustar Interchange Format"; GNU tar, "Basic Tar Format".
constexpr std::size_t kModeAt = 100;
constexpr std::size_t kUserAt = 108;
constexpr std::size_t kGroupAt = 116;
constexpr std::size_t kSizeAt = 124;
constexpr std::size_t kTimeAt = 136;
constexpr std::size_t kChecksumAt = 148;
constexpr std::size_t kKindAt = 156;
constexpr std::size_t kLinkAt = 157;
constexpr std::size_t kMagicAt = 257;
constexpr std::size_t kPrefixAt = 345;

/// One header on its way.
class Header {
public:
    Header(char kind, mode_t mode, std::uint64_t size_bytes, std::uint64_t seconds) {
        put(kModeAt, fmt::format("{:07o}", mode));
        put(kUserAt, "0000000");
        put(kGroupAt, "0000000");
        put_number(kSizeAt, size_bytes);
        put_number(kTimeAt, seconds);
        block_[kKindAt] = kind;
        put(kMagicAt, kMagic);
    }

    void put(std::size_t at, std::string_view text) { std::ranges::copy(text, &block_[at]); }

    std::string_view finish() {
        put(kChecksumAt, "        ");
        std::uint64_t sum = 0;
        for (const char c : block_) sum += static_cast<unsigned char>(c);
        put(kChecksumAt, fmt::format("{:06o}", sum));
        block_[kChecksumAt + 6] = '\0';
        return {block_.data(), block_.size()};
    }

private:
    /// In base 8, or as GNU has larger ones: in base 256.
    void put_number(std::size_t at, std::uint64_t number) {
        if (number < kOctalEnd) return put(at, fmt::format("{:011o}", number));
        block_[at] = static_cast<char>(0x80);
        for (std::size_t i = 0; i < 8; ++i) {
            block_[at + 11 - i] = static_cast<char>(number >> (8 * i));
        }
    }

    std::array<char, kBlockBytes> block_{};
};

char kind_of(TarHead::Kind kind) {
    if (kind == TarHead::Kind::directory) return '5';
    return kind == TarHead::Kind::symlink ? '2' : '0';
}

/// Where a long path is cut for a header: behind the prefix. Empty: nowhere.
std::optional<std::size_t> cut_of(std::string_view path) {
    const std::size_t slash = path.rfind('/', kPrefixBytes);
    if (slash == std::string_view::npos || slash == 0) return std::nullopt;
    const std::size_t rest = path.size() - slash - 1;
    if (rest == 0 || rest > kNameBytes) return std::nullopt;
    return slash;
}

}  // namespace

struct TarWriter::State {
    void put(std::string_view text) const { output(as_bytes(text)); }

    /// Zeros to the end of the block.
    void pad(std::uint64_t bytes) const {
        const std::size_t rest = bytes % kBlockBytes;
        if (rest > 0) put(std::string(kBlockBytes - rest, '\0'));
    }

    /// A name that the next header has no room for, as GNU has it.
    void put_long(char kind, const std::string& text) const {
        Header header(kind, 0644, text.size() + 1, 0);
        header.put(0, "././@LongLink");
        put(header.finish());
        put(text + '\0');
        pad(text.size() + 1);
    }

    Output output;
    Form form;
    std::uint64_t size_bytes = 0;  ///< Of the file that was begun last.
};

TarWriter::TarWriter(Output output, Form form)
    : state_(std::make_unique<State>(State{std::move(output), form})) {}

TarWriter::~TarWriter() = default;

void TarWriter::begin(const TarHead& head) {
    state_->pad(std::exchange(state_->size_bytes, 0));
    const bool is_file = head.kind == TarHead::Kind::file;
    const std::uint64_t size_bytes = is_file ? head.size_bytes : 0;
    const auto cut = head.path.size() > kNameBytes ? cut_of(head.path) : std::nullopt;
    const bool is_long = head.path.size() > kNameBytes && !cut;
    if (state_->form == Form::plain && (is_long || size_bytes >= kOctalEnd)) {
        throw Error(Errc::unsupported,
                    fmt::format("'{}' is too long or too large for a tar archive",
                                printable_line(head.path)));
    }
    if (is_long) state_->put_long('L', head.path);
    if (head.link.size() > kNameBytes) state_->put_long('K', head.link);
    Header header(kind_of(head.kind), head.mode & 07777, size_bytes,
                  static_cast<std::uint64_t>(std::max<std::int64_t>(0, head.mtime_seconds)));
    const std::string_view path = head.path;
    if (cut) header.put(kPrefixAt, path.substr(0, *cut));
    header.put(0, path.substr(cut ? *cut + 1 : 0, kNameBytes));
    header.put(kLinkAt, std::string_view(head.link).substr(0, kNameBytes));
    state_->put(header.finish());
    state_->size_bytes = size_bytes;
}

void TarWriter::write(std::span<const std::byte> bytes) {
    if (!bytes.empty()) state_->output(bytes);
}

void TarWriter::finish() {
    state_->pad(std::exchange(state_->size_bytes, 0));
    state_->put(std::string(2 * kBlockBytes, '\0'));
}

}  // namespace latchkey::archive

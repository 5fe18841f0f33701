#include "latchkey/net/tar_members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/seek.hpp"

namespace latchkey::net {
namespace {

constexpr std::uint64_t kBlockBytes = 512;
constexpr std::string_view kMagic(
    "ustar\0"
    "00",
    8);

using Block = std::array<std::byte, kBlockBytes>;

/// A field of a header: its place, and how many bytes it has.
struct Field {
    std::size_t first;
    std::size_t size;
};
constexpr Field kName{0, 100};
constexpr Field kSize{124, 12};
constexpr Field kChecksum{148, 8};
constexpr Field kKind{156, 1};
constexpr Field kMagicField{257, 8};
constexpr Field kPrefix{345, 155};

std::string_view bytes_of(const Block& block, Field field) {
    return {reinterpret_cast<const char*>(block.data()) + field.first, field.size};
}

std::string_view text_of(const Block& block, Field field) {
    const std::string_view bytes = bytes_of(block, field);
    return bytes.substr(0, bytes.find('\0'));
}

/// Digits of base 8, and what may stand around them. Empty: it is no such number.
std::optional<std::uint64_t> number_of(const Block& block, Field field) {
    std::uint64_t value = 0;
    for (const char c : text_of(block, field)) {
        if (c == ' ') continue;
        if (c < '0' || c > '7') return std::nullopt;
        value = value * 8 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

/// The sum of the header's bytes, its own field taken as blanks.
std::uint64_t sum_of(const Block& block) {
    std::uint64_t sum = kChecksum.size * ' ';
    for (std::size_t i = 0; i < block.size(); ++i) {
        const bool own = i >= kChecksum.first && i < kChecksum.first + kChecksum.size;
        if (!own) sum += std::to_integer<std::uint64_t>(block[i]);
    }
    return sum;
}

std::string path_of(const Block& block) {
    const std::string_view prefix = text_of(block, kPrefix);
    const std::string_view name = text_of(block, kName);
    return prefix.empty() ? std::string(name) : fmt::format("{}/{}", prefix, name);
}

class TarReader {
public:
    TarReader(const platform::Fd& file, const std::string& shown)
        : file_(file), shown_(shown), size_bytes_(platform::load_status(file, shown).size_bytes) {}

    std::optional<std::map<std::string, TarMember>> run() {
        for (std::uint64_t at = 0;; at = next_) {
            Block block{};
            if (size_bytes_ < at + kBlockBytes) {
                if (at == 0) return std::nullopt;
                refuse("it is cut off");
            }
            load(at, block);
            if (at == 0 && bytes_of(block, kMagicField) != kMagic) return std::nullopt;
            if (std::ranges::all_of(block, [](std::byte b) { return b == std::byte{0}; })) {
                return std::move(members_);
            }
            take(at, block);
        }
    }

private:
    [[noreturn]] void refuse(const std::string& what) const {
        throw Error(Errc::corrupt,
                    fmt::format("the archive '{}' is damaged: {}; get it anew", shown_, what));
    }

    void load(std::uint64_t at, Block& block) const {
        platform::seek_to(file_, at, shown_);
        std::size_t have = 0;
        while (have < block.size()) {
            const std::size_t count =
                platform::read_some(file_, std::span(block).subspan(have), shown_);
            if (count == 0) refuse("it is cut off");
            have += count;
        }
    }

    void take(std::uint64_t at, const Block& block) {
        if (bytes_of(block, kMagicField) != kMagic ||
            number_of(block, kChecksum) != sum_of(block)) {
            refuse(fmt::format("there is no header at byte {}", at));
        }
        const std::string path = path_of(block);
        const auto size = number_of(block, kSize);
        if (!size) refuse(fmt::format("'{}' has a size that is none", printable_line(path)));
        const std::uint64_t begin = at + kBlockBytes;
        if (*size > size_bytes_ - begin) {
            refuse(fmt::format("it is cut off in '{}'", printable_line(path)));
        }
        next_ = begin + (*size + kBlockBytes - 1) / kBlockBytes * kBlockBytes;
        const std::string_view kind = bytes_of(block, kKind);
        if (kind == "5") return;
        if (kind != "0" || !members_.emplace(path, TarMember{begin, *size}).second) {
            refuse(fmt::format("'{}' is not a file, or there twice", printable_line(path)));
        }
    }

    const platform::Fd& file_;
    const std::string& shown_;
    const std::uint64_t size_bytes_;
    std::uint64_t next_ = 0;
    std::map<std::string, TarMember> members_;
};

}  // namespace

std::optional<std::map<std::string, TarMember>> find_tar_members(const platform::Fd& file,
                                                                 const std::string& shown) {
    return TarReader(file, shown).run();
}

}  // namespace latchkey::net

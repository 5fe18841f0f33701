// A package: what a server sends, compressed or not. The first byte says how the rest is to be
// taken, so that a fuzzer reaches what lies behind checksums:
//
//     0-1  0 a compressed stream, 1 a tar, 2 a tar that gets right checksums and an end,
//          3 the same, compressed first
//     2-3  xz, gz, zst, gz, held against zlib
//     4    the file system folds case
//     5-7  how many bytes come at once
//
// Nothing is written outside of the staging folder, and what is reported is what lies in it.

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "latchkey/archive/decoder.hpp"
#include "latchkey/archive/unpack.hpp"
#include "latchkey/base/hash.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/directory.hpp"
#include "support/tar_builder.hpp"
#include "target.hpp"
#include "zlib_codec.hpp"

namespace {

using namespace latchkey;
namespace fs = std::filesystem;

constexpr std::size_t kTarBlock = 512;

/// Gives bytes in pieces, each of which dies at the next call.
class Pieces : public archive::ByteSource {
public:
    Pieces(std::string_view bytes, std::size_t piece_bytes)
        : rest_(bytes), piece_bytes_(piece_bytes) {}

    std::span<const std::byte> next() override {
        piece_ = std::make_unique<std::string>(rest_.substr(0, piece_bytes_));
        rest_.remove_prefix(piece_->size());
        return as_bytes(*piece_);
    }

private:
    std::string_view rest_;
    std::size_t piece_bytes_;
    std::unique_ptr<std::string> piece_;
};

/// A folder with a staging folder deep inside; whatever else comes to lie in it was written
/// outside.
class Scratch {
public:
    Scratch() {
        root_ = fuzz::make_folder();
        fs::create_directories(root_ + "/a/b/c");
        fs::create_directory(root_ + "/here");
        if (::chdir((root_ + "/here").c_str()) != 0) std::abort();
    }
    ~Scratch() { platform::remove_tree(PermitMint::worker(), root_); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    [[nodiscard]] std::string staging() const { return root_ + "/a/b/c/staging"; }

    void begin() const { fs::create_directory(staging()); }

    /// Removes the staging folder, and looks at what is left.
    void end() const {
        platform::remove_tree(PermitMint::worker(), staging());
        for (const auto& [folder, children] :
             {std::pair{"", 2}, {"/here", 0}, {"/a", 1}, {"/a/b", 1}, {"/a/b/c", 0}}) {
            const fs::directory_iterator entries(root_ + folder);
            if (std::distance(entries, fs::directory_iterator()) != children) {
                fuzz::finding(std::string("something lies outside, in ") + folder);
            }
        }
    }

private:
    std::string root_;
};

/// How many bytes follow a header, as the simplest of tar's dialects says it.
std::size_t data_size(const char* header) {
    std::size_t size = 0;
    for (int i = 124; i < 135 && header[i] >= '0' && header[i] <= '7'; ++i) {
        size = size * 8 + static_cast<std::size_t>(header[i] - '0');
    }
    return (size + kTarBlock - 1) / kTarBlock * kTarBlock;
}

/// Gives every header the checksum that it should have, and the archive an end.
std::string mended(std::string_view bytes) {
    std::string tar(bytes);
    tar.resize((tar.size() + kTarBlock - 1) / kTarBlock * kTarBlock);
    for (std::size_t at = 0; at + kTarBlock <= tar.size();) {
        char* header = tar.data() + at;
        if (std::all_of(header, header + kTarBlock, [](char c) { return c == 0; })) break;
        std::fill_n(header + 148, 8, ' ');
        unsigned sum = 0;
        for (std::size_t i = 0; i < kTarBlock; ++i) sum += static_cast<unsigned char>(header[i]);
        std::snprintf(header + 148, 8, "%06o", sum);
        at += kTarBlock + data_size(header);
    }
    return tar + std::string(2 * kTarBlock, '\0');
}

std::string compressed(archive::Encoding encoding, const std::string& bytes) {
    switch (encoding) {
        case archive::Encoding::xz:
            return test::xz(bytes, 0);
        case archive::Encoding::gz:
            return test::gzip(bytes, 1);
        case archive::Encoding::zst:
            break;
    }
    return test::zstd(bytes, 1);
}

/// What lies below a directory, as `unpack` reports it.
void list(const std::string& root, const std::string& inner, archive::Unpacked& out) {
    for (const auto& entry : fs::directory_iterator(root + "/" + inner)) {
        const std::string path =
            (inner.empty() ? "" : inner + "/") + entry.path().filename().string();
        struct stat status {};
        if (::lstat(entry.path().c_str(), &status) != 0) std::abort();
        if (S_ISDIR(status.st_mode)) {
            out.directories.push_back(path);
            list(root, path, out);
            continue;
        }
        if (!S_ISREG(status.st_mode) || status.st_nlink != 1)
            fuzz::finding("no plain file: " + path);
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        Xxh3 hash;
        hash.update(as_bytes(text));
        out.files.push_back({path, status.st_mode & 07777, text.size(), hash.finish()});
    }
}

void compare(archive::Unpacked said, const std::string& staging) {
    for (const auto& entry : fs::directory_iterator(staging)) {
        fuzz::require(entry.path().filename() == "tree", "something is left beside the tree");
    }
    archive::Unpacked found;
    list(staging + "/tree", "", found);
    std::ranges::sort(found.files, {}, &archive::UnpackedFile::path);
    std::ranges::sort(found.directories);
    fuzz::require(std::ranges::is_sorted(said.directories), "directories are not sorted");
    fuzz::require(said.directories == found.directories, "directories are not as reported");
    const auto same = [](const archive::UnpackedFile& a, const archive::UnpackedFile& b) {
        return a.path == b.path && a.mode == b.mode && a.size_bytes == b.size_bytes &&
               a.xxh3_128 == b.xxh3_128;
    };
    fuzz::require(std::ranges::equal(said.files, found.files, same), "files are not as reported");
    for (const archive::UnpackedComponent& component : said.components) {
        for (const archive::PayloadLine& line : component.payload) {
            const bool is_file = line.kind == archive::PayloadLine::Kind::file;
            const fs::path path = staging + "/tree/" + line.path;
            fuzz::require(is_file ? fs::is_regular_file(path) : fs::is_directory(path),
                          "what the list names is not there");
        }
    }
}

enum class Wanted { one, all };

void unpack(archive::ByteSource& tar, bool case_folding, Wanted wanted) {
    static const Scratch scratch;
    scratch.begin();
    archive::UnpackRequest request{scratch.staging(), "rustc-x86_64-unknown-linux-gnu", "rustc",
                                   "rustc", case_folding};
    if (wanted == Wanted::all) {
        request.component_full.clear();
        request.component_pkg.clear();
    }
    auto unpacked =
        fuzz::parsed([&] { return archive::unpack(PermitMint::worker(), tar, request); });
    if (unpacked) compare(std::move(*unpacked), scratch.staging());
    scratch.end();
}

/// A stream's hash and length; empty where it is damaged.
std::optional<std::string> outline(archive::ByteSource& source) {
    return fuzz::parsed([&] {
        Xxh3 hash;
        std::size_t size = 0;
        for (auto bytes = source.next(); !bytes.empty(); bytes = source.next()) {
            hash.update(bytes);
            size += bytes.size();
        }
        return hash.finish() + " " + std::to_string(size);
    });
}

/// What is good gzip, zlib says.
void compare_gzip(std::string_view bytes, std::size_t piece_bytes) {
    Pieces first(bytes, piece_bytes);
    Pieces second(bytes, piece_bytes);
    const auto igzip = archive::make_decoder(archive::Encoding::gz, first);
    const auto zlib = archive::make_decoder(archive::make_zlib_codec(), second);
    const auto by_igzip = outline(*igzip);
    const auto by_zlib = outline(*zlib);
    if (by_igzip == by_zlib) return;
    fuzz::finding("igzip: " + by_igzip.value_or("refused") +
                  ", zlib: " + by_zlib.value_or("refused"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static constexpr std::array<std::size_t, 8> kPieceBytes{65536, 1,    7,    100,
                                                            512,   1000, 4096, 10240};
    static constexpr std::array<archive::Encoding, 4> kEncodings{
        archive::Encoding::xz, archive::Encoding::gz, archive::Encoding::zst,
        archive::Encoding::gz};
    if (size == 0) return 0;
    const unsigned how = data[0];
    const std::string_view bytes = fuzz::text_of(data + 1, size - 1);
    const archive::Encoding encoding = kEncodings[how >> 2 & 3];
    const bool case_folding = (how >> 4 & 1) != 0;
    const std::size_t piece_bytes = kPieceBytes[how >> 5];

    std::string made;
    switch (how & 3) {
        case 2:
            made = mended(bytes);
            break;
        case 3:
            made = compressed(encoding, mended(bytes));
            break;
        default:
            made = bytes;
    }
    Pieces input(made, piece_bytes);
    const bool is_plain = (how & 3) == 1 || (how & 3) == 2;
    if (is_plain) {
        unpack(input, case_folding, (how >> 2 & 1) != 0 ? Wanted::all : Wanted::one);
        return 0;
    }
    if ((how >> 2 & 3) == 3) compare_gzip(made, piece_bytes);
    const auto decoder = archive::make_decoder(encoding, input);
    unpack(*decoder, case_folding, Wanted::one);
    return 0;
}

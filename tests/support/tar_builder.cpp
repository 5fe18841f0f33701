#include "support/tar_builder.hpp"

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <stdexcept>

namespace latchkey::test {

namespace {

constexpr std::size_t kBlock = 512;

std::string padding(std::size_t size) {
    return std::string((kBlock - size % kBlock) % kBlock, '\0');
}

void put_text(std::string& block, std::size_t at, std::size_t width, std::string_view text) {
    text = text.substr(0, width);
    std::copy(text.begin(), text.end(), block.begin() + static_cast<std::ptrdiff_t>(at));
}

void put_octal(std::string& block, std::size_t at, std::size_t width, std::uint64_t number) {
    for (std::size_t i = at + width - 1; i-- > at; number >>= 3) {
        block[i] = static_cast<char>('0' + (number & 7));
    }
    if (number != 0) throw std::invalid_argument("number too large for octal");
}

// GNU tar's base 256 for what octal digits cannot hold.
void put_size(std::string& block, std::uint64_t size) {
    constexpr std::size_t kAt = 124;
    constexpr std::size_t kWidth = 12;
    if (size < (std::uint64_t{1} << 33)) return put_octal(block, kAt, kWidth, size);
    for (std::size_t i = kAt + kWidth; i-- > kAt; size >>= 8) {
        block[i] = static_cast<char>(size & 0xff);
    }
    block[kAt] = static_cast<char>(0x80);
}

std::string header_block(const TarHeader& header) {
    std::string block(kBlock, '\0');
    put_text(block, 0, 100, header.name);
    put_octal(block, 100, 8, header.mode);
    put_octal(block, 108, 8, 0);
    put_octal(block, 116, 8, 0);
    put_size(block, header.size);
    put_octal(block, 136, 12, 1'700'000'000);
    put_text(block, 148, 8, "        ");
    block[156] = header.kind;
    put_text(block, 157, 100, header.link);
    put_text(block, 257, 8,
             std::string_view("ustar\0"
                              "00",
                              8));
    unsigned sum = header.right_checksum ? 0 : 1;
    for (const char c : block) sum += static_cast<unsigned char>(c);
    put_octal(block, 148, 7, sum);
    return block;
}

std::string pax_record(const std::string& key, const std::string& value) {
    const std::string rest = " " + key + "=" + value + "\n";
    std::size_t length = rest.size() + 1;
    while (std::to_string(length).size() + rest.size() != length) {
        length = std::to_string(length).size() + rest.size();
    }
    return std::to_string(length) + rest;
}

}  // namespace

TarBuilder& TarBuilder::directory(const std::string& path, mode_t mode) {
    const std::string name = path.ends_with('/') ? path : path + "/";
    if (name.size() > 100) pax({{"path", name}});
    return entry({.name = name, .kind = '5', .mode = mode});
}

TarBuilder& TarBuilder::file(const std::string& path, std::string_view text, mode_t mode) {
    if (path.size() > 100) pax({{"path", path}});
    return entry({.name = path, .mode = mode, .size = text.size()}, text);
}

TarBuilder& TarBuilder::entry(const TarHeader& header, std::string_view content) {
    bytes_ += header_block(header);
    bytes_ += content;
    bytes_ += padding(content.size());
    return *this;
}

TarBuilder& TarBuilder::pax(const std::vector<std::pair<std::string, std::string>>& records) {
    std::string content;
    for (const auto& [key, value] : records) content += pax_record(key, value);
    return entry({.name = "PaxHeaders/x", .kind = 'x', .size = content.size()}, content);
}

TarBuilder& TarBuilder::gnu_long_name(const std::string& name) {
    const std::string content = name + '\0';
    return entry({.name = "././@LongLink", .kind = 'L', .size = content.size()}, content);
}

TarBuilder& TarBuilder::raw(std::string_view bytes) {
    bytes_ += bytes;
    return *this;
}

std::string TarBuilder::bytes() const {
    return bytes_ + std::string(2 * kBlock, '\0');
}

std::string package(const std::string& top, const std::string& component,
                    const std::vector<PackageFile>& files,
                    const std::vector<std::string>& directories) {
    std::string manifest;
    for (const std::string& directory : directories) manifest += "dir:" + directory + "\n";
    std::vector<PackageFile> entries = {{top + "/components", component + "\n"},
                                        {top + "/rust-installer-version", "3\n"},
                                        {top + "/install.sh", "#!/bin/sh\n", 0755}};
    std::set<std::string> parents = {top, top + "/" + component};
    for (const std::string& directory : directories) {
        parents.insert(top + "/" + component + "/" + directory);
    }
    for (const PackageFile& file : files) {
        const auto holds = [&](const std::string& directory) {
            return file.path.starts_with(directory + "/");
        };
        if (std::none_of(directories.begin(), directories.end(), holds)) {
            manifest += "file:" + file.path + "\n";
        }
        entries.push_back({top + "/" + component + "/" + file.path, file.text, file.mode});
    }
    entries.push_back({top + "/" + component + "/manifest.in", manifest});
    for (const PackageFile& file : entries) {
        for (std::size_t at = file.path.find('/'); at != std::string::npos;
             at = file.path.find('/', at + 1)) {
            parents.insert(file.path.substr(0, at));
        }
    }
    const auto reversed_less = [](const PackageFile& one, const PackageFile& other) {
        return std::lexicographical_compare(one.path.rbegin(), one.path.rend(), other.path.rbegin(),
                                            other.path.rend());
    };
    std::sort(entries.begin(), entries.end(), reversed_less);
    TarBuilder tar;
    for (const std::string& parent : parents) tar.directory(parent);
    for (const PackageFile& file : entries) tar.file(file.path, file.text, file.mode);
    return tar.bytes();
}

std::string gzip(std::string_view bytes, int level) {
    z_stream stream{};
    if (deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error("deflateInit2");
    }
    std::string packed(deflateBound(&stream, bytes.size()) + 64, '\0');
    std::string input(bytes);
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    const int result = deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    if (result != Z_STREAM_END) throw std::runtime_error("deflate");
    return packed;
}

namespace {

std::string xz_encode(std::string_view bytes, const lzma_options_lzma& options, lzma_check check) {
    lzma_options_lzma own = options;
    const lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &own}, {LZMA_VLI_UNKNOWN, nullptr}};
    lzma_stream stream = LZMA_STREAM_INIT;
    if (lzma_stream_encoder(&stream, filters, check) != LZMA_OK) {
        throw std::runtime_error("lzma_stream_encoder");
    }
    std::string packed(lzma_stream_buffer_bound(bytes.size()), '\0');
    stream.next_in = reinterpret_cast<const std::uint8_t*>(bytes.data());
    stream.avail_in = bytes.size();
    stream.next_out = reinterpret_cast<std::uint8_t*>(packed.data());
    stream.avail_out = packed.size();
    const lzma_ret result = lzma_code(&stream, LZMA_FINISH);
    packed.resize(stream.total_out);
    lzma_end(&stream);
    if (result != LZMA_STREAM_END) throw std::runtime_error("lzma_code");
    return packed;
}

}  // namespace

std::string xz(std::string_view bytes, unsigned preset) {
    lzma_options_lzma options{};
    lzma_lzma_preset(&options, preset);
    return xz_encode(bytes, options, LZMA_CHECK_NONE);
}

std::string xz_with_dictionary(std::string_view bytes, std::uint32_t dictionary_bytes) {
    lzma_options_lzma options{};
    lzma_lzma_preset(&options, 0);
    options.dict_size = dictionary_bytes;
    return xz_encode(bytes, options, LZMA_CHECK_CRC64);
}

std::string zstd(std::string_view bytes, int level, int window_log) {
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    if (window_log != 0) {
        ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
    }
    std::string packed(ZSTD_compressBound(bytes.size()) + 64, '\0');
    // As a stream, so that the header keeps the window, which a known small size would shrink.
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    ZSTD_outBuffer output{packed.data(), packed.size(), 0};
    ZSTD_EndDirective directive = window_log != 0 ? ZSTD_e_continue : ZSTD_e_end;
    std::size_t left = ZSTD_compressStream2(context, &output, &input, directive);
    if (directive == ZSTD_e_continue && !ZSTD_isError(left)) {
        left = ZSTD_compressStream2(context, &output, &input, ZSTD_e_end);
    }
    ZSTD_freeCCtx(context);
    if (left != 0) throw std::runtime_error("zstd");
    packed.resize(output.pos);
    return packed;
}

}  // namespace latchkey::test

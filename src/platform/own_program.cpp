#include "latchkey/platform/own_program.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/program_file.hpp"
#include "latchkey/platform/system.hpp"

namespace latchkey::platform {
namespace {

/// An ELF note that every program of ours carries: linkers put notes right behind the headers.
/// Shape: three words (bytes of the name, of the content, type), the name, the content.
/// Source: elf(5), "Notes (Nhdr)".
struct Note {
    std::uint32_t name_bytes;
    std::uint32_t content_bytes;
    std::uint32_t type;
    std::array<char, 20> name;
};

[[gnu::section(".note.latchkey"), gnu::used, gnu::aligned(4)]] const Note kNote = {
    20, 0, 1, {"latchkey-program-01"}};

std::string load_head(const std::string& path) {
    std::string head(kHeadBytes, '\0');
    const Fd file = open_file(path, O_RDONLY);
    const std::span<std::byte> bytes = std::as_writable_bytes(std::span(head));
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const std::size_t count = read_some(file, bytes.subspan(filled), path);
        if (count == 0) break;
        filled += count;
    }
    head.resize(filled);
    return head;
}

}  // namespace

bool is_own_program(const std::string& path) {
    try {
        const auto status = find_target_status(path);
        if (!status || status->kind != FileKind::regular) return false;
        if (is_same_file(find_own_status(), status)) return true;
        return is_own_head(load_head(path));
    } catch (const Error&) {
        return false;  // It may not be read.
    }
}

bool is_own_head(std::string_view head) {
    return head.find(std::string_view(kNote.name.data(), kNote.name.size())) !=
           std::string_view::npos;
}

}  // namespace latchkey::platform

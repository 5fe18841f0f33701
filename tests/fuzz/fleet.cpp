// What `mirror` finds in its folder, and what `import` and `--from` find in a file of somebody's.

#include <sys/mman.h>

#include <span>

#include "export_head.hpp"
#include "latchkey/net/tar_members.hpp"
#include "latchkey/platform/file.hpp"
#include "ledger.hpp"
#include "target.hpp"

namespace {

using namespace latchkey;

void try_ledger(std::string_view text) {
    const auto ledger = fuzz::parsed([&] { return fleet::parse_ledger(text, "ledger"); });
    if (!ledger) return;
    for (const auto& [path, file] : ledger->files) {
        fuzz::require(fleet::is_below(path), "a file outside of the mirror");
        fuzz::require(file.hash.size() == 64, "a file without a hash");
    }
    for (const std::string& path : ledger->notes) {
        fuzz::require(fleet::is_below(path), "a note outside of the mirror");
    }
    const std::string written = str(*ledger);
    const auto again = fuzz::reparsed([&] { return fleet::parse_ledger(written, "ledger"); });
    fuzz::require(again == *ledger, "a ledger that is written says something else");
}

void try_head(std::string_view text) {
    const auto head = fuzz::parsed([&] { return fleet::parse_export_head(text, "head"); });
    if (!head) return;
    fuzz::require(fleet::is_below(head->toolchain), "a toolchain outside of toolchains/");
    fuzz::require(head->toolchain.find('/') == std::string::npos, "a toolchain in another");
    const std::string written = str(*head);
    const auto again = fuzz::reparsed([&] { return fleet::parse_export_head(written, "head"); });
    fuzz::require(again == *head, "a head that is written says something else");
}

/// Names of members are never followed, only looked up: so all that counts is where they lie.
void try_members(std::string_view bytes) {
    const platform::Fd file(memfd_create("bundle", MFD_CLOEXEC));
    platform::write_all(file, std::as_bytes(std::span(bytes)), "bundle");
    const auto members = fuzz::parsed([&] { return net::find_tar_members(file, "bundle"); });
    if (!members || !*members) return;
    for (const auto& [name, member] : **members) {
        fuzz::require(!name.empty(), "a member without a name");
        fuzz::require(member.offset <= bytes.size(), "a member behind the end");
        fuzz::require(member.size_bytes <= bytes.size() - member.offset,
                      "a member that is cut off");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = latchkey::fuzz::text_of(data, size);
    try_ledger(bytes);
    try_head(bytes);
    try_members(bytes);
    return 0;
}

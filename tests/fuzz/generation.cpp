// What a store keeps beside its trees and generations. The first byte chooses the kind of file.
//
// A hand, another version or a torn disk may have been there: each file is refused or means what it
// says.

#include "latchkey/base/text.hpp"
#include "latchkey/store/proxy_table.hpp"
#include "latchkey/store/record.hpp"
#include "latchkey/store/tree_index.hpp"
#include "target.hpp"

namespace {

using namespace latchkey;

void try_proxy_table(std::string_view text) {
    const auto table = fuzz::parsed([&] { return store::parse_proxy_table(text, "p"); });
    if (!table) return;
    fuzz::require(store::serialise(*table) == text, "a proxy table that nobody writes is accepted");
}

void try_record(std::string_view text) {
    const auto record = fuzz::parsed([&] { return store::parse_record(text, "r"); });
    if (!record) return;
    const std::string written = store::serialise(*record);
    const auto again = fuzz::reparsed([&] { return store::parse_record(written, "w"); });
    fuzz::require(store::serialise(again) == written, "the written record is another");

    const store::ProxyTable table = store::make_proxy_table(*record);
    const std::string proxies = store::serialise(table);
    const auto read = fuzz::reparsed([&] { return store::parse_proxy_table(proxies, "p"); });
    fuzz::require(read.boot_id == table.boot_id && read.tools == table.tools,
                  "the record's proxy table is another when read");
}

void try_tree_header(std::string_view line) {
    const auto header = fuzz::parsed([&] { return store::parse_tree_header(line, "h"); });
    if (!header) return;
    const std::string written = store::serialise_header_line(*header);
    fuzz::require(lines(written).size() == 1, "a header has one line");
    const auto again = fuzz::reparsed([&] { return store::parse_tree_header(written, "w"); });
    fuzz::require(store::serialise_header_line(again) == written, "the written header is another");
}

void try_tree_index(std::string_view text) {
    const auto index = fuzz::parsed([&] { return store::parse_tree_index(text, "i"); });
    if (!index) return;
    const std::string written = store::serialise(*index);
    const auto again = fuzz::reparsed([&] { return store::parse_tree_index(written, "w"); });
    fuzz::require(store::serialise(again) == written, "the written index is another");
    const std::string_view first_line = lines(written).front();
    const auto header = fuzz::reparsed([&] { return store::parse_tree_header(first_line, "w"); });
    fuzz::require(store::serialise_header_line(header) == first_line,
                  "the header's line is another header");
}

/// Whatever a file of a tree may be called, its index says so.
void try_path(std::string_view path) {
    store::TreeIndex index;
    index.files.push_back({std::string(path), 0644, 1, ""});
    const std::string written = store::serialise(index);
    const auto again = fuzz::reparsed([&] { return store::parse_tree_index(written, "w"); });
    fuzz::require(again.files.size() == 1 && again.files[0].path == path,
                  "a file is called otherwise");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto text = fuzz::text_of(data + 1, size - 1);
    switch (data[0] % 5) {
        case 0:
            try_proxy_table(text);
            break;
        case 1:
            try_record(text);
            break;
        case 2:
            try_tree_header(text);
            break;
        case 3:
            try_tree_index(text);
            break;
        default:
            try_path(text);
    }
    return 0;
}

#include "latchkey/store/tree_index.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"

using namespace latchkey;
using namespace latchkey::store;

namespace {

using Kind = dist::PayloadLine::Kind;

TreeIndex example_index() {
    TreeIndex index;
    index.header.component = {"clippy-preview", "x86_64-unknown-linux-gnu", true};
    index.header.version = "0.1.95 (59807616e 2026-04-14)";
    index.header.encoding = "xz";
    index.header.hash = std::string(64, 'a');
    index.header.boot_id = "4f6d6a0e-0000-0000-0000-000000000000";
    index.header.parts = {{"clippy-preview-x86_64-unknown-linux-gnu",
                           {{Kind::file, "bin/cargo-clippy"}, {Kind::dir, "share/doc"}}}};
    index.files = {{"bin/cargo-clippy", 0755, 5, std::string(32, '0'), 1'700'000'000, 999'999'999},
                   {"share/doc/\xFF\n\"", 0644, 0, std::string(32, 'f'), -1, 0}};
    index.directories = {"bin", "share", "share/doc"};
    return index;
}

void check_header(const TreeHeader& read, const TreeHeader& written) {
    CHECK(read.component == written.component);
    CHECK(read.version == written.version);
    CHECK(read.encoding == written.encoding);
    CHECK(read.hash == written.hash);
    CHECK(read.boot_id == written.boot_id);
    CHECK(read.parts == written.parts);
}

Errc index_error(const std::string& text) {
    try {
        parse_tree_index(text, "/index");
    } catch (const Error& e) {
        CHECK_THAT(e.what(), Catch::StartsWith("'/index' "));
        return e.code();
    }
    return Errc::bug;
}

}  // namespace

TEST_CASE("an index is read as it was written, with names that are no text", "[store][index]") {
    const TreeIndex index = example_index();
    const TreeIndex read = parse_tree_index(serialise(index), "/index");
    check_header(read.header, index.header);
    CHECK(read.directories == index.directories);
    REQUIRE(read.files.size() == 2);
    for (std::size_t at = 0; at < 2; ++at) {
        CHECK(read.files[at].path == index.files[at].path);
        CHECK(read.files[at].mode == index.files[at].mode);
        CHECK(read.files[at].size_bytes == index.files[at].size_bytes);
        CHECK(read.files[at].xxh3_128 == index.files[at].xxh3_128);
        CHECK(read.files[at].mtime_seconds == index.files[at].mtime_seconds);
        CHECK(read.files[at].mtime_nanoseconds == index.files[at].mtime_nanoseconds);
    }
}

TEST_CASE("the header is the first line, and is read alone", "[store][index]") {
    const TreeIndex index = example_index();
    const std::string text = serialise(index);
    const std::string line = text.substr(0, text.find('\n'));
    CHECK(line == serialise_header_line(index.header));
    check_header(parse_tree_header(line, "/index"), index.header);
    CHECK_THROWS_WITH(parse_tree_header(line.substr(0, line.size() - 1), "/index"),
                      "'/index' is damaged: cut off");
}

TEST_CASE("a combined component has each of its parts", "[store][index]") {
    TreeIndex index = example_index();
    index.header.component = {"rust", "x86_64-unknown-linux-gnu", false};
    index.header.parts = {{"rustc", {{Kind::file, "bin/rustc"}}}, {"rust-docs", {}}};
    check_header(parse_tree_index(serialise(index), "/index").header, index.header);
}

TEST_CASE("an index of a newer format is not taken for a damaged one", "[store][index]") {
    const std::string text =
        replace_all(serialise(example_index()), "\"format\":2", "\"format\":3");
    CHECK(index_error(text) == Errc::unsupported);
}

TEST_CASE("an index that was cut anywhere is corrupt", "[store][index]") {
    const std::string text = serialise(example_index());
    for (std::size_t size = 0; size + 1 < text.size(); ++size) {
        CHECK(index_error(text.substr(0, size)) == Errc::corrupt);
    }
}

TEST_CASE("an index is read part by part, in the order of its lines", "[store][index]") {
    const TreeIndex index = example_index();
    std::string text;
    serialise(index, [&text](std::string_view piece) { text += piece; });
    CHECK(text == serialise(index));
    std::vector<std::string> seen;
    TreeIndexParts parts;
    parts.file = [&seen](const IndexedFile& file) { seen.push_back("file " + file.path); };
    parts.directory = [&seen](const std::string& path) { seen.push_back("directory " + path); };
    const auto rows = lines(text);
    std::size_t at = 0;
    const NextLine next = [&]() -> std::optional<std::string_view> {
        return at < rows.size() ? std::optional(rows[at++]) : std::nullopt;
    };
    check_header(parse_tree_index(next, "/index", parts), index.header);
    CHECK(seen == std::vector<std::string>{"file bin/cargo-clippy", "file share/doc/\xFF\n\"",
                                           "directory bin", "directory share",
                                           "directory share/doc"});
}

TEST_CASE("an index without files or with other lines is told from a whole one", "[store][index]") {
    TreeIndex index = example_index();
    const std::string text = serialise(index);
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"\n],\n", ",\n],\n"},            // A comma behind the last row.
             {",\n\"share\"", "\n\"share\""},  // None between two.
             {"\"files\":[", "\"file\":["},    // Another list.
             {"\n]}\n", "\n]}\n{}\n"},         // More behind it.
             {"\"directories\":[", "\"dirs\":["}}) {
        CAPTURE(from, to);
        REQUIRE(text.find(from) != std::string::npos);
        CHECK(index_error(replace_all(text, from, to)) == Errc::corrupt);
    }
    index.files.clear();
    index.directories.clear();
    const TreeIndex empty = parse_tree_index(serialise(index), "/index");
    CHECK(empty.files.empty());
    CHECK(empty.directories.empty());
}

TEST_CASE("a row that no writer writes is corrupt", "[store][index]") {
    const std::string text = serialise(example_index());
    struct Row {
        const char* from;
        const char* to;
    };
    for (const Row& row :
         {Row{",493,5,", ",4096,5,"}, Row{",493,5,", ",-1,5,"}, Row{",493,5,", ",493,-5,"},
          Row{",493,5,", ",\"493\",5,"}, Row{"999999999", "1000000000"}, Row{"\"ffff", "\"Ffff"},
          Row{"[115,", "[256,"}, Row{"[115,", "[\"s\","}, Row{"\"bin\",", "[],7,"}}) {
        INFO(row.from << " -> " << row.to);
        REQUIRE(text.find(row.from) != std::string::npos);
        CHECK(index_error(replace_all(text, row.from, row.to)) == Errc::corrupt);
    }
}

#include "export_head.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using fleet::ExportHead;
using test::error_text;

namespace {

ExportHead head_of_stable() {
    ExportHead head;
    head.toolchain = "stable-x86_64-unknown-linux-gnu";
    head.manifest_hash = std::string(64, 'a');
    head.components.push_back({{"rustc", "x86_64-unknown-linux-gnu"}, std::string(64, 'b')});
    head.components.push_back({{"rust-src", std::nullopt, true}, std::string(64, 'c') + ".00"});
    return head;
}

std::string refusal(const std::string& text) {
    return error_text([&] { (void)fleet::parse_export_head(text, "a.tar.zst"); });
}

}  // namespace

TEST_CASE("what an exported head says is read again", "[export_head]") {
    CHECK(fleet::parse_export_head(str(head_of_stable()), "a.tar.zst") == head_of_stable());
}

TEST_CASE("a head that is cut off is damaged", "[export_head]") {
    const std::string text = str(head_of_stable());
    for (std::size_t end = 0; end + 1 < text.size(); ++end) {
        INFO(end);
        CHECK_THAT(refusal(text.substr(0, end)), Catch::Contains("'a.tar.zst' "));
    }
}

TEST_CASE("another format is told from what is no export", "[export_head]") {
    CHECK_THAT(
        refusal("latchkey-export 2\nnew\n"),
        Catch::Contains("was exported by another version of Latchkey ('latchkey-export 2')"));
    CHECK_THAT(refusal("hello"), Catch::Contains("is not an exported toolchain"));
    CHECK_THAT(refusal(""), Catch::Contains("is not an exported toolchain"));
}

TEST_CASE("no word of a head can be a path that leads elsewhere", "[export_head]") {
    const std::string hash(64, 'a');
    for (const std::string& line :
         {std::string("toolchain ../../x-x86_64-unknown-linux-gnu"),
          std::string("toolchain stable"), std::string("toolchain stable-../x"),
          std::string("manifest abc"), "component ../rustc * 0 " + hash,
          std::string("component rustc * 0 ../a"), std::string("component rustc * 0 .a"),
          "component rustc a/b 0 " + hash, "component rustc * 2 " + hash,
          "component rustc *  0 " + hash, std::string("what"), std::string()}) {
        INFO(line);
        CHECK_THAT(refusal("latchkey-export 1\n" + line + "\nend export\n"),
                   Catch::Contains("its line 2 makes no sense"));
    }
}

TEST_CASE("a path stays below the folder that it begins in", "[export_head]") {
    for (const char* path : {"a", "a/b", "..a/b", ".a", "a/..b"}) CHECK(fleet::is_below(path));
    for (const char* path : {"", "/a", "a/", "a//b", "..", "a/../b", "./a", "a/."}) {
        INFO(path);
        CHECK_FALSE(fleet::is_below(path));
    }
    CHECK_FALSE(fleet::is_below(std::string_view("a\0b", 3)));
}

#include "latchkey/store/proxy_table.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;

namespace {

std::vector<std::string> trees_of(const store::ProxyTable& table, const std::string& tool) {
    for (const auto& [name, trees] : table.tools) {
        if (name == tool) return trees;
    }
    return {"(no such tool)"};
}

}  // namespace

TEST_CASE("a tool shares what it loads and nothing else", "[proxy-table]") {
    store::Record record;
    record.components = {{{"cargo", "h"}, "C"},     {{"clippy-preview", "h"}, "L"},
                         {{"rust-docs", "h"}, "D"}, {{"rust-src", std::nullopt}, "S"},
                         {{"rust-std", "h"}, "T1"}, {{"rust-std", "wasm"}, "T2"},
                         {{"rustc", "h"}, "R"},     {{"rustfmt-preview", "h"}, "F"}};
    using Trees = std::vector<std::string>;
    const store::ProxyTable table = store::make_proxy_table(record);
    CHECK(table.tools.size() == 13);
    CHECK(trees_of(table, "rustc") == Trees{"T1", "T2", "R"});
    CHECK(trees_of(table, "rustfmt") == Trees{"R", "F"});
    CHECK(trees_of(table, "clippy-driver") == Trees{"L", "T1", "T2", "R"});
    CHECK(trees_of(table, "cargo") == Trees{"C", "L", "S", "T1", "T2", "R", "F"});
    CHECK(trees_of(table, "rust-analyzer") == Trees{"S", "T1", "T2", "R"});
}

TEST_CASE("a tool of an adopted directory needs no tree", "[proxy-table]") {
    store::Record record;
    record.state = store::Record::State::adopted;
    record.components = {{{"cargo", "h"}, "adopted-t-cargo"}, {{"rustc", "h"}, "adopted-t-rustc"}};
    record.carried = "carried";
    const store::ProxyTable table = store::make_proxy_table(record);
    CHECK(table.tools.size() == 13);
    CHECK(trees_of(table, "rustc").empty());
    CHECK(trees_of(table, "cargo").empty());
}

TEST_CASE("a proxy table survives being written and read", "[proxy-table]") {
    store::ProxyTable table;
    table.boot_id = "b";
    table.synced = true;
    table.tools = {{"rustc", {"a b", "c"}}, {"cargo", {}}};
    const store::ProxyTable read = store::parse_proxy_table(store::serialise(table), "p");
    CHECK(read.boot_id == table.boot_id);
    CHECK(read.synced);
    CHECK(read.tools == table.tools);
}

TEST_CASE("a proxy table that is not as it is written is damaged", "[proxy-table]") {
    const std::string good =
        "latchkey-proxies 1\nboot b\nsynced 1\ntool rustc\ntree a b\ntool cargo\n";
    CHECK(store::serialise(store::parse_proxy_table(good, "p")) == good);
    const std::string start = "latchkey-proxies 1\nboot b\nsynced 1\n";
    for (const std::string& bad :
         {std::string(), std::string("nonsense"), std::string("other 1\n"), good + "\n",
          good.substr(0, good.size() - 1), "\n" + good, good + "synced 1\n", good + "word x\n",
          std::string("latchkey-proxies 1\n"), std::string("latchkey-proxies 1\ntree x\n"),
          std::string("latchkey-proxies 1\nboot b\n"),
          std::string("latchkey-proxies 1\nsynced 1\n"),
          std::string("latchkey-proxies 12\nboot b\nsynced 1\n"),
          std::string("latchkey-proxies 1\nboot b\nsynced 2\n"), start + "tree x\n",
          start + "boot c\n", start + "tool\n"}) {
        CAPTURE(bad);
        CHECK_THROWS_WITH(store::parse_proxy_table(bad, "p"), Catch::Contains("'p' is damaged"));
    }
}

TEST_CASE("a record names trees that are names, and one line each", "[proxy-table]") {
    store::Record record;
    record.components = {{{"cargo", "h"}, "adopted-a b%0Ac-cargo"}};
    record.carried = "c";
    CHECK(store::parse_record(store::serialise(record), "r").carried == "c");
    for (const std::string& bad :
         {std::string(), std::string("."), std::string(".."), std::string("../x"),
          std::string("a\ntree b"), std::string("a\0b", 3)}) {
        CAPTURE(bad);
        store::Record other = record;
        other.components[0].tree = bad;
        CHECK_THROWS_WITH(store::parse_record(store::serialise(other), "r"),
                          "'r' is damaged: no name of a tree in 'tree'");
        other = record;
        other.carried = bad;
        CHECK_THROWS_WITH(store::parse_record(store::serialise(other), "r"),
                          "'r' is damaged: no name of a tree in 'carried'");
    }
    record.boot_id = "b\ntool x";
    CHECK_THROWS_WITH(store::parse_record(store::serialise(record), "r"),
                      "'r' is damaged: more than a line in 'boot_id'");
}

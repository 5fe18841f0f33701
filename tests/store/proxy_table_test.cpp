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
    for (const std::string bad : {"", "other 1\n", "latchkey-proxies 1\ntree x\n", "nonsense"}) {
        CHECK_THROWS_WITH(store::parse_proxy_table(bad, "p"), Catch::Contains("'p' is damaged"));
    }
}

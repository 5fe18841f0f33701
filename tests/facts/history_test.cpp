#include "latchkey/facts/history.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;
using namespace latchkey::facts;

namespace {

const dist::Component kCargo{"cargo", "x86_64-unknown-linux-gnu", false};

}  // namespace

TEST_CASE("an entry of the history has what is known of its release", "[facts]") {
    toolchain::PastEntry past;
    past.entry.record = {5, "update", "2026-11-30T12:00:00Z", "rustup update"};
    past.entry.components.push_back({kCargo, "tree", store::Standing::listed});
    past.entry.components.push_back(
        {{"clippy", std::nullopt, false}, "tree", store::Standing::leaving});
    past.added.push_back(kCargo);
    past.current = true;
    const boost::json::object old = history_document("stable", std::span(&past, 1));
    CHECK(boost::json::serialize(old) ==
          R"({"format":1,"kind":"history","toolchain":"stable","entries":[{"serial":5,)"
          R"("what":"update","when":"2026-11-30T12:00:00Z","command":"rustup update",)"
          R"("components":["cargo-x86_64-unknown-linux-gnu"],)"
          R"("added":["cargo-x86_64-unknown-linux-gnu"],"removed":[],"changed":[],)"
          R"("current":true,"held":false}]})");
    past.entry.release = store::Release{"2026-04-16", "1.95.0"};
    past.entry.manifest_hash = "ab12";
    past.entry.manifest = "dist/2026-04-16/channel-rust-stable.toml";
    past.entry.held_at = 3;
    past.kept_bytes = 0;
    const boost::json::object known = history_document("stable", std::span(&past, 1));
    const boost::json::value& entry = known.at("entries").at(0);
    CHECK(entry.at("date") == "2026-04-16");
    CHECK(entry.at("version") == "1.95.0");
    CHECK(entry.at("manifest_sha256") == "ab12");
    CHECK(entry.at("manifest") == "dist/2026-04-16/channel-rust-stable.toml");
    CHECK(entry.at("rolled_back_to") == 3);
    CHECK(entry.at("kept_bytes") == 0);
}

TEST_CASE("a toolchain without a history has no entries", "[facts]") {
    CHECK(boost::json::serialize(history_document("stable", {})) ==
          R"({"format":1,"kind":"history","toolchain":"stable","entries":[]})");
}

#include "latchkey/facts/mirrors.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;
using mirrors::Probe;

namespace {

config::Mirror listed_mirror() {
    config::Mirror mirror;
    mirror.url = "https://m.example";
    mirror.priority = 7;
    mirror.file = "/c.toml";
    return mirror;
}

Probe good_probe() {
    Probe probe;
    probe.mirror = listed_mirror();
    probe.status = 200;
    probe.first_byte = std::chrono::milliseconds(12);
    probe.bytes_per_second = 3.21e6;
    probe.ranges = true;
    probe.stable_date = "2026-04-16";
    probe.nightly_date = "2026-05-19";
    probe.days_behind = 1;
    return probe;
}

}  // namespace

TEST_CASE("a mirror's line has its priority, URL, source of credentials and file", "[mirrors]") {
    config::Mirror mirror = listed_mirror();
    CHECK(facts::mirror_line(mirror) == "    7 https://m.example (/c.toml)");
    mirror.auth_variable = "TOKEN";
    CHECK(facts::mirror_line(mirror) == "    7 https://m.example, credentials of TOKEN (/c.toml)");
    mirror.auth_variable.reset();
    mirror.netrc = true;
    CHECK(facts::mirror_line(mirror) == "    7 https://m.example, credentials of netrc (/c.toml)");
}

TEST_CASE("a test's line says what works before what is of interest", "[mirrors]") {
    Probe probe = good_probe();
    CHECK(facts::probe_line(probe) ==
          "https://m.example: first byte after 12 ms, 3.2 MB/s, stable 2026-04-16, "
          "nightly 2026-05-19 (1 day behind), resumes downloads");
    probe.days_behind = 2;
    probe.ranges = false;
    probe.login = Probe::Login::accepted;
    CHECK(facts::probe_line(probe) ==
          "https://m.example: first byte after 12 ms, 3.2 MB/s, stable 2026-04-16, "
          "nightly 2026-05-19 (2 days behind), does not resume downloads, credentials accepted");
}

TEST_CASE("a test that failed says why first", "[mirrors]") {
    Probe probe;
    probe.mirror = listed_mirror();
    probe.failure = Error(Errc::unreachable, "no way");
    CHECK(facts::probe_line(probe) == "https://m.example: no way");
}

TEST_CASE("a list's document has no values that are not known", "[mirrors]") {
    config::MirrorList list;
    list.mirrors.push_back(listed_mirror());
    list.files = {"/c.toml"};
    CHECK(boost::json::serialize(facts::mirror_list_document(list)) ==
          R"({"format":1,"kind":"mirror-list","files":["/c.toml"],"mirrors":[)"
          R"({"url":"https://m.example","priority":7,"credentials":"none","file":"/c.toml"}]})");
    list.mirrors[0].auth_variable = "TOKEN";
    list.mirrors[0].signature = config::SignaturePolicy::require;
    const auto value = facts::mirror_list_document(list).at("mirrors").as_array().at(0).as_object();
    CHECK(value.at("credentials") == "variable");
    CHECK(value.at("variable") == "TOKEN");
    CHECK(value.at("signature") == "require");
}

TEST_CASE("a test's document has what was found", "[mirrors]") {
    const std::vector<Probe> probes{good_probe(), Probe{}};
    const auto document = facts::mirror_list_document(config::MirrorList(), probes);
    const auto& values = document.at("mirrors").as_array();
    CHECK(boost::json::serialize(values.at(0).at("test")) ==
          R"({"fine":true,"status":200,"first_byte_ms":12,"bytes_per_second":3210000,)"
          R"("ranges":true,"stable_date":"2026-04-16","nightly_date":"2026-05-19",)"
          R"("days_behind":1,"login":"none"})");
    CHECK(boost::json::serialize(values.at(1).at("test")) ==
          R"({"fine":true,"ranges":false,"login":"none"})");
}

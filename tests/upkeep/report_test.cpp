#include "latchkey/upkeep/report.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;
using upkeep::Finding;
using upkeep::Report;
using upkeep::Verdict;

namespace {

Report report_of(std::vector<std::pair<Finding::Kind, bool>> findings) {
    Report report;
    for (const auto& [kind, repaired] : findings) {
        report.findings.emplace_back();
        report.findings.back().kind = kind;
        report.findings.back().repaired = repaired;
    }
    return report;
}

Verdict verdict_of(std::vector<std::pair<Finding::Kind, bool>> findings) {
    return upkeep::verdict_of(std::vector{Report(), report_of(std::move(findings))});
}

}  // namespace

TEST_CASE("extra files and repaired ones are no damage", "[report]") {
    CHECK(upkeep::verdict_of({}) == Verdict::good);
    CHECK(verdict_of({{Finding::Kind::extra, false}}) == Verdict::good);
    CHECK(verdict_of({{Finding::Kind::modified, true}, {Finding::Kind::missing, true}}) ==
          Verdict::good);
}

TEST_CASE("one damage that is left decides, whatever else could not be checked", "[report]") {
    CHECK(verdict_of({{Finding::Kind::modified, false}}) == Verdict::damaged);
    CHECK(verdict_of({{Finding::Kind::unverifiable, false}, {Finding::Kind::missing, false}}) ==
          Verdict::damaged);
    CHECK(verdict_of({{Finding::Kind::unverifiable, false}}) == Verdict::unchecked);
    CHECK(verdict_of({{Finding::Kind::unreadable, false}}) == Verdict::unchecked);
}

TEST_CASE("a report counts its findings by kind", "[report]") {
    const Report report = report_of({{Finding::Kind::extra, false},
                                     {Finding::Kind::missing, true},
                                     {Finding::Kind::missing, false}});
    CHECK(report.count(Finding::Kind::missing) == 2);
    CHECK(report.count(Finding::Kind::extra) == 1);
    CHECK(report.count(Finding::Kind::modified) == 0);
}

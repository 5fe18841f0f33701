#include "latchkey/facts/verification.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;
using namespace latchkey::facts;
using upkeep::Finding;
using upkeep::Report;

namespace {

Finding finding(Finding::Kind kind, std::string component, std::string path, std::string reason) {
    Finding made;
    made.kind = kind;
    made.component = std::move(component);
    made.path = std::move(path);
    made.reason = std::move(reason);
    return made;
}

Report report_of(std::vector<Finding> findings) {
    Report report;
    report.toolchain = "stable";
    report.findings = std::move(findings);
    report.components = 2;
    report.files = 30;
    return report;
}

}  // namespace

TEST_CASE("a report of a whole toolchain is one line", "[facts]") {
    CHECK(report_text(report_of({}), false) ==
          "stable: 30 files of 2 components: all as installed\n");
    CHECK(boost::json::serialize(report_value(report_of({}))) ==
          R"({"name":"stable","components":2,"files":30,"findings":[]})");
}

TEST_CASE("each finding is a line with its component, and each kind is counted", "[facts]") {
    const Report report = report_of({
        finding(Finding::Kind::modified, "rustc", "bin/rustc", "has another size"),
        finding(Finding::Kind::missing, "rustc", "lib/a.so", "is not there"),
        finding(Finding::Kind::extra, "", "notes.txt", "belongs to no component"),
        finding(Finding::Kind::unverifiable, "clippy", "", "there is no list of its files"),
    });
    CHECK(report_text(report, false) ==
          "stable: 30 files of 2 components: 1 modified, 1 missing, 1 extra, 1 unverifiable\n"
          "  modified bin/rustc (rustc): has another size\n"
          "  missing lib/a.so (rustc): is not there\n"
          "  extra notes.txt: belongs to no component\n"
          "  unverifiable clippy: there is no list of its files\n");
    const std::string painted = report_text(report, true);
    CHECK(painted.find("\033[") != std::string::npos);
}

TEST_CASE("what was repaired says so, and who has the file as well", "[facts]") {
    Finding made = finding(Finding::Kind::modified, "rustc", "bin/\xFF", "has another content");
    made.repaired = true;
    made.also_in = {"beta", "nightly"};
    const Report report = report_of({made});
    CHECK(report_text(report, false)
              .ends_with("  repaired bin/\xFF (rustc): had another content; the same file is in "
                         "beta, nightly\n"));
    const boost::json::object value = report_value(report);
    const boost::json::value& told = value.at("findings").at(0);
    CHECK(told.at("kind") == "modified");
    CHECK(told.at("path") == "bin/\uFFFD");
    CHECK(told.at("path_bytes").as_array().size() == 5);
    CHECK(told.at("repaired") == true);
    CHECK(boost::json::serialize(told.at("also_in")) == R"(["beta","nightly"])");
}

TEST_CASE("a file that was detached names those that keep the one before", "[facts]") {
    upkeep::Detached detached;
    detached.toolchain = "stable";
    detached.path = "lib/rustlib/src/a.rs";
    CHECK(detached_text(detached) ==
          "lib/rustlib/src/a.rs of stable has a copy of its own already\n");
    detached.changed = true;
    detached.sharers = {"beta"};
    CHECK(detached_text(detached) ==
          "lib/rustlib/src/a.rs of stable has a copy of its own now; the file before is in beta\n");
    CHECK(boost::json::serialize(detached_value(detached)) ==
          R"({"toolchain":"stable","path":"lib/rustlib/src/a.rs","changed":true,)"
          R"("also_in":["beta"]})");
}

#include "latchkey/args/man_page.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

#include "latchkey/base/text.hpp"

using namespace latchkey;
using namespace latchkey::args;

namespace {

std::string text_of(const std::vector<ManPage>& pages, const std::string& name) {
    const auto found = std::find_if(pages.begin(), pages.end(),
                                    [&name](const ManPage& page) { return page.name == name; });
    REQUIRE(found != pages.end());
    return found->text;
}

bool has_line(const std::string& text, std::string_view line) {
    return std::ranges::count(lines(text), line) > 0;
}

}  // namespace

TEST_CASE("every command that help shows has one manual page", "[args]") {
    std::set<std::string> names;
    for (const ManPage& page : man_pages("2026-11-30")) {
        CAPTURE(page.name);
        CHECK(names.insert(page.name).second);
        CHECK(page.text.starts_with(".TH "));
        CHECK(has_line(page.text, ".SH NAME"));
        CHECK(has_line(page.text, ".SH SYNOPSIS"));
        CHECK(has_line(page.text, ".SH OPTIONS"));
    }
    for (const char* name : {"rustup", "latchkey", "rustup-init", "rustup-toolchain-install",
                             "rustup-self-update", "latchkey-locks", "latchkey-tidy"}) {
        CHECK(names.contains(name));
    }
    // Hidden, or rustup's under another name.
    for (const char* name :
         {"rustup-dump-testament", "latchkey-man-pages", "latchkey-update", "rustup-help"}) {
        CHECK_FALSE(names.contains(name));
    }
}

TEST_CASE("a manual page has the sections of the command's help", "[args]") {
    const auto pages = man_pages("2026-11-30");
    const std::string install = text_of(pages, "rustup-toolchain-install");
    CHECK(has_line(install, "\\fBrustup toolchain install\\fR [OPTIONS] [TOOLCHAIN]..."));
    CHECK(has_line(install, "\\fB\\-c\\fR, \\fB\\-\\-component\\fR \\fI<COMPONENT>\\fR"));
    CHECK(has_line(install, "[possible values: minimal, default, complete]"));
    CHECK(has_line(install, ".SH DISCUSSION"));
    CHECK(has_line(install, "\\fBrustup\\-toolchain\\fR(1)"));
    CHECK(has_line(text_of(pages, "rustup-check"), ".SH EXIT STATUS"));
    CHECK(has_line(text_of(pages, "rustup"), ".SH COMMON COMMANDS"));
    CHECK(has_line(text_of(pages, "rustup"), "\\fBrustup\\-toolchain\\fR(1)"));
    CHECK(has_line(text_of(pages, "latchkey"), "\\fBrustup\\-update\\fR(1)"));
    CHECK(has_line(text_of(pages, "latchkey"), "\\fBlatchkey\\-tidy\\fR(1)"));
}

TEST_CASE("a manual page says its release and its date", "[args]") {
    CHECK(text_of(man_pages("2026-11-30"), "rustup-show-home")
              .starts_with(".TH RUSTUP\\-SHOW\\-HOME 1 \"2026-11-30\" \"Latchkey " LATCHKEY_VERSION
                           "\" \"User Commands\"\n"));
}

TEST_CASE("code in a manual page keeps its lines", "[args]") {
    const std::string toolchain = text_of(man_pages("2026-11-30"), "rustup-toolchain");
    CHECK(toolchain.find(".sp\n.RS 4\n.EX\n$ rustup default stable\\-msvc\n.EE\n.RE\n") !=
          std::string::npos);
    CHECK(toolchain.find(".EX\n<channel>[\\-<date>][\\-<host>]\n\n<channel>       = stable|beta") !=
          std::string::npos);
}

#include "latchkey/args/parse.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"

using namespace latchkey;
using namespace latchkey::args;

namespace {

Invocation understood(const std::vector<std::string>& words) {
    const ParseResult result = parse_rustup(words, {});
    if (const auto* exit = std::get_if<ParseExit>(&result)) FAIL(exit->text);
    return std::get<Invocation>(result);
}

ParseExit refused(const std::vector<std::string>& words) {
    const ParseResult result = parse_rustup(words, {});
    REQUIRE(std::holds_alternative<ParseExit>(result));
    return std::get<ParseExit>(result);
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("every name and alias leads to its command", "[args]") {
    struct Row {
        Words words;
        const char* command;
    };
    const std::vector<Row> rows = {
        {{"install"}, "install"},
        {{"add", "stable"}, "install"},
        {{"uninstall", "x"}, "uninstall"},
        {{"remove", "x"}, "uninstall"},
        {{"rm", "x"}, "uninstall"},
        {{"delete", "x"}, "uninstall"},
        {{"del", "x"}, "uninstall"},
        {{"dump-testament"}, "dump-testament"},
        {{"toolchain", "list"}, "toolchain list"},
        {{"toolchain", "install"}, "toolchain install"},
        {{"toolchain", "update"}, "toolchain install"},
        {{"toolchain", "up"}, "toolchain install"},
        {{"toolchain", "add"}, "toolchain install"},
        {{"toolchain", "uninstall", "x"}, "toolchain uninstall"},
        {{"toolchain", "remove", "x"}, "toolchain uninstall"},
        {{"toolchain", "rm", "x"}, "toolchain uninstall"},
        {{"toolchain", "delete", "x"}, "toolchain uninstall"},
        {{"toolchain", "del", "x"}, "toolchain uninstall"},
        {{"toolchain", "link", "x", "/y"}, "toolchain link"},
        {{"default"}, "default"},
        {{"show"}, "show"},
        {{"show", "active-toolchain"}, "show active-toolchain"},
        {{"show", "home"}, "show home"},
        {{"show", "profile"}, "show profile"},
        {{"update"}, "update"},
        {{"upgrade"}, "update"},
        {{"up"}, "update"},
        {{"check"}, "check"},
        {{"target", "list"}, "target list"},
        {{"target", "add", "x"}, "target add"},
        {{"target", "install", "x"}, "target add"},
        {{"target", "remove", "x"}, "target remove"},
        {{"target", "uninstall", "x"}, "target remove"},
        {{"target", "rm", "x"}, "target remove"},
        {{"target", "delete", "x"}, "target remove"},
        {{"target", "del", "x"}, "target remove"},
        {{"component", "list"}, "component list"},
        {{"component", "add", "x"}, "component add"},
        {{"component", "remove", "x"}, "component remove"},
        {{"component", "uninstall", "x"}, "component remove"},
        {{"component", "rm", "x"}, "component remove"},
        {{"component", "delete", "x"}, "component remove"},
        {{"component", "del", "x"}, "component remove"},
        {{"override", "list"}, "override list"},
        {{"override", "set", "x"}, "override set"},
        {{"override", "add", "x"}, "override set"},
        {{"override", "unset"}, "override unset"},
        {{"override", "remove"}, "override unset"},
        {{"override", "rm"}, "override unset"},
        {{"override", "delete"}, "override unset"},
        {{"override", "del"}, "override unset"},
        {{"run", "x", "y"}, "run"},
        {{"which", "x"}, "which"},
        {{"doc"}, "doc"},
        {{"docs"}, "doc"},
        {{"man", "x"}, "man"},
        {{"self", "update"}, "self update"},
        {{"self", "up"}, "self update"},
        {{"self", "uninstall"}, "self uninstall"},
        {{"self", "upgrade-data"}, "self upgrade-data"},
        {{"set", "default-host", "x"}, "set default-host"},
        {{"set", "profile"}, "set profile"},
        {{"set", "auto-self-update"}, "set auto-self-update"},
        {{"set", "auto-install"}, "set auto-install"},
        {{"completions", "zsh"}, "completions"},
    };
    for (const Row& row : rows) CHECK(understood(row.words).command() == row.command);
}

TEST_CASE("what a later rustup has is understood, and announced nowhere", "[args]") {
    CHECK(understood({"install", "--default", "stable"}).flag("default"));
    CHECK(understood({"toolchain", "install", "--default", "stable"}).flag("default"));
    CHECK(understood({"set", "release-hint"}).required("RELEASE_HINT_MODE") == "enable");
    CHECK(understood({"set", "release-hint", "disable"}).required("RELEASE_HINT_MODE") ==
          "disable");
    CHECK(refused({"install", "--help"}).text.find("--default") == std::string::npos);
    CHECK(refused({"set", "--help"}).text.find("release-hint") == std::string::npos);
}

TEST_CASE("global options stand before the command", "[args]") {
    const Invocation plain = understood({"show", "home"});
    CHECK_FALSE(plain.verbose);
    CHECK_FALSE(plain.quiet);
    CHECK_FALSE(plain.plus_toolchain);

    const Invocation verbose = understood({"-v", "+nightly", "show", "home"});
    CHECK(verbose.verbose);
    CHECK(verbose.plus_toolchain == "nightly");
    CHECK(understood({"+nightly", "--quiet", "show"}).quiet);

    const Invocation own = understood({"show", "-v"});
    CHECK_FALSE(own.verbose);
    CHECK(own.flag("verbose"));
    CHECK_FALSE(understood({"-v", "show"}).flag("verbose"));
}

TEST_CASE("the options of the last command count", "[args]") {
    CHECK_FALSE(understood({"show", "-v", "active-toolchain"}).flag("verbose"));
    CHECK(understood({"show", "active-toolchain", "-v"}).flag("verbose"));
}

TEST_CASE("options may follow positionals, with their values in every notation", "[args]") {
    const Invocation install =
        understood({"install", "stable", "-c", "a,b", "--force", "beta", "-cc", "-c=d",
                    "--component=e,f", "-t", "x", "--profile=minimal"});
    CHECK(install.values("TOOLCHAIN") == Words{"stable", "beta"});
    CHECK(install.values("component") == Words{"a", "b", "c", "d", "e", "f"});
    CHECK(install.values("target") == Words{"x"});
    CHECK(install.value("profile") == "minimal");
    CHECK(install.flag("force"));
    CHECK_FALSE(install.flag("override"));
    CHECK(install.values("nothing").empty());
}

TEST_CASE("positionals do not split at commas", "[args]") {
    CHECK(understood({"component", "add", "a,b", ""}).values("COMPONENT") == Words{"a,b", ""});
}

TEST_CASE("grouped letters are flags", "[args]") {
    const ParseResult result = parse_rustup_init(Words{"-vy"}, {});
    const auto& invocation = std::get<Invocation>(result);
    CHECK(invocation.verbose);
    CHECK(invocation.flag("yes"));
}

TEST_CASE("the question before a removal or an installation has a short and a long answer",
          "[args]") {
    for (const char* word : {"-y", "--yes"}) {
        CHECK(understood({"self", "uninstall", word}).flag("yes"));
        const ParseResult result = parse_rustup_init(Words{word}, {});
        CHECK(std::get<Invocation>(result).flag("yes"));
        CHECK(refused({"self", "uninstall", word, "--yes"})
                  .text.starts_with("error: the argument '--yes' cannot be used multiple times\n"));
    }
}

TEST_CASE("double dashes end the options", "[args]") {
    CHECK(understood({"component", "add", "--", "--toolchain", "--"}).values("COMPONENT") ==
          Words{"--toolchain", "--"});
    CHECK(understood({"default", "--", "-x"}).value("TOOLCHAIN") == "-x");
    CHECK(understood({"default", "-"}).value("TOOLCHAIN") == "-");
}

TEST_CASE("run passes everything from the command on", "[args]") {
    const Invocation run =
        understood({"run", "--install", "nightly", "cargo", "--install", "--", "+x", "-h", ""});
    CHECK(run.flag("install"));
    CHECK(run.required("TOOLCHAIN") == "nightly");
    CHECK(run.values("COMMAND") == Words{"cargo", "--install", "--", "+x", "-h", ""});
    CHECK(understood({"run", "nightly", "--", "--cargo"}).values("COMMAND") == Words{"--cargo"});
    CHECK(understood({"run", "--", "nightly", "x", "--", "-y"}).values("COMMAND") ==
          Words{"x", "--", "-y"});
}

TEST_CASE("what was not given has its default, if the table has one", "[args]") {
    CHECK(understood({"set", "profile"}).required("PROFILE_NAME") == "default");
    CHECK(understood({"set", "profile", "complete"}).required("PROFILE_NAME") == "complete");
    CHECK(understood({"set", "auto-install"}).required("AUTO_INSTALL_MODE") == "enable");
    CHECK(understood({"completions", "zsh"}).required("COMMAND") == "rustup");
    CHECK_FALSE(understood({"default"}).value("TOOLCHAIN"));
    CHECK_FALSE(understood({"install"}).value("profile"));
    CHECK_THROWS_AS(understood({"default"}).required("TOOLCHAIN"), Error);
    const ParseResult init = parse_rustup_init(Words{}, {});
    CHECK(std::get<Invocation>(init).required("profile") == "default");
}

TEST_CASE("paths may be any bytes, other values must be UTF-8", "[args]") {
    CHECK(understood({"toolchain", "link", "x", "/\xFF"}).required("PATH") == "/\xFF");
    CHECK(understood({"override", "unset", "--path=\xFF"}).required("path") == "\xFF");
    CHECK(refused({"default", "\xFF"}).to_stderr);
}

TEST_CASE("toolchains are judged by class, in the order of the words", "[args]") {
    std::vector<std::pair<ValueClass, std::string>> asked;
    ParseSetup setup;
    setup.find_fault = [&asked](ValueClass value_class, const std::string& text) {
        asked.emplace_back(value_class, text);
        return std::optional<std::string>();
    };
    const auto asked_for = [&](const Words& words) {
        asked.clear();
        (void)parse_rustup(words, setup);
        return asked;
    };
    using Asked = std::vector<std::pair<ValueClass, std::string>>;
    CHECK(asked_for({"install", "a", "--force", "b"}) ==
          Asked{{ValueClass::official_toolchain, "a"}, {ValueClass::official_toolchain, "b"}});
    // rustup, too, judges a word of its top level only when the command below is understood.
    CHECK(asked_for({"+a", "component", "add", "--toolchain", "b", "c"}) ==
          Asked{{ValueClass::official_toolchain, "b"}, {ValueClass::resolvable_toolchain, "a"}});
    CHECK(asked_for({"toolchain", "link", "a", "b"}) == Asked{{ValueClass::custom_toolchain, "a"}});
    CHECK(asked_for({"default", "none"}) == Asked{{ValueClass::resolvable_or_none, "none"}});
    CHECK(asked_for({"which", "--toolchain=a", "b"}) ==
          Asked{{ValueClass::resolvable_toolchain, "a"}});
    CHECK(asked_for({"run", "/a", "b"}) == Asked{{ValueClass::local_toolchain, "/a"}});
    asked.clear();
    (void)parse_rustup_init(Words{"--default-toolchain", "none"}, setup);
    CHECK(asked == Asked{{ValueClass::official_or_none, "none"}});
}

TEST_CASE("nothing but global options is a fault that help answers", "[args]") {
    const ParseExit none = refused({"-q"});
    CHECK(none.kind == ParseExit::Kind::help);
    CHECK(none.to_stderr);
    CHECK(none.exit_code == 1);
    const ParseExit help = refused({"--help"});
    CHECK(help.kind == ParseExit::Kind::help);
    CHECK_FALSE(help.to_stderr);
    CHECK(help.exit_code == 0);
}

TEST_CASE("the version knows which toolchain was asked for", "[args]") {
    const ParseExit version = refused({"+nightly", "-V"});
    CHECK(version.kind == ParseExit::Kind::version);
    CHECK(version.plus_toolchain == "nightly");
    CHECK(version.text.starts_with("rustup 1.29.1 (latchkey "));
    CHECK(refused({"-V", "show", "+none", "+nightly"}).plus_toolchain == "none");
}

TEST_CASE("advice on updating rustup itself comes with or without an error", "[args]") {
    const std::string advice = "if you meant to update rustup itself, use `rustup self update`";
    CHECK(understood({"update", "self"}).notes == Words{advice});
    CHECK(refused({"update", "self", "--bogus"}).notes == Words{advice});
    CHECK(understood({"install", "self"}).notes.empty());
}

TEST_CASE("rustup-init has all of its options, and hides two", "[args]") {
    const ParseResult result = parse_rustup_init(
        Words{"-q", "-y", "--default-host", "h", "--default-toolchain=nightly", "--profile",
              "minimal", "-c", "a,b", "-tx", "--no-modify-path", "--no-update-default-toolchain",
              "--self-replace", "--dump-testament"},
        {});
    const auto& invocation = std::get<Invocation>(result);
    CHECK(invocation.command_path.empty());
    CHECK(invocation.quiet);
    CHECK(invocation.value("default-host") == "h");
    CHECK(invocation.value("default-toolchain") == "nightly");
    CHECK(invocation.value("profile") == "minimal");
    CHECK(invocation.values("component") == Words{"a", "b"});
    CHECK(invocation.values("target") == Words{"x"});
    for (const char* flag : {"yes", "no-modify-path", "no-update-default-toolchain", "self-replace",
                             "dump-testament"}) {
        CHECK(invocation.flag(flag));
    }
}

TEST_CASE("rustup understands what only latchkey has, and tells nobody of it", "[args]") {
    CHECK(understood({"tidy"}).command() == "tidy");
    CHECK(understood({"show", "--format", "json"}).json());
    CHECK(understood({"--format=json=1", "toolchain", "list"}).json());
    CHECK_FALSE(understood({"show", "--format=text"}).json());
    CHECK(refused({"help", "tidy"}).kind == ParseExit::Kind::help);
    CHECK(refused({"doctor", "--help"}).kind == ParseExit::Kind::help);
    CHECK(refused({"help"}).text.find("tidy") == std::string::npos);
    CHECK(refused({"help", "show"}).text.find("--format") == std::string::npos);
    // Nor is it a suggestion for what is nearly the same.
    CHECK(refused({"show", "--formt", "json"}).text.find("--format ") == std::string::npos);
    CHECK(refused({"tidi"}).text.find("tidy") == std::string::npos);
    // But a line that has something of it is judged by it.
    CHECK(refused({"doctor", "--repare"}).text.find("--repair") != std::string::npos);
    CHECK(refused({"show", "--format", "xml"}).text.find("json=1") != std::string::npos);
}

TEST_CASE("an option of the whole line stands anywhere, and where it means something", "[args]") {
    CHECK(understood({"--format", "text", "show", "--format", "json"}).json());
    CHECK(understood({"run", "stable", "x", "--format", "json"}).values("COMMAND").size() == 3);
    const ParseExit exit = refused({"--format", "json", "update"});
    CHECK(exit.text.find("unexpected argument '--format'") != std::string::npos);
    CHECK(exit.text.find("update [OPTIONS]") != std::string::npos);
}

TEST_CASE("a line that ends early still says whether a document is asked for", "[args]") {
    CHECK(refused({"--version", "--format", "json"}).json);
    CHECK(refused({"show", "--bogus", "--format=json=1"}).json);
    CHECK_FALSE(refused({"show", "--bogus", "--format=text"}).json);
    CHECK_FALSE(refused({"show", "--bogus", "--", "--format=json"}).json);
    CHECK_FALSE(refused({"run", "--bogus", "x", "--format=json"}).json);
}

namespace {

/// As a user has it for whom `msrv` stands for 1.80.
ParseSetup setup_with_alias() {
    ParseSetup setup;
    setup.find_alias = [](const std::string& text) {
        return text == "msrv" ? std::optional<std::string>("1.80") : std::nullopt;
    };
    setup.find_fault = [](ValueClass, const std::string& text) {
        return text == "msrv" ? std::optional<std::string>("not replaced") : std::nullopt;
    };
    return setup;
}

Invocation understood_with_alias(const Words& words) {
    const ParseResult result = parse_rustup(words, setup_with_alias());
    if (const auto* exit = std::get_if<ParseExit>(&result)) FAIL(exit->text);
    return std::get<Invocation>(result);
}

}  // namespace

TEST_CASE("an alias is replaced wherever a toolchain is named", "[args]") {
    const std::vector<Words> lines = {
        {"install", "msrv"},
        {"update", "msrv"},
        {"uninstall", "msrv"},
        {"default", "msrv"},
        {"override", "set", "msrv"},
        {"run", "msrv", "cargo", "msrv"},
        {"toolchain", "install", "msrv"},
    };
    for (const Words& words : lines) {
        INFO(words.front());
        CHECK(understood_with_alias(words).value("TOOLCHAIN") == "1.80");
    }
    CHECK(understood_with_alias({"component", "add", "--toolchain", "msrv", "clippy"})
              .value("toolchain") == "1.80");
    CHECK(understood_with_alias({"which", "--toolchain=msrv", "rustc"}).value("toolchain") ==
          "1.80");
    CHECK(understood_with_alias({"+msrv", "show"}).plus_toolchain == "1.80");
    CHECK(understood_with_alias({"install", "msrv", "stable"}).values("TOOLCHAIN") ==
          Words{"1.80", "stable"});
}

TEST_CASE("an alias is a word like any other where no toolchain is named", "[args]") {
    CHECK(understood_with_alias({"run", "stable", "msrv"}).values("COMMAND") == Words{"msrv"});
    CHECK(understood_with_alias({"component", "add", "msrv"}).values("COMPONENT") == Words{"msrv"});
    CHECK(understood_with_alias({"toolchain", "alias", "msrv", "1.81"}).value("NAME") == "msrv");
    const ParseResult link =
        parse_rustup(Words{"toolchain", "link", "msrv", "/y"}, setup_with_alias());
    CHECK(std::holds_alternative<ParseExit>(link));  // It would be the name of a new toolchain.
}

TEST_CASE("signed components are a value, and -h is still the help", "[args]") {
    const auto components = [](const Words& words) {
        return understood(words).value("COMPONENTS");
    };
    CHECK(components({"set", "components", "-rust-docs"}) == "-rust-docs");
    CHECK(components({"set", "components", "+rust-src,-rust-docs"}) == "+rust-src,-rust-docs");
    CHECK(components({"set", "components", "--", "-rust-docs"}) == "-rust-docs");
    CHECK(components({"set", "components", ""}) == "");
    CHECK(refused({"set", "components", "-h"}).kind == ParseExit::Kind::help);
    CHECK(refused({"set", "components", "--bogus"}).kind == ParseExit::Kind::error);
    CHECK(refused({"set", "components"}).kind == ParseExit::Kind::error);
    CHECK(refused({"set", "profile", "-rust-docs"}).kind == ParseExit::Kind::error);
}

#include "latchkey/config/mirror_list.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "support/error_text.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using namespace latchkey::config;
using latchkey::test::error_text;
using latchkey::test::TempDir;

namespace {

std::string complaint(const std::string& text) {
    return error_text([&] { static_cast<void>(parse_mirror_list(text, "/c.toml")); });
}

/// Of a mirror with one more line.
std::string complaint_of(const std::string& line) {
    return complaint("[[mirror]]\nurl = \"https://a\"\n" + line + "\n");
}

std::string url_of(const std::string& url) {
    return parse_mirror_list("[[mirror]]\nurl = '" + url + "'\n", "c").mirrors.at(0).url;
}

std::vector<std::string> urls_of(const MirrorList& list) {
    std::vector<std::string> urls;
    for (const Mirror& mirror : list.mirrors) urls.push_back(mirror.url);
    return urls;
}

MirrorList list_of(const std::string& text) {
    return parse_mirror_list(text, "c");
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a mirror has what its table says", "[mirror_list]") {
    const MirrorList list = list_of(
        "[[mirror]]\nurl = \"https://a.example/rust/\"\npriority = 7\nauth = \"netrc\"\n"
        "signature = \"warn\"\n[[mirror]]\nurl = \"http://b\"\nauth-env = \"B_TOKEN\"\n"
        "enabled = false\n");
    REQUIRE(list.mirrors.size() == 2);
    CHECK(list.mirrors[0] == Mirror{"https://a.example/rust", 7, true, std::nullopt,
                                    SignaturePolicy::warn, true, "c"});
    CHECK(list.mirrors[1] == Mirror{"http://b", 100, false, "B_TOKEN", std::nullopt, false, "c"});
    CHECK(list.warnings.empty());
    CHECK(list.files == Texts{"c"});
}

TEST_CASE("a configuration without mirrors is one", "[mirror_list]") {
    CHECK(list_of("").mirrors.empty());
    CHECK(list_of("# nothing\n").mirrors.empty());
    CHECK(list_of("mirror = []\n").mirrors.empty());
}

TEST_CASE("a mirror's url is kept without slashes at its end", "[mirror_list]") {
    CHECK(url_of(" https://a//") == "https://a");
    CHECK(url_of("https://a/b/") == "https://a/b");
    CHECK(url_of("file:///") == "file:///");
    CHECK(url_of("file:///srv/rust/") == "file:///srv/rust");
    CHECK(url_of("http://[::1]:8080") == "http://[::1]:8080");
}

TEST_CASE("what is wrong with a mirror is told with line, mark and cause", "[mirror_list]") {
    CHECK(complaint_of("priority = \"high\"") ==
          "could not parse configuration file: '/c.toml': TOML parse error at line 3, column 12\n"
          "  |\n"
          "3 | priority = \"high\"\n"
          "  |            ^^^^^^\n"
          "invalid type: string \"high\", expected an integer\n");
    const auto says = [](const std::string& text, const std::string& cause) {
        INFO(text);
        CHECK(text.find(cause) != std::string::npos);
        CHECK(text.find("line ") != std::string::npos);
    };
    says(complaint_of("priority = -1"), "expected a number from 0 to 65535");
    says(complaint_of("priority = 65536"), "expected a number from 0 to 65535");
    says(complaint_of("auth = \"secret\""), "unknown variant `secret`, expected `netrc`");
    says(complaint_of("auth-env = \"A B\""), "expected the name of an environment variable");
    says(complaint_of("auth-env = \"\""), "expected the name of an environment variable");
    says(complaint_of("auth = \"netrc\"\nauth-env = \"A\""), "either `auth` or `auth-env`");
    says(complaint_of("signature = \"maybe\""), "expected one of `require`, `warn`, `off`");
    says(complaint_of("enabled = 1"), "invalid type: integer `1`, expected a boolean");
    says(complaint("[[mirror]]\npriority = 1\n"), "missing field `url`");
    says(complaint("[mirror]\nurl = \"https://a\"\n"), "expected a sequence");
    says(complaint("mirror = [1]\n"), "expected a map");
    says(complaint("[[mirror]\n"), "parse error");
    says(complaint_of("[[mirror]]\nurl = \"https://a/\""), "a mirror is listed once");
}

TEST_CASE("a url that cannot be a mirror's is refused, and its password is not needed",
          "[mirror_list]") {
    const std::pair<const char*, const char*> bad[] = {
        {"ftp://a", "begins with `https://`"}, {"a.example", "begins with `https://`"},
        {"", "begins with `https://`"},        {"https://", "has a host"},
        {"https:///x", "has a host"},          {"https://u@a", "no user and no password"},
        {"https://u:p@a/x", "no user and no"}, {"https://a?x", "no query"},
        {"https://a#x", "no query"},           {"file://host/x", "absolute path"},
    };
    for (const auto& [url, cause] : bad) {
        INFO(url);
        const std::string text = complaint("[[mirror]]\nurl = \"" + std::string(url) + "\"\n");
        CHECK(text.find(cause) != std::string::npos);
    }
}

TEST_CASE("unknown keys are warned of with their line, and ignored", "[mirror_list]") {
    const MirrorList list =
        list_of("later = 1\n[[mirror]]\nurl = \"https://a\"\npriorty = 3\n[other]\nx = 1\n");
    REQUIRE(list.mirrors.size() == 1);
    CHECK(list.mirrors[0].priority == 100);
    CHECK(list.warnings == Texts{"unknown key 'later' in 'c', line 1; it is ignored",
                                 "unknown key 'other' in 'c', line 5; it is ignored",
                                 "unknown key 'priorty' in 'c', line 4; it is ignored"});
}

TEST_CASE("mirrors are ordered by priority, the user's first among equals", "[mirror_list]") {
    const MirrorList all = merge(list_of("[[mirror]]\nurl = \"https://u1\"\n"
                                         "[[mirror]]\nurl = \"https://u2\"\npriority = 5\n"),
                                 list_of("[[mirror]]\nurl = \"https://s1\"\n"
                                         "[[mirror]]\nurl = \"https://s2\"\npriority = 1\n"));
    CHECK(urls_of(all) == Texts{"https://s2", "https://u2", "https://u1", "https://s1"});
    CHECK(all.files == Texts{"c", "c"});
}

TEST_CASE("of a mirror in both files the user's entry counts, also to disable it",
          "[mirror_list]") {
    const MirrorList all = merge(list_of("[[mirror]]\nurl = \"https://a\"\nenabled = false\n"
                                         "[[mirror]]\nurl = \"https://b\"\npriority = 1\n"),
                                 list_of("[[mirror]]\nurl = \"https://a\"\n"
                                         "[[mirror]]\nurl = \"https://b\"\npriority = 9\n"));
    REQUIRE(urls_of(all) == Texts{"https://b"});
    CHECK(all.mirrors[0].priority == 1);
}

TEST_CASE("both files are read, and neither need be there", "[mirror_list]") {
    const TempDir dir;
    const dist::HomeLayout home(dir / "home");
    CHECK(load_mirror_list(home, dir / "etc.toml").files.empty());
    dir.write("etc.toml", "[[mirror]]\nurl = \"https://s\"\n");
    CHECK(urls_of(load_mirror_list(home, dir / "etc.toml")) == Texts{"https://s"});
    dir.write("home/latchkey/config.toml", "[[mirror]]\nurl = \"https://u\"\n");
    const MirrorList both = load_mirror_list(home, dir / "etc.toml");
    CHECK(urls_of(both) == Texts{"https://u", "https://s"});
    CHECK(both.files == Texts{dir / "home/latchkey/config.toml", dir / "etc.toml"});
}

TEST_CASE("a home by category has its configuration beside its settings", "[mirror_list]") {
    const dist::HomeLayout home(dist::CategoryFolders{"/cache", "/config", "/data", "/state"});
    CHECK(home.configuration() == "/config/latchkey/config.toml");
}

TEST_CASE("a file that every user may write is refused, unless its folder is everybody's",
          "[mirror_list]") {
    const TempDir dir;
    const dist::HomeLayout home(dir / "home");
    const std::string path = dir.write("home/latchkey/config.toml", "");
    const auto load = [&] { static_cast<void>(load_mirror_list(home, dir / "none")); };
    platform::change_mode(path, 0664);
    CHECK(error_text(load) == "no error");
    platform::change_mode(path, 0666);
    CHECK(error_text(load).find("run `chmod o-w '" + path) != std::string::npos);
    platform::change_mode(dir / "home/latchkey", 0777);
    CHECK(error_text(load) == "no error");
}

TEST_CASE("what cannot be read or is no text is told with its path", "[mirror_list]") {
    const TempDir dir;
    const dist::HomeLayout home(dir.path());
    const std::string path = dir.make("latchkey/config.toml");
    const auto load = [&] { static_cast<void>(load_mirror_list(home, dir / "none")); };
    CHECK(error_text(load).find("could not read configuration file: '" + path) == 0);
    platform::remove_empty_directory(path);
    dir.write("latchkey/config.toml", "a = \"\xFF\"\n");
    CHECK(error_text(load) ==
          "could not parse configuration file: '" + path + "': stream did not contain valid UTF-8");
}

// That real shells take them: processes/start_up.py.
#include "shell_scripts.hpp"

#include <stdio.h>

#include <array>
#include <catch2/catch.hpp>

#include "support/temp_dir.hpp"

using namespace latchkey;
namespace scripts = setup::scripts;

namespace {

/// PATH after a shell has read the script, `before` it.
std::string path_after(const std::string& script, const std::string& before) {
    const test::TempDir dir;
    const std::string file = dir.write("env", script);
    const std::string command = before + "; . '" + file + "'; printf %s \"$PATH\"";
    FILE* const output = ::popen(("/bin/sh -euc '" + command + "'").c_str(), "r");
    REQUIRE(output != nullptr);
    std::array<char, 4096> text{};
    const std::size_t size = ::fread(text.data(), 1, text.size(), output);
    CHECK(::pclose(output) == 0);
    return {text.data(), size};
}

}  // namespace

TEST_CASE("sh's script puts the folder in front of PATH, once", "[setup]") {
    const std::string script = scripts::posix("/home/me/.cargo");
    // The file's name is quoted for a shell inside of quotes.
    const std::string before = "PATH=/usr/bin:/bin";
    CHECK(path_after(script, before) == "/home/me/.cargo/bin:/usr/bin:/bin");
    CHECK(path_after(script + script, before) == "/home/me/.cargo/bin:/usr/bin:/bin");
    CHECK(path_after(script, "PATH=/x:/home/me/.cargo/bin") == "/x:/home/me/.cargo/bin");
}

TEST_CASE("without a PATH the folder is all of it, and no empty entry is the working directory",
          "[setup]") {
    const std::string script = scripts::posix("/c");
    CHECK(path_after(script, "unset PATH") == "/c/bin");
    CHECK(path_after(script, "PATH=") == "/c/bin");
}

TEST_CASE("every shell's script names the folder as its caller does", "[setup]") {
    for (const auto make : {scripts::posix, scripts::fish, scripts::nushell, scripts::tcsh,
                            scripts::powershell, scripts::xonsh}) {
        const std::string script = make("$HOME/.cargo");
        CHECK(script.find("$HOME/.cargo/bin") != std::string::npos);
        CHECK(script.find("{bin}") == std::string::npos);
        CHECK(script.ends_with('\n'));
    }
}

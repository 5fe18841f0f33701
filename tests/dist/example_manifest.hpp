#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <string>
#include <vector>

#include "latchkey/dist/manifest.hpp"

namespace latchkey::dist {

inline const std::string kHost = "x86_64-unknown-linux-gnu";
inline const std::string kWasm = "wasm32-unknown-unknown";

/// One channel of seven artifacts, as a server has it. Tests change what they are about.
struct ExampleManifest {
    std::string date = "2026-04-16";
    std::string version = "1.95.0 (59807616e 2026-04-14)";
    std::vector<Component> parts{{"rustc", kHost}, {"rust-std", kHost}, {"cargo", kHost}};
    std::vector<Component> extensions{
        {"rust-std", kWasm}, {"rust-src", {}}, {"clippy-preview", kHost}, {"rls-preview", kHost}};
    std::vector<Component> unavailable;
    std::string profiles =
        "minimal = [\"rustc\"]\n"
        "default = [\"rustc\", \"cargo\", \"rust-std\", \"rust-mingw\", \"clippy-preview\"]\n";
    std::string renames =
        "[renames.clippy]\nto = \"clippy-preview\"\n[renames.rls]\nto = \"rls-preview\"\n";

    [[nodiscard]] std::string text() const {
        std::string out = fmt::format("manifest-version = \"2\"\ndate = \"{}\"\n", date);
        std::vector<Component> all = parts;
        all.insert(all.end(), extensions.begin(), extensions.end());
        std::string last;
        std::ranges::sort(all);
        for (const auto& c : all) {
            if (c.pkg != last) out += fmt::format("[pkg.{}]\nversion = \"1\"\n", c.pkg);
            last = c.pkg;
            const bool available = std::ranges::find(unavailable, c) == unavailable.end();
            out += fmt::format(
                "[pkg.{}.target.\"{}\"]\navailable = {}\n"
                "url = \"https://static.rust-lang.org/dist/{}.tar.gz\"\nhash = \"{:a>64}\"\n",
                c.pkg, c.target_text(), available, c.full_name(), "");
        }
        out += fmt::format("[pkg.rust]\nversion = \"{}\"\n[pkg.rust.target.{}]\navailable = true\n",
                           version, kHost);
        out += list("components", parts) + list("extensions", extensions);
        return out + renames + "[profiles]\n" + profiles;
    }

    [[nodiscard]] Manifest parse() const { return parse_manifest(text(), "/tmp/m.toml"); }

private:
    static std::string list(std::string_view key, const std::vector<Component>& components) {
        std::string out = fmt::format("{} = [\n", key);
        for (const auto& c : components) {
            out += fmt::format("  {{ pkg = \"{}\", target = \"{}\" }},\n", c.pkg, c.target_text());
        }
        return out + "]\n";
    }
};

/// What `work` takes of the processor.
double cpu_ms(const auto& work) {
    const std::clock_t start = std::clock();
    work();
    return 1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

/// What a call says when it throws; "no error" where it does not.
template <typename Call>
std::string error_of(Call&& call) {
    try {
        call();
    } catch (const std::exception& e) {
        return e.what();
    }
    return "no error";
}

}  // namespace latchkey::dist

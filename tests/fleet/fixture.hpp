#pragma once

#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>

#include "latchkey/base/sha256.hpp"
#include "latchkey/dist/server.hpp"
#include "latchkey/fleet/means.hpp"
#include "latchkey/fleet/selection.hpp"
#include "latchkey/net/url.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "support/temp_dir.hpp"
#include "task/run.hpp"
#include "toolchain/said.hpp"

namespace latchkey::test {

inline constexpr const char* kFleetHost = "x86_64-unknown-linux-gnu";

/// A server's tree of a test's own, by a file URL, and what mirrors of it are made with.
struct FleetFixture {
    TempDir dir;
    task::Loop loop{1};
    net::Client client{loop, net::ClientOptions()};
    Said said;
    fleet::Means means{loop, client, said, {}, store::Home(dir / "home")};

    FleetFixture() {
        means.variables.server = dist::Server::from(net::file_url(dir / "server"), std::nullopt);
        means.mirrors = mirrors::Mirrors(means.variables);
    }

    void serve(const std::string& path, std::string_view text) const {
        const std::string full = dir / "server/" + path;
        platform::make_directories(platform::folder_of(full));
        platform::save_file(full, text);
    }

    /// A release with one component, `rustc`, whose archive has this text.
    void release(const std::string& channel, const std::string& date, std::string_view text) const {
        const std::string archive = fmt::format("dist/{}/rustc-{}.tar.xz", date, channel);
        serve(archive, text);
        const std::string manifest = fmt::format(
            "manifest-version = \"2\"\ndate = \"{0}\"\n"
            "[pkg.rust]\nversion = \"1\"\n[pkg.rust.target.{1}]\navailable = true\n"
            "components = [{{ pkg = \"rustc\", target = \"{1}\" }}]\n"
            "[pkg.rustc]\nversion = \"1\"\n[pkg.rustc.target.{1}]\navailable = true\n"
            "xz_url = \"https://static.rust-lang.org/{2}\"\nxz_hash = \"{3}\"\n"
            "[profiles]\nminimal = [\"rustc\"]\ndefault = [\"rustc\"]\ncomplete = [\"rustc\"]\n",
            date, kFleetHost, archive, Sha256::of(text).hex());
        const std::string checksum = fmt::format("{}  a manifest\n", Sha256::of(manifest).hex());
        for (const std::string& folder : {std::string("dist/"), "dist/" + date + "/"}) {
            const std::string path = folder + "channel-rust-" + channel + ".toml";
            serve(path, manifest);
            serve(path + ".sha256", checksum);
        }
    }

    static std::vector<fleet::Wanted> wanted(std::vector<std::string> names) {
        return fleet::parse_wanted(names, {}, kFleetHost);
    }
};

}  // namespace latchkey::test

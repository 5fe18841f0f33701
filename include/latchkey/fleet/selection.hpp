#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "latchkey/dist/manifest.hpp"
#include "latchkey/dist/profile.hpp"
#include "latchkey/dist/toolchain_name.hpp"

/// Which files of a server somebody takes along. Pure.
namespace latchkey::fleet {

/// A release, and the hosts for whose toolchains it is wanted.
struct Wanted {
    dist::ToolchainName name;        ///< Its target is the first host.
    std::vector<std::string> hosts;  ///< Not empty, each once, in the order in which they came.
};

/// What is asked for, release by release: two names of one release are one. A name with a target
/// asks for that host, any other for `hosts`, or for `default_host` if there are none.
///
/// Throws: Errc::usage in rustup's words, for what is not the name of an official toolchain.
std::vector<Wanted> parse_wanted(std::span<const std::string> names,
                                 std::span<const std::string> hosts,
                                 const std::string& default_host);

/// What is taken of a release.
struct Selection {
    dist::Profile profile = dist::Profile::default_;
    std::vector<std::string> components = {};  ///< Besides the profile's. Short or internal names.
    std::vector<std::string> targets = {};  ///< Of which there is a rust-std, besides the hosts'.
    std::vector<dist::Encoding> encodings = {};  ///< Empty: all that the manifest has.
};

/// One archive on its server, and its place in a tree.
struct Archive {
    std::string path;  ///< Below the tree's folder: "dist/2026-04-16/cargo-1.95.0-….tar.xz".
    std::string url;   ///< As served.
    std::string hash;  ///< Shape: 64 lower-case hex digits.
    std::string name;  ///< For people: "cargo-x86_64-unknown-linux-gnu".

    bool operator==(const Archive&) const = default;
};

/// The archives of a release that a selection means.
struct Selected {
    std::vector<Archive> archives;      ///< Sorted by path, each once.
    std::vector<std::string> warnings;  ///< Of what the release does not have.
};

/// Throws: Errc::not_found for a host that the release does not have, and for a component, target
///         or encoding that it has for none of the hosts; Errc::corrupt as archive_path(), and for
///         a hash that is none.
Selected select(const dist::Manifest& manifest, const Wanted& wanted, const Selection& selection);

/// Every archive that a manifest names, whoever wants it.
///
/// Shape: paths, sorted.
std::vector<std::string> named_archives(const dist::Manifest& manifest);

/// Where the archive of this URL lies in a tree.
///
/// Throws: Errc::corrupt if it is not below https://static.rust-lang.org/dist, so that no client
///         would ask a mirror for it, or has a part that no tree could have.
std::string archive_path(const std::string& url);

}  // namespace latchkey::fleet

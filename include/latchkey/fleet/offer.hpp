#pragma once

#include <set>
#include <string>
#include <vector>

#include "latchkey/dist/toolchain_name.hpp"

namespace latchkey::fleet {

/// What a mirror's folder or a bundle has to install from.
class Offer {
public:
    /// Shape:  `path` is absolute.
    /// Throws: Errc::not_found; Errc::usage if there is neither; Errc::corrupt for a damaged bundle;
    ///         Errc::io.
    static Offer load(const std::string& path);

    /// For RUSTUP_DIST_SERVER: a file URL.
    [[nodiscard]] std::string server() const;

    /// Its releases by the names that users give them: "stable", "nightly-2026-01-01". A dated
    /// release counts only if its channel has no undated one.
    [[nodiscard]] std::vector<std::string> names() const;

    /// The only release that it has.
    ///
    /// Throws: Errc::usage, naming them, if there are several.
    [[nodiscard]] std::string only_name() const;

    /// Throws: Errc::not_found, naming what there is, if the release is not there.
    void require(const dist::PartialToolchainName& name) const;

private:
    explicit Offer(std::string path) : path_(std::move(path)) {}

    std::string path_;
    std::set<std::string> manifests_;  ///< Their paths in the tree.
};

}  // namespace latchkey::fleet

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace latchkey::dist {

/// What a user names of a target tuple: `msvc`, `i686`, `pc-windows`, `x86_64-unknown-linux-gnu`.
///
/// Shape: each part is one of the parts that rustup knows; an os includes its vendor.
struct PartialTarget {
    std::optional<std::string> arch;
    std::optional<std::string> os;
    std::optional<std::string> env;

    [[nodiscard]] bool empty() const { return !arch && !os && !env; }

    /// The parts that are there, joined by "-".
    [[nodiscard]] std::string str() const;

    bool operator==(const PartialTarget&) const = default;
};

/// Empty if any of the text is left over after arch, os and env, each optional and in this order.
/// An empty text is an empty target.
std::optional<PartialTarget> parse_partial_target(std::string_view text);

/// Fills what is missing from `host`: arch and os always, env only where the os was not given
/// either.
///
/// Throws: Errc::usage in rustup's words if the host has no known form, no arch or no os.
std::string resolve_target(const PartialTarget& target, std::string_view host);

/// Known tuples of Rust's platforms, with or without artifacts.
///
/// Shape:  sorted.
/// Source: `rustc --print=target-list` of Rust 1.95.
std::span<const std::string_view> known_platforms();

bool is_known_platform(std::string_view tuple);

/// What detection of the host needs to know of the running system.
struct HostFacts {
    std::string system;             ///< uname's sysname: `Linux`.
    std::string machine;            ///< uname's machine: `x86_64`.
    bool user_space_32bit = false;  ///< /bin/sh is a 32-bit ELF file.
    bool big_endian = false;        ///< This program was built so.
    bool musl = false;              ///< The system's programs run on musl.
    std::string build_tuple;        ///< What this program was built for, with the system's libc.
};

/// The host tuple of a system; the build tuple where uname's answer is not in rustup's table.
std::string detect_host(const HostFacts& facts);

/// Whether tools of `target` are expected to run on `host`.
///
/// Throws: Errc::usage, `Unable to parse target tuple: T`, if the two differ and one has no known
/// form.
bool can_run(std::string_view host, std::string_view target);

}  // namespace latchkey::dist

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace latchkey::dist {

/// The part of a target tuple that a user gave: `msvc`, `i686`, `pc-windows`,
/// `x86_64-unknown-linux-gnu`.
///
/// Shape: each field is one that rustup knows. An os includes its vendor.
struct PartialTarget {
    std::optional<std::string> arch;
    std::optional<std::string> os;
    std::optional<std::string> env;

    [[nodiscard]] bool empty() const { return !arch && !os && !env; }

    /// The fields that are set, joined by "-".
    [[nodiscard]] std::string str() const;

    bool operator==(const PartialTarget&) const = default;
};

/// Reads arch, os and env, each optional and in this order. An empty optional: some text is left
/// over. An empty text is an empty target.
std::optional<PartialTarget> parse_partial_target(std::string_view text);

/// Fills missing fields from `host`: arch and os always, env only if the os was not given either.
///
/// Throws: Errc::usage in rustup's words if the host has no known form, no arch or no os.
std::string resolve_target(const PartialTarget& target, std::string_view host);

/// The tuples of Rust's platforms, with and without artifacts.
///
/// Shape:  sorted.
/// Source: `rustc --print=target-list` of Rust 1.95.
std::span<const std::string_view> known_platforms();

bool is_known_platform(std::string_view tuple);

/// The facts about the running system from which detect_host() works.
struct HostFacts {
    std::string system;             ///< uname's sysname: `Linux`.
    std::string machine;            ///< uname's machine: `x86_64`.
    bool user_space_32bit = false;  ///< /bin/sh is a 32-bit ELF file.
    bool big_endian = false;        ///< This program was built so.
    bool musl = false;              ///< The system's programs run on musl.
    std::string build_tuple;        ///< What this program was built for, with the system's libc.
};

/// The host tuple of a system. The build tuple if uname's answer is not in rustup's table.
std::string detect_host(const HostFacts& facts);

/// Whether tools of `target` can be expected to run on `host`.
///
/// Throws: Errc::usage, `Unable to parse target tuple: T`, if the two differ and one has no known
/// form.
bool can_run(std::string_view host, std::string_view target);

}  // namespace latchkey::dist

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::lock {

/// What is locked. The order is part of the file's format: each kind has its own byte in a lane.
enum class Kind {
    toolchain,   ///< Exclusive: a commit. Awaited.
    unpack,      ///< Exclusive: who makes or deletes a tree's files. Awaited.
    pin,         ///< Shared: an installer that counts on a tree. Exclusive (tried): the collector.
    use,         ///< Shared: a proxy that loads a tree's files. Exclusive (tried): the collector.
    generation,  ///< Shared: who runs on or reads a generation. Exclusive (tried): the collector.
    settings,    ///< Exclusive: read-modify-write of settings.toml. Awaited.
    cargo_home,  ///< Exclusive: changes of $CARGO_HOME/bin. Awaited.
};

/// The word that messages use: "toolchain", "unpack", …, "cargo-home".
std::string_view kind_name(Kind kind) noexcept;

/// A name in the lock file: its kind and what it stands for.
///
/// Its byte is `16 * (XXH3_64(name) >> 5) + 2 * kind`, below 2^63; the odd byte after it carries
/// the marks of those who wait. Two names of one kind may share a byte: then one waits for, or
/// skips, what it need not have; nothing is ever granted that should be refused. Kinds never share
/// a byte.
class Key {
public:
    static Key toolchain(std::string toolchain) { return {Kind::toolchain, std::move(toolchain)}; }
    static Key unpack(std::string tree) { return {Kind::unpack, std::move(tree)}; }
    static Key pin(std::string tree) { return {Kind::pin, std::move(tree)}; }
    static Key use(std::string tree) { return {Kind::use, std::move(tree)}; }
    static Key generation(const std::string& toolchain, std::uint64_t number) {
        return {Kind::generation, toolchain + "/" + std::to_string(number)};
    }
    static Key settings() { return {Kind::settings, ""}; }
    static Key cargo_home() { return {Kind::cargo_home, ""}; }

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// The byte that is locked.
    [[nodiscard]] std::uint64_t lane() const noexcept { return lane_; }

    /// The byte on which waiters leave a shared mark, so that others can see them.
    [[nodiscard]] std::uint64_t mark() const noexcept { return lane_ + 1; }

    /// As one file name, for the staging folder that this range guards: "unpack.0a1b…",
    /// "generation.stable-x86_64-unknown-linux-gnu%2F17".
    [[nodiscard]] std::string file_name() const;

    /// The key that a staging folder belongs to; empty for a name that no key has.
    static std::optional<Key> parse_file_name(std::string_view file_name);

    friend bool operator==(const Key& a, const Key& b) {
        return a.kind_ == b.kind_ && a.name_ == b.name_;
    }

private:
    Key(Kind kind, std::string name);

    Kind kind_;
    std::string name_;
    std::uint64_t lane_;
};

}  // namespace latchkey::lock

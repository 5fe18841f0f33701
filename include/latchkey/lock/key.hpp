#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::lock {

/// What is locked. The order is part of the lock file's format: it gives each kind its byte in a
/// lane.
///
/// A place is where a toolchain's directory lies: `home/<toolchain>` or `away/<n>/<toolchain>`.
enum class Kind {
    toolchain,   ///< Exclusive: a commit, or a step of a clean-up. Awaited.
    unpack,      ///< Exclusive: who downloads, unpacks or moves a tree. Awaited.
    pin,         ///< Shared: an installer that counts on a tree. Exclusive (tried): the collector.
    use,         ///< Shared: who may load a component's files. Exclusive (tried): take-out.
    directory,   ///< Shared: who runs from a place. Exclusive (tried): settle, retire.
    settings,    ///< Exclusive: read-modify-write of settings.toml. Awaited.
    cargo_home,  ///< Exclusive: changes of $CARGO_HOME/bin. Awaited.
};

/// The word in messages: "toolchain", "unpack", …, "cargo-home".
std::string_view kind_name(Kind kind) noexcept;

/// A name in the lock file: its kind and what it stands for.
///
/// Its byte is `16 * (XXH3_64(name) >> 5) + 2 * kind`, below 2^63. The odd byte after it carries
/// the marks of those who wait. Kinds never share a byte. Two names of one kind may: then a process
/// waits or skips without need, but nothing is granted that should be refused.
class Key {
public:
    static Key toolchain(std::string toolchain) { return {Kind::toolchain, std::move(toolchain)}; }
    static Key unpack(std::string tree) { return {Kind::unpack, std::move(tree)}; }
    static Key pin(std::string tree) { return {Kind::pin, std::move(tree)}; }
    /// `component` is a full name, such as "clippy-preview-x86_64-unknown-linux-gnu".
    static Key use(const std::string& place, const std::string& component) {
        return {Kind::use, place + "/" + component};
    }
    /// For everything in a directory: a tool holds it if no state tells which components the
    /// directory has.
    static Key use_all(const std::string& place) { return use(place, "*"); }
    static Key directory(std::string place) { return {Kind::directory, std::move(place)}; }
    static Key settings() { return {Kind::settings, ""}; }
    static Key cargo_home() { return {Kind::cargo_home, ""}; }

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// The byte that is locked.
    [[nodiscard]] std::uint64_t lane() const noexcept { return lane_; }

    /// The byte on which waiters leave a shared mark, so that other processes can see them.
    [[nodiscard]] std::uint64_t mark() const noexcept { return lane_ + 1; }

    /// The name of the staging folder that this range guards: "unpack.0a1b…",
    /// "directory.away%2F17%2Fstable-x86_64-unknown-linux-gnu". If that is too long for a file
    /// name: "toolchain.%lane-<byte>", which still says what to lock.
    [[nodiscard]] std::string file_name() const;

    /// The key of a staging folder. Empty if no key has that file name.
    static std::optional<Key> parse_file_name(std::string_view file_name);

    friend bool operator==(const Key& a, const Key& b) {
        return a.kind_ == b.kind_ && a.name_ == b.name_ && a.lane_ == b.lane_;
    }

private:
    Key(Kind kind, std::string name);
    Key(Kind kind, std::uint64_t lane);

    Kind kind_;
    std::string name_;
    std::uint64_t lane_;
};

}  // namespace latchkey::lock

#pragma once

#include <cstdint>
#include <string>

#include "latchkey/lock/key.hpp"
#include "latchkey/lock/lock_file.hpp"

namespace latchkey::store {

/// The paths of one `$RUSTUP_HOME`. Touches nothing.
///
/// Thread: any number.
class Home {
public:
    /// Shape: absolute, without a slash at the end.
    explicit Home(std::string root) : root_(std::move(root)) {}

    [[nodiscard]] const std::string& root() const noexcept { return root_; }
    [[nodiscard]] std::string settings() const { return root_ + "/settings.toml"; }
    [[nodiscard]] std::string downloads() const { return root_ + "/downloads"; }
    [[nodiscard]] std::string temporary() const { return root_ + "/tmp"; }
    [[nodiscard]] std::string toolchains() const { return root_ + "/toolchains"; }

    /// The name: a symlink to the current generation, a link to somewhere else, or rustup's
    /// directory.
    [[nodiscard]] std::string toolchain(const std::string& toolchain) const {
        return toolchains() + "/" + toolchain;
    }
    [[nodiscard]] std::string update_hash(const std::string& toolchain) const {
        return root_ + "/update-hashes/" + toolchain;
    }

    [[nodiscard]] std::string latchkey() const { return root_ + "/latchkey"; }
    [[nodiscard]] lock::LockFile lock_file() const { return lock::LockFile(latchkey() + "/locks"); }

    [[nodiscard]] std::string store() const { return latchkey() + "/store"; }
    [[nodiscard]] std::string tree(const std::string& tree) const { return store() + "/" + tree; }
    [[nodiscard]] std::string tree_index(const std::string& tree) const {
        return store() + "/" + tree + ".json";
    }

    [[nodiscard]] std::string generations() const { return latchkey() + "/generations"; }
    [[nodiscard]] std::string generations(const std::string& toolchain) const {
        return generations() + "/" + toolchain;
    }
    [[nodiscard]] std::string generation(const std::string& toolchain, std::uint64_t number) const {
        return generations(toolchain) + "/" + std::to_string(number);
    }
    [[nodiscard]] std::string record(const std::string& toolchain, std::uint64_t number) const {
        return generation(toolchain, number) + ".json";
    }
    [[nodiscard]] std::string proxy_table(const std::string& toolchain,
                                          std::uint64_t number) const {
        return generation(toolchain, number) + ".proxies";
    }

    /// What the name is made to say: `../latchkey/generations/<toolchain>/<number>`.
    [[nodiscard]] static std::string name_target(const std::string& toolchain,
                                                 std::uint64_t number) {
        return "../latchkey/generations/" + toolchain + "/" + std::to_string(number);
    }

    [[nodiscard]] std::string staging() const { return latchkey() + "/staging"; }

    /// The folder of unfinished work that this range guards.
    [[nodiscard]] std::string staging(const lock::Key& key) const {
        return staging() + "/" + key.file_name();
    }

private:
    std::string root_;
};

}  // namespace latchkey::store

#pragma once

#include <string>
#include <utility>
#include <vector>

namespace latchkey::dist {

/// The folders of a home that is split by category.
///
/// Shape: absolute, without a slash at the end; some may be the same.
struct CategoryFolders {
    std::string cache;
    std::string config;
    std::string data;
    std::string state;

    bool operator==(const CategoryFolders&) const = default;
};

/// Where a home has what: everything in one folder, `$RUSTUP_HOME`, or in a folder for each
/// category of the XDG Base Directory specification. The only description of it; everybody who
/// needs a path in a home asks here, or store::Home for what is Latchkey's own.
///
/// Thread: any number.
/// Source: rustup 1.29, src/config.rs, for the names.
class HomeLayout {
public:
    HomeLayout() = default;

    /// Plain: all in this folder. Implicit, because to rustup a home is a path.
    ///
    /// Shape: absolute, without a slash at the end.
    HomeLayout(std::string root) : folders_{root, root, root, root} {}

    explicit HomeLayout(CategoryFolders folders)
        : folders_(std::move(folders)), by_category_(true) {}

    [[nodiscard]] bool is_by_category() const noexcept { return by_category_; }

    /// Of a plain layout, all four are its folder.
    [[nodiscard]] const CategoryFolders& folders() const noexcept { return folders_; }

    /// The folder of the toolchains, and of all that belongs to them: what `$RUSTUP_HOME` names.
    [[nodiscard]] const std::string& root() const noexcept { return folders_.data; }

    [[nodiscard]] std::string toolchains() const { return folders_.data + "/toolchains"; }
    [[nodiscard]] std::string latchkey() const { return folders_.data + "/latchkey"; }
    [[nodiscard]] std::string settings() const { return folders_.config + "/settings.toml"; }

    /// Ours, and written by the user alone.
    [[nodiscard]] std::string configuration() const {
        return folders_.config + "/latchkey/config.toml";
    }
    [[nodiscard]] std::string release_state() const { return folders_.state + "/state.toml"; }
    [[nodiscard]] std::string downloads() const { return folders_.cache + "/downloads"; }
    [[nodiscard]] std::string temporary() const { return folders_.cache + "/tmp"; }
    [[nodiscard]] std::string update_hashes() const { return folders_.cache + "/update-hashes"; }

    /// The roots of the base homes, whose toolchains are there as if they were this home's, in the
    /// order in which they are asked. Base homes are plain. Nobody changes them from here; only their
    /// lock files are made, for who runs a tool from one that is his own.
    [[nodiscard]] const std::vector<std::string>& bases() const noexcept { return bases_; }
    void set_bases(std::vector<std::string> roots) { bases_ = std::move(roots); }

    bool operator==(const HomeLayout&) const = default;

private:
    CategoryFolders folders_;
    bool by_category_ = false;
    std::vector<std::string> bases_;
};

}  // namespace latchkey::dist

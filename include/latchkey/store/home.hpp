#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "latchkey/dist/home_layout.hpp"
#include "latchkey/lock/key.hpp"
#include "latchkey/lock/lock_file.hpp"

namespace latchkey::store {

/// Where a generation of a toolchain lives: at home, `toolchains/<t>`, or away,
/// `latchkey/away/<n>/<t>`.
struct Place {
    std::string toolchain;
    std::uint64_t away = 0;  ///< The generation's number; 0: at home.
    /// The base home in which it is, counted from 1; 0: this home. Its ranges are those of the
    /// base home, by the name that the place has there.
    std::size_t base = 0;

    [[nodiscard]] bool is_home() const noexcept { return away == 0; }

    /// The name in the keys of its ranges: `home/<t>`, `away/<n>/<t>`.
    [[nodiscard]] std::string name() const;

    /// Empty for a text that name() would not write.
    static std::optional<Place> parse(std::string_view name);

    bool operator==(const Place&) const = default;
};

/// The file name of a tree's index is the tree's name with this ending.
inline constexpr std::string_view kTreeIndexEnding = ".json.gz";

/// The paths in one home: rustup's, wherever its layout has them, and Latchkey's own, which lie
/// beside the toolchains. Touches nothing on the disk.
///
/// Thread: any number.
class Home {
public:
    /// Shape: absolute, without a slash at the end.
    explicit Home(std::string root) : layout_(std::move(root)) {}
    explicit Home(dist::HomeLayout layout) : layout_(std::move(layout)) {}

    [[nodiscard]] const dist::HomeLayout& layout() const noexcept { return layout_; }

    /// The folder of the toolchains and of what belongs to them; of a plain home, of everything.
    [[nodiscard]] const std::string& root() const noexcept { return layout_.root(); }
    [[nodiscard]] std::string settings() const { return layout_.settings(); }
    [[nodiscard]] std::string downloads() const { return layout_.downloads(); }
    [[nodiscard]] std::string temporary() const { return layout_.temporary(); }

    /// The path of rustup's temporary file for a download, which rustup's texts name.
    [[nodiscard]] std::string temporary_file_of(const std::string& url) const {
        return temporary() + "/" + url.substr(url.rfind('/') + 1);
    }
    [[nodiscard]] std::string toolchains() const { return layout_.toolchains(); }

    /// The home of a toolchain: its directory in the place where rustup has it, or a link of the
    /// user's.
    [[nodiscard]] std::string toolchain(const std::string& toolchain) const {
        return toolchains() + "/" + toolchain;
    }
    [[nodiscard]] std::string update_hash(const std::string& toolchain) const {
        return layout_.update_hashes() + "/" + toolchain;
    }

    [[nodiscard]] std::string latchkey() const { return layout_.latchkey(); }
    [[nodiscard]] lock::LockFile lock_file() const { return lock::LockFile(latchkey() + "/locks"); }

    /// The folder of all states, and below it the folder of one toolchain's state and history.
    [[nodiscard]] std::string states() const { return latchkey() + "/toolchains"; }
    [[nodiscard]] std::string state_folder(const std::string& toolchain) const {
        return states() + "/" + toolchain;
    }
    [[nodiscard]] std::string state(const std::string& toolchain) const {
        return state_folder(toolchain) + "/state";
    }
    [[nodiscard]] std::string history(const std::string& toolchain) const {
        return state_folder(toolchain) + "/history";
    }

    /// How many former generations stay, as `set keep-generations` wrote it.
    [[nodiscard]] std::string keep_generations() const { return latchkey() + "/keep-generations"; }

    /// The public keys whose signatures of releases are good.
    [[nodiscard]] std::string trusted_keys() const { return latchkey() + "/keys"; }
    [[nodiscard]] std::string trusted_key(unsigned number) const {
        return trusted_keys() + "/" + std::to_string(number) + ".asc";
    }

    /// Of a home that is moving to another layout, or whose old place is not cleaned up yet.
    [[nodiscard]] std::string move_note() const { return latchkey() + "/move"; }

    [[nodiscard]] std::string trees() const { return latchkey() + "/trees"; }
    [[nodiscard]] std::string tree_index(const std::string& tree) const {
        return trees() + "/" + tree + std::string(kTreeIndexEnding);
    }
    [[nodiscard]] std::string arrived() const { return latchkey() + "/arrived"; }
    [[nodiscard]] std::string arrived(const std::string& tree) const {
        return arrived() + "/" + tree;
    }

    [[nodiscard]] std::string away() const { return latchkey() + "/away"; }
    /// The base homes: `number` from 1.
    [[nodiscard]] std::size_t count_bases() const noexcept { return layout_.bases().size(); }
    [[nodiscard]] Home base(std::size_t number) const { return Home(layout_.bases()[number - 1]); }

    /// The home in which a place is: this one, or a base home. There, it is that of no base.
    [[nodiscard]] Home owner_of(const Place& place) const {
        return place.base == 0 ? *this : base(place.base);
    }

    [[nodiscard]] std::string directory(const Place& place) const {
        if (place.base != 0) return owner_of(place).directory({place.toolchain, place.away});
        if (place.is_home()) return toolchain(place.toolchain);
        return away() + "/" + std::to_string(place.away) + "/" + place.toolchain;
    }

    [[nodiscard]] std::string staging() const { return latchkey() + "/staging"; }

    /// The folder of unfinished work that this key's range guards.
    [[nodiscard]] std::string staging(const lock::Key& key) const {
        return staging() + "/" + key.file_name();
    }

private:
    dist::HomeLayout layout_;
};

}  // namespace latchkey::store

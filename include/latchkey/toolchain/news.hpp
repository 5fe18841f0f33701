#pragma once

#include <memory>
#include <optional>

#include "latchkey/base/error.hpp"
#include "latchkey/toolchain/installed_manifest.hpp"

namespace latchkey::toolchain {

struct ChannelAnswer;

/// What a first look at the channel of an installed toolchain found. An install that gets it asks
/// no server before its first attempt.
struct News {
    enum class Kind {
        none,          ///< The toolchain is what the channel has.
        some,          ///< The channel has something else.
        inconsistent,  ///< Manifest and checksum do not belong together. It has been said.
        failed,        ///< It cannot be told: an install says why, in the words it always has.
    };
    Kind kind = Kind::failed;
    std::shared_ptr<const ChannelAnswer> answer;  ///< Null: there was none.
    std::optional<Error> failure;                 ///< Why there was none.
    KnownManifest installed_manifest;             ///< Null: there is none.
};

}  // namespace latchkey::toolchain

#pragma once

#include <memory>
#include <optional>

#include "latchkey/base/error.hpp"
#include "latchkey/toolchain/installed_manifest.hpp"

namespace latchkey::toolchain {

struct ChannelAnswer;

/// What a look at the channel of an installed toolchain has found. An install that is given this
/// uses it for its first attempt, and asks no server before.
struct News {
    enum class Kind {
        held,          ///< It was rolled back: nobody asked the channel. That has been said.
        none,          ///< The toolchain is what the channel has.
        some,          ///< The channel has something else.
        inconsistent,  ///< The manifest does not match its checksum. The user has been told.
        failed,        ///< Unknown. An install asks again, and throws what is wrong.
    };
    Kind kind = Kind::failed;
    std::shared_ptr<const ChannelAnswer> answer;  ///< Null: the channel gave no answer.
    std::optional<Error> failure;                 ///< Why it gave none.
    KnownManifest installed_manifest;             ///< The toolchain's. Null: it has none.
};

}  // namespace latchkey::toolchain

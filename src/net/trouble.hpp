#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "latchkey/net/fetched.hpp"

namespace latchkey::net {

using Clock = std::chrono::steady_clock;

/// What stopped a connection, in words that do not yet name the URL. A value inside `net`, because
/// most of it is handled where g++ 12 cannot await: in what would be a catch block.
class Trouble {
public:
    Trouble(Cut cut, std::string text) : cut_(cut), text_(std::move(text)) {}

    [[nodiscard]] Cut cut() const noexcept { return cut_; }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    Cut cut_;
    std::string text_;
};

}  // namespace latchkey::net

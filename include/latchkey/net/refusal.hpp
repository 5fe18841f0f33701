#pragma once

namespace latchkey::net {

/// What an answer without the file means.
enum class Refusal {
    none,     ///< It was not a refusal.
    absent,   ///< The file does not exist.
    passing,  ///< Not now: the server is busy or in trouble.
    lasting,  ///< Not for us, or not in this way: asking again does not help.
};

}  // namespace latchkey::net

#pragma once

namespace latchkey::net {

/// What an answer without the file means.
enum class Refusal {
    none,     ///< It was no refusal.
    absent,   ///< There is no such file.
    passing,  ///< Not now: the server is busy or in trouble.
    lasting,  ///< Not for us, or not in this way.
};

}  // namespace latchkey::net

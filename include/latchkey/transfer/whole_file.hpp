#pragma once

#include <string>

namespace latchkey::transfer {

/// A file of a server that is wanted as it is.
struct WholeFile {
    std::string id;    ///< For Progress.
    std::string name;  ///< For its bar.
    std::string url;   ///< At any server.
    std::string hash;  ///< SHA-256. Shape: 64 lower-case hex digits.
    std::string path;  ///< Gets the bytes. What an earlier try has left there is continued.
};

}  // namespace latchkey::transfer

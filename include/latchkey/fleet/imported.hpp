#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace latchkey::fleet {

/// What became of one toolchain of an archive.
struct ImportedToolchain {
    std::string name;
    bool changed = false;  ///< False: it was there already, as it is in the archive.
    std::uint64_t components = 0;
    std::uint64_t files = 0;                 ///< Of components, that were unpacked.
    std::uint64_t own_files = 0;             ///< The user's, that were written.
    std::vector<std::string> left_out = {};  ///< Of those: something else is there.
};

}  // namespace latchkey::fleet

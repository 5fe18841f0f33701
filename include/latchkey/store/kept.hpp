#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/key.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// Something that is not current any more and stays on the disk because somebody uses it.
struct Kept {
    std::string toolchain;
    std::string what;  ///< "an older release", "component rust-docs", …
    /// On the disk, that only it takes: files that anything else shares do not count, and what is
    /// shared among what is kept counts for the last of them.
    std::uint64_t bytes = 0;
    std::vector<lock::Key> keys;  ///< A holder of any of these keeps it.
};

/// Everything that a clean-up had to leave because somebody is in the way.
///
/// Throws: Errc::unsupported, Errc::io.
std::vector<Kept> find_kept(const OnWorker& on, const Home& home);

}  // namespace latchkey::store

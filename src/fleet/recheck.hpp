#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "mirror_folder.hpp"

namespace latchkey::fleet {

/// What reading a mirror again has shown.
struct Rechecked {
    std::uint64_t files = 0;             ///< That were read.
    std::vector<Archive> bad;            ///< Archives of ours that are damaged or gone.
    std::vector<std::string> foreign;    ///< Those that were there before us and have changed.
    std::vector<std::string> manifests;  ///< That are not as they came.
};

/// Reads every archive and manifest of a mirror, and compares it with its hash. Changes nothing.
///
/// Throws: Errc::io; the cancellation.
Rechecked recheck(const OnWorker& on, const MirrorFolder& folder);

}  // namespace latchkey::fleet

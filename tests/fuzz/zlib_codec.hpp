#pragma once

#include <memory>

#include "codec.hpp"

namespace latchkey::archive {

/// gzip by zlib, whose verdicts are everybody's.
std::unique_ptr<Codec> make_zlib_codec();

}  // namespace latchkey::archive

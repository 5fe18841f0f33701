#pragma once

namespace latchkey::archive {

/// How the bytes of a tarball are compressed.
enum class Encoding { xz, gz, zst };

}  // namespace latchkey::archive

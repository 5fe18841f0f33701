#pragma once

#include "context.hpp"
#include "latchkey/transfer/progress.hpp"
#include "latchkey/transfer/whole_file.hpp"

namespace latchkey::transfer {

/// Transfer::bring_file().
task::awaitable<void> bring_whole_file(Context& context, Progress& progress, WholeFile file);

}  // namespace latchkey::transfer

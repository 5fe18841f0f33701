#include "free_processors.hpp"

#include <algorithm>

namespace latchkey::transfer {
namespace {

/// The kernel counts in hundredths; some ten of them say something.
constexpr double kEnoughSeconds = 0.1;

}  // namespace

FreeProcessors::FreeProcessors(unsigned threads)
    : threads_(std::max(threads, 1U)), before_(platform::load_processor_time()) {}

double FreeProcessors::count() const {
    return between(before_, platform::load_processor_time(), threads_);
}

double FreeProcessors::between(const platform::ProcessorTime& before,
                               const platform::ProcessorTime& after, unsigned threads) {
    const double busy = after.busy - before.busy;
    const double all = busy + after.idle - before.idle;
    const auto wanted = static_cast<double>(threads);
    if (all < kEnoughSeconds * wanted) return wanted;
    const double others = std::clamp((busy - (after.own - before.own)) / all, 0.0, 1.0) * wanted;
    return wanted * wanted / (wanted + others);  // What each thread gets, times as many.
}

}  // namespace latchkey::transfer

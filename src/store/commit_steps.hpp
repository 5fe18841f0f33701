#pragma once

#include "latchkey/base/error.hpp"
#include "latchkey/store/committed.hpp"

namespace latchkey::store {

/// The result of a commit whose supply is gone. `spoiled`: the place that does not have the files
/// it should have, if that is why.
inline Committed supply_gone(const std::optional<Place>& spoiled) {
    Committed committed{Committed::End::supply_gone};
    committed.spoiled = spoiled;
    return committed;
}

/// Runs a step after the commit. If it fails, the change is live all the same: the failure becomes
/// a warning.
template <typename Step>
void try_step(Committed& committed, Step step) {
    try {
        step();
    } catch (const Error& e) {
        committed.warnings.push_back(e.what());
    }
}

/// Runs a step after the commit that every clean-up repeats. A failure is not reported here: the
/// clean-up meets it again, and reports it.
template <typename Step>
void try_step(Step step) {
    try {
        step();
    } catch (const Error& e) {
        if (e.code() == Errc::bug) throw;
    }
}

}  // namespace latchkey::store

#pragma once

#include "latchkey/base/error.hpp"
#include "latchkey/store/committed.hpp"

namespace latchkey::store {

/// Something that was to be had is not. `spoiled`: a place that has not what it should.
inline Committed supply_gone(const std::optional<Place>& spoiled) {
    Committed committed{Committed::End::supply_gone};
    committed.spoiled = spoiled;
    return committed;
}

/// A step behind the commit: the change is live, whatever becomes of it.
template <typename Step>
void try_step(Committed& committed, Step step) {
    try {
        step();
    } catch (const Error& e) {
        committed.warnings.push_back(e.what());
    }
}

/// A step behind the commit that every clean-up takes again: there it is told what is in the way.
template <typename Step>
void try_step(Step step) {
    try {
        step();
    } catch (const Error& e) {
        if (e.code() == Errc::bug) throw;
    }
}

}  // namespace latchkey::store

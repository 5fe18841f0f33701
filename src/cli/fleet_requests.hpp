#pragma once

#include <vector>

#include "context.hpp"
#include "latchkey/args/invocation.hpp"
#include "latchkey/fleet/means.hpp"
#include "latchkey/fleet/selection.hpp"

namespace latchkey::cli {

/// What the commands for other machines work with.
///
/// Throws: as Context::change_variables().
fleet::Means fleet_means(Context& context);

/// What the options say is taken of a release.
fleet::Selection selection_of(const Context& context, const args::Invocation& invocation);

/// The releases that are named.
///
/// Throws: as fleet::parse_wanted().
std::vector<fleet::Wanted> wanted_of(const Context& context, const args::Invocation& invocation);

}  // namespace latchkey::cli

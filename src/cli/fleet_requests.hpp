#pragma once

#include <cstddef>
#include <span>
#include <string>
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

/// Where a command writes its archive.
struct OutputFile {
    std::string file;  ///< Shape: absolute. Empty: stdout.
    [[nodiscard]] bool to_stdout() const noexcept { return file.empty(); }
};

/// From `--output`.
///
/// Throws: Errc::usage if there is none, or if stdout is wanted for a document, too.
OutputFile output_of(Context& context, const args::Invocation& invocation);

/// Throws: Errc::io.
void write_to_stdout(std::span<const std::byte> bytes);

}  // namespace latchkey::cli

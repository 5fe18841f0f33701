#pragma once

#include <span>
#include <string>
#include <string_view>

#include "latchkey/dist/component.hpp"
#include "latchkey/dist/manifest.hpp"

namespace latchkey::dist {

// What a change says on its way: rustup's texts, without "info: " and "warn: ". `target` is the
// toolchain's own, which texts leave out.

/// `clippy`, `rust-std for target wasm32-unknown-unknown`.
std::string name_for(const Manifest& manifest, const Component& component, std::string_view target);

/// name_for() as one word: `clippy`, `rust-std-wasm32-unknown-unknown`.
std::string compact_name_for(const Manifest& manifest, const Component& component,
                             std::string_view target);

/// `using existing install for stable-x86_64-unknown-linux-gnu`
std::string existing_install_text(std::string_view toolchain);

/// `component clippy is up to date`
std::string up_to_date_text(const Manifest& manifest, const Component& component,
                            std::string_view target);

/// `skipping unavailable component rls`
std::string skipping_text(const Manifest& manifest, const Component& component,
                          std::string_view target);

/// `removing component clippy`, `removing previous version of component clippy`
std::string removing_text(const Manifest& manifest, const Component& component,
                          std::string_view target, bool update_mode);

/// `downloading component clippy`, `downloading 2 components`
///
/// Requires: `components` is not empty.
std::string downloading_text(const Manifest& manifest, std::span<const Component> components);

/// `latest update on 2026-04-16 for version 1.95.0 (59807616e 2026-04-14)`
std::string latest_update_text(const Manifest& manifest);

/// `skipping nightly with missing component: rustfmt`
///
/// Requires: `components` is not empty.
std::string skipping_nightly_text(const Manifest& names, std::span<const Component> components,
                                  std::string_view target);

}  // namespace latchkey::dist

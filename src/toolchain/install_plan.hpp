#pragma once

#include <optional>
#include <vector>

#include "channel.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/dist/component.hpp"
#include "latchkey/dist/component_wishes.hpp"
#include "latchkey/dist/manifest.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/toolchain/engine.hpp"
#include "plan.hpp"
#include "snapshot.hpp"

namespace latchkey::toolchain {

/// What stopped an attempt at one release.
struct Shortage {
    std::vector<dist::Component> components;
    dist::Manifest names;  ///< The manifest whose names texts use.
};

/// `toolchain 'NAME' is not installable`.
Error not_installable_error(const dist::ToolchainName& name);

/// The plan of an install or update to what the channel has.
///
/// Throws: Errc::not_found for components that cannot be had, which are then in `shortage`; as
///         dist::wanted_components.
Plan plan_install(const Snapshot& snapshot, const dist::ToolchainName& name,
                  const ChannelAnswer& answer, const InstallRequest& request,
                  const dist::ComponentWishes& wishes, std::optional<Shortage>& shortage);

/// The same for a release of before 2016, which is one archive.
Plan plan_combined(const store::Home& home, const Snapshot& snapshot,
                   const dist::ToolchainName& name, const ChannelAnswer& answer,
                   const InstallRequest& request);

}  // namespace latchkey::toolchain

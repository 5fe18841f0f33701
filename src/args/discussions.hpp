#pragma once

#include <string_view>

/// The free texts below the options of a command's help, as rustup 1.29 words them.
///
/// Shape: spans are marked `{{k:text}}`; k is h (heading), l (literal), p (placeholder) or b
/// (bold).
namespace latchkey::args::discussion {

extern const std::string_view kRustup;
extern const std::string_view kInstall;
extern const std::string_view kToolchain;
extern const std::string_view kToolchainInstall;
extern const std::string_view kToolchainLink;
extern const std::string_view kDefault;
extern const std::string_view kShow;
extern const std::string_view kShowActiveToolchain;
extern const std::string_view kUpdate;
extern const std::string_view kCheck;
extern const std::string_view kOverride;
extern const std::string_view kOverrideUnset;
extern const std::string_view kRun;
extern const std::string_view kDoc;
extern const std::string_view kCompletions;
extern const std::string_view kAlias;            ///< Ours.
extern const std::string_view kComponents;       ///< Ours.
extern const std::string_view kDoctor;           ///< Ours.
extern const std::string_view kHandBack;         ///< Ours.
extern const std::string_view kHome;             ///< Ours.
extern const std::string_view kLocks;            ///< Ours.
extern const std::string_view kMirrorList;       ///< Ours.
extern const std::string_view kSafeDirectories;  ///< Ours.
extern const std::string_view kTidy;             ///< Ours.
extern const std::string_view kUseInstalled;     ///< Ours.

}  // namespace latchkey::args::discussion

#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "sandbox.hpp"
#include "support/tar_builder.hpp"

namespace latchkey::archive {

/// What `unpack` says of a package; nothing may be left outside of staging, and no tree inside.
inline std::string refusal(const std::string& tar, UnpackRequest request, const Sandbox& sandbox,
                           std::size_t piece_bytes = 64 * 1024) {
    request.staging = sandbox.staging();
    MemorySource source(tar, piece_bytes);
    std::string text = "(taken)";
    try {
        unpack(PermitMint::worker(), source, request);
    } catch (const Error& error) {
        text = error.what();
        CHECK((error.code() == Errc::corrupt || error.code() == Errc::unsupported));
        CHECK_FALSE(std::filesystem::exists(sandbox.staging() + "/tree"));
    }
    CHECK(sandbox.clean_outside());
    return text;
}

inline std::string refusal(const std::string& tar) {
    const Sandbox sandbox;
    return refusal(tar, sandbox.request(), sandbox);
}

/// A package of rustc, up to the directory `d`.
inline test::TarBuilder start(const std::string& manifest = "dir:d\n") {
    return test::TarBuilder()
        .directory("top")
        .file("top/rust-installer-version", "3\n")
        .file("top/components", "rustc\n")
        .directory("top/rustc")
        .file("top/rustc/manifest.in", manifest)
        .directory("top/rustc/d");
}

}  // namespace latchkey::archive

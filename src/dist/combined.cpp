#include "latchkey/dist/combined.hpp"

#include <utility>

namespace latchkey::dist {

Component combined_component() {
    return {"rust", std::nullopt};
}

Manifest combined_manifest(std::string version, std::string url, std::string hash) {
    PackageTarget target;
    target.available = true;
    target.sources.push_back({Encoding::gz, std::move(url), std::move(hash)});
    Package package;
    package.version = std::move(version);
    package.targets.emplace("*", std::move(target));
    Manifest manifest;
    manifest.packages.emplace(combined_component().pkg, std::move(package));
    return manifest;
}

}  // namespace latchkey::dist

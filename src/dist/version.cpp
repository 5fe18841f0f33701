#include "latchkey/dist/version.hpp"

namespace latchkey::dist {
namespace {

/// As semantic versioning: a beta, betas by number, the release.
int stage(const Version& version) {
    if (!version.beta) return 2;
    return version.beta_number ? 1 : 0;
}

}  // namespace

std::strong_ordering Version::operator<=>(const Version& other) const {
    if (const auto order = major <=> other.major; order != 0) return order;
    if (const auto order = minor <=> other.minor; order != 0) return order;
    if (const auto order = patch <=> other.patch; order != 0) return order;
    if (const auto order = stage(*this) <=> stage(other); order != 0) return order;
    return beta_number <=> other.beta_number;
}

}  // namespace latchkey::dist

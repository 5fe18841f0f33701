// Apart from the rest of tree_index.hpp: proxies read indexes, and would carry all of libcrypto
// along.

#include "latchkey/base/error.hpp"
#include "latchkey/base/sha256.hpp"
#include "latchkey/store/tree_index.hpp"

namespace latchkey::store {
namespace {

const dist::Source& first_source(std::span<const dist::Source> sources) {
    for (const dist::Source& source : sources) {
        // Only a real hash may become part of a path.
        if (source.digest()) return source;
    }
    throw Error(Errc::corrupt, "the manifest has no usable hash for it");
}

}  // namespace

std::string tree_name(std::span<const dist::Source> sources) {
    return first_source(sources).hash;
}

std::string own_tree_name(std::span<const dist::Source> sources) {
    std::string all;
    for (const dist::Source& source : sources) {
        all += std::string(dist::str(source.encoding)) + " " + source.hash + "\n";
    }
    return first_source(sources).hash + "." + Sha256::of(all).hex().substr(0, 32);
}

bool vouches(std::span<const dist::Source> sources, const TreeHeader& header) {
    for (const dist::Source& source : sources) {
        if (dist::str(source.encoding) == header.encoding && source.hash == header.hash)
            return true;
    }
    return false;
}

}  // namespace latchkey::store

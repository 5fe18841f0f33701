#pragma once

#include "support/openpgp_writer.hpp"

namespace latchkey::test {

// Made once: a key takes a tenth of a second.
inline const OpenPgpKey& first_key() {
    static const OpenPgpKey key;
    return key;
}
inline const OpenPgpKey& second_key() {
    static const OpenPgpKey key;
    return key;
}
inline const OpenPgpKey& weak_key() {
    static const OpenPgpKey key(1024);
    return key;
}

}  // namespace latchkey::test

// The names of trees; the index that lies under such a name: tree_index_test.cpp.
#include <catch2/catch.hpp>

#include "latchkey/base/sha256.hpp"
#include "latchkey/store/tree_index.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::store;
using dist::Encoding;
using dist::Source;

namespace {

const std::string kXz(64, 'a');
const std::string kGz(64, 'b');
const std::vector<Source> kBoth = {{Encoding::xz, "u.tar.xz", kXz},
                                   {Encoding::gz, "u.tar.gz", kGz}};

}  // namespace

TEST_CASE("a tree is named by the first hash that the manifest lists", "[store]") {
    CHECK(tree_name(kBoth) == kXz);
    CHECK(tree_name(std::vector<Source>{kBoth[1]}) == kGz);
}

TEST_CASE("only a real hash becomes part of a path", "[store]") {
    const std::vector<Source> odd = {{Encoding::xz, "u", "../../etc"}, kBoth[1]};
    CHECK(tree_name(odd) == kGz);
    const std::vector<Source> none = {{Encoding::xz, "u", std::string(64, 'A')}};
    CHECK(test::error_text([&] { tree_name(none); }) == "the manifest has no usable hash for it");
    CHECK(test::error_text([] { tree_name({}); }) == "the manifest has no usable hash for it");
}

TEST_CASE("a name of one's own stands for all that the manifest lists", "[store]") {
    const std::string name = own_tree_name(kBoth);
    CHECK(name == kXz + "." + Sha256::of("xz " + kXz + "\ngz " + kGz + "\n").hex().substr(0, 32));
    CHECK(own_tree_name(std::vector<Source>{kBoth[0]}) != name);
}

TEST_CASE("a manifest vouches for the encoding and hash that it lists, together", "[store]") {
    TreeHeader header;
    header.encoding = "gz";
    header.hash = kGz;
    CHECK(vouches(kBoth, header));
    header.hash = kXz;
    CHECK_FALSE(vouches(kBoth, header));
    header.encoding = "xz";
    CHECK(vouches(kBoth, header));
    CHECK_FALSE(vouches({}, header));
}

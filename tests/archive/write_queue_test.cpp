#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "latchkey/archive/unpack.hpp"
#include "latchkey/base/hash.hpp"
#include "sandbox.hpp"
#include "support/tar_builder.hpp"

using namespace latchkey;
using namespace latchkey::archive;
using Catch::Matchers::Contains;

namespace {

/// More than may wait at once, in many directories.
std::vector<test::PackageFile> many_files() {
    std::vector<test::PackageFile> files;
    for (int i = 0; i < 1500; ++i) {
        const std::string number = std::to_string(i);
        files.push_back({"doc/" + std::to_string(i % 40) + "/" + number,
                         number + std::string(static_cast<std::size_t>(i % 9) * 1500, 'x')});
    }
    return files;
}

void check_all(const Sandbox& sandbox, const Unpacked& unpacked,
               const std::vector<test::PackageFile>& files) {
    REQUIRE(unpacked.files.size() == files.size());
    for (const UnpackedFile& file : unpacked.files) {
        const std::string text = Sandbox::text_of(sandbox.tree(file.path));
        Xxh3 hash;
        hash.update(as_bytes(text));
        REQUIRE(hash.finish() == file.xxh3_128);
        REQUIRE(text.size() == file.size_bytes);
    }
    for (const test::PackageFile& file : files) {
        REQUIRE(Sandbox::text_of(sandbox.tree(file.path)) == file.text);
    }
}

/// Ends as MemorySource does, and says how much was asked of it.
class CountingSource : public MemorySource {
public:
    using MemorySource::MemorySource;
    std::span<const std::byte> next() override {
        const auto piece = MemorySource::next();
        given_bytes += piece.size();
        return piece;
    }
    std::size_t given_bytes = 0;
};

}  // namespace

TEST_CASE("small files are written by several threads, each whole", "[unpack]") {
    const Sandbox sandbox;
    const auto files = many_files();
    check_all(sandbox, sandbox.run(test::package("top", "rustc", files)), files);
}

TEST_CASE("who is lent no thread writes as he reads", "[unpack]") {
    const Sandbox sandbox;
    const auto files = many_files();
    MemorySource source(test::package("top", "rustc", files));
    check_all(sandbox, unpack(PermitMint::worker(), source, sandbox.request()), files);
}

TEST_CASE("where nothing may wait, the reader writes", "[unpack]") {
    const Sandbox sandbox;
    const auto files = many_files();
    MemorySource source(test::package("top", "rustc", files));
    UnpackRequest request = sandbox.request();
    request.waiting_bytes = 0;
    const TestThreads threads;
    check_all(sandbox, unpack(PermitMint::worker({}, &threads), source, request), files);
}

TEST_CASE("a file that cannot be written ends the reading, too", "[unpack]") {
    const Sandbox sandbox;
    auto files = many_files();
    const std::string name(300, '!');  // The first in the package.
    files.insert(files.begin(), {name, "too long a name"});
    for (int i = 0; i < 200; ++i)
        files.push_back({"big/" + std::to_string(i), std::string(200'000, 'b')});
    const std::string tar = test::package("top", "rustc", files);
    CountingSource source(tar);
    CHECK_THROWS_WITH(sandbox.run(source), Contains("File name too long") && Contains(name));
    // What may wait, and what was being read.
    CHECK(source.given_bytes < tar.size());
}

TEST_CASE("a source that fails ends the writing", "[unpack]") {
    const Sandbox sandbox;
    const std::string tar = test::package("top", "rustc", many_files());
    FailingSource source(tar.substr(0, tar.size() / 2), Error(Errc::unreachable, "gone"));
    CHECK_THROWS_WITH(sandbox.run(source), "gone");
}

#include "latchkey/toolchain/trusted_keys.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "openpgp/keys.hpp"
#include "store/store_home.hpp"

using namespace latchkey;
using namespace latchkey::toolchain;

namespace {

struct KeyHome {
    test::StoreHome store;
    lock::LockSet settings = *lock::LockSet::try_acquire(
        store.home.lock_file(), lock::Key::settings(), lock::Mode::exclusive);

    KeySlot trust(const test::OpenPgpKey& key) {
        return trust_key(store.home, test::key_file(key), settings);
    }
    [[nodiscard]] std::vector<std::string> fingerprints() const {
        std::vector<std::string> found;
        for (const KeySlot& slot : load_key_slots(store.home)) {
            found.push_back(slot.certificate ? slot.certificate->fingerprint : "");
        }
        return found;
    }
};

using Fingerprints = std::vector<std::string>;
const std::string kRust = "108F66205EAEB0AAA8DD5E1C85AB96E6FA1BE5FE";

}  // namespace

TEST_CASE("at first Rust's own key is trusted alone", "[trusted_keys]") {
    const KeyHome home;
    CHECK(home.fingerprints() == Fingerprints{kRust, ""});
    CHECK(load_key_slots(home.store.home)[0].built_in);
    CHECK(load_trusted_keys(home.store.home, std::nullopt).size() == 1);
}

TEST_CASE("a key takes the free place, and a third finds none", "[trusted_keys]") {
    KeyHome home;
    const std::string first = test::first_key().fingerprint();
    CHECK(home.trust(test::first_key()).number == 2);
    CHECK(home.trust(test::first_key()).number == 2);
    CHECK(home.fingerprints() == Fingerprints{kRust, first});
    CHECK_THROWS_WITH(
        home.trust(test::second_key()),
        Catch::Contains("there is no room for the key " + test::second_key().fingerprint()));
    CHECK(distrust_key(home.store.home, "1", home.settings).certificate->fingerprint == kRust);
    CHECK(home.fingerprints() == Fingerprints{"", first});
    CHECK(home.trust(test::second_key()).number == 1);
    CHECK_THROWS_AS(trust_key(home.store.home, std::nullopt, home.settings), Error);
    CHECK(load_trusted_keys(home.store.home, std::nullopt).size() == 2);
}

TEST_CASE("the built-in key comes back to its place", "[trusted_keys]") {
    KeyHome home;
    CHECK(trust_key(home.store.home, std::nullopt, home.settings).built_in);
    distrust_key(home.store.home, kRust, home.settings);
    CHECK(home.fingerprints() == Fingerprints{"", ""});
    CHECK(load_trusted_keys(home.store.home, std::nullopt).empty());
    CHECK_THROWS_AS(distrust_key(home.store.home, "1", home.settings), Error);
    CHECK(trust_key(home.store.home, std::nullopt, home.settings).built_in);
    CHECK(home.fingerprints() == Fingerprints{kRust, ""});
}

TEST_CASE("a key is named by its fingerprint, the end of it, or its place", "[trusted_keys]") {
    KeyHome home;
    const std::string print = test::first_key().fingerprint();
    std::string small = print.substr(24);
    for (char& letter : small) letter = static_cast<char>(std::tolower(letter));
    for (const std::string& name :
         {print, openpgp::grouped(print), small, "0x" + small, std::string("2")}) {
        home.trust(test::first_key());
        distrust_key(home.store.home, name, home.settings);
        CHECK(home.fingerprints() == Fingerprints{kRust, ""});
    }
    home.trust(test::first_key());
    for (const std::string& name :
         {print.substr(33), std::string(), std::string("3"), print.substr(0, 16), "X" + print}) {
        CHECK_THROWS_AS(distrust_key(home.store.home, name, home.settings), Error);
    }
}

TEST_CASE("a damaged file is told by its name, and counts as no key", "[trusted_keys]") {
    KeyHome home;
    home.trust(test::first_key());
    const std::string path = home.store.home.trusted_key(2);
    platform::save_file(path, "junk");
    const auto slots = load_key_slots(home.store.home);
    CHECK_FALSE(slots[1].certificate);
    REQUIRE(slots[1].fault);
    CHECK(std::string(slots[1].fault->what()).find(path) != std::string::npos);
    CHECK_THROWS_AS(load_trusted_keys(home.store.home, std::nullopt), Error);
    CHECK_THROWS_AS(home.trust(test::second_key()), Error);  // It may be somebody's only copy.
    distrust_key(home.store.home, "2", home.settings);
    CHECK(home.trust(test::second_key()).number == 2);
}

TEST_CASE("one more key may lie anywhere", "[trusted_keys]") {
    KeyHome home;
    const std::string path = home.store.home.root() + "/more.asc";
    platform::save_file(path, test::key_file(test::first_key()));
    CHECK(load_trusted_keys(home.store.home, path).back().fingerprint ==
          test::first_key().fingerprint());
    CHECK_THROWS_WITH(load_trusted_keys(home.store.home, path + "x"),
                      Catch::Contains("of RUSTUP_PGP_KEY is of no use"));
}

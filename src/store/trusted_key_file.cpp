#include "latchkey/store/trusted_key_file.hpp"

#include <cassert>

#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "staged_file.hpp"

namespace latchkey::store {

std::optional<std::string> find_trusted_key(const Home& home, unsigned number) {
    return platform::find_file_text(home.trusted_key(number));
}

void save_trusted_key(const Home& home, unsigned number, std::string_view text,
                      [[maybe_unused]] const lock::LockSet& settings) {
    assert(settings.holds(lock::Key::settings(), lock::Mode::exclusive));
    platform::make_alike_directories(home.trusted_keys());
    save_staged_durably(home.staging(lock::Key::settings()), home.trusted_key(number), text);
}

void remove_trusted_key(const Home& home, unsigned number,
                        [[maybe_unused]] const lock::LockSet& settings) {
    assert(settings.holds(lock::Key::settings(), lock::Mode::exclusive));
    platform::remove_file(home.trusted_key(number));
}

}  // namespace latchkey::store

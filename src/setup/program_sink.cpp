#include "program_sink.hpp"

#include <algorithm>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/own_program.hpp"

namespace latchkey::setup {
namespace {

/// More than any program of ours could have.
constexpr std::uint64_t kMostBytes = 512U << 20U;

}  // namespace

void ProgramSink::begin(std::optional<std::uint64_t> length_bytes) {
    if (length_bytes) bytes_.reserve(static_cast<std::size_t>(std::min(*length_bytes, kMostBytes)));
}

task::awaitable<bool> ProgramSink::write(std::vector<std::byte> block) {
    const bool was_short = bytes_.size() < platform::kHeadBytes;
    bytes_.append(reinterpret_cast<const char*>(block.data()), block.size());
    if (bytes_.size() > kMostBytes) throw Error(Errc::corrupt, "the program is too large");
    if (was_short && bytes_.size() >= platform::kHeadBytes) foreign_ = !is_program();
    co_return !foreign_;
}

bool ProgramSink::is_program() const {
    return platform::is_own_head(std::string_view(bytes_).substr(0, platform::kHeadBytes));
}

}  // namespace latchkey::setup

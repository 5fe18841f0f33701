#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "latchkey/store/record.hpp"

namespace latchkey::store {

/// `generations/<toolchain>/<n>.proxies`: what a proxy needs of a generation, in one small read and
/// by a parser of a few lines.
struct ProxyTable {
    std::string boot_id;  ///< Of the boot in which the generation was made.
    bool synced = false;  ///< All its trees are on the disk.
    /// Each tool that rustup proxies, with the trees whose files it executes or loads.
    std::vector<std::pair<std::string, std::vector<std::string>>> tools;
};

/// Which trees each tool loads: rustc its own and rust-std of every installed target; rustfmt and
/// clippy theirs and rustc's; rust-analyzer its own, rustc's and rust-src; cargo all of these,
/// because it runs them. Never rust-docs, never tools that nobody runs. An adopted directory's
/// tools load none.
ProxyTable make_proxy_table(const Record& record);

std::string serialise(const ProxyTable& table);

/// Throws: Errc::corrupt naming `shown_path`.
ProxyTable parse_proxy_table(std::string_view text, const std::string& shown_path);

}  // namespace latchkey::store

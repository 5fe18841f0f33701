#include "latchkey/fleet/export.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "export_head.hpp"
#include "latchkey/archive/tar_writer.hpp"
#include "latchkey/archive/zstd_writer.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/hash.hpp"
#include "latchkey/base/sha256.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/inspection.hpp"
#include "latchkey/store/loaded.hpp"
#include "latchkey/store/tree.hpp"

namespace latchkey::fleet {
namespace {

using archive::TarHead;
using archive::TarWriter;

constexpr std::size_t kBlockBytes = 1024 * 1024;

/// What is current under a name, described by a state.
///
/// Throws: why it cannot be exported.
store::Current find_exportable(const store::Home& home, const std::string& toolchain) {
    store::Current current = store::examine_current(home, toolchain);
    if (current.kind == store::Current::Kind::linked) {
        throw Error(
            Errc::unsupported,
            fmt::format("toolchain '{}' is a link to '{}'; export that folder by other means",
                        toolchain, current.link));
    }
    if (!current.installed()) {
        throw Error(Errc::not_found, "toolchain '" + toolchain + "' is not installed");
    }
    std::vector<std::string> unknown;
    if (current.kind == store::Current::Kind::ours) {
        for (const store::StateComponent& each : current.state->installed()) {
            if (each.tree.empty()) unknown.push_back(each.component.full_name());
        }
        if (unknown.empty()) return current;
    }
    throw Error(
        Errc::unsupported,
        fmt::format("toolchain '{}' cannot be verified: rustup or a hand put {} there, and "
                    "Latchkey has no list of its files; uninstall the toolchain and install "
                    "it again",
                    toolchain, unknown.empty() ? "it" : "'" + join(unknown, "', '") + "'"));
}

/// Writes one toolchain into an archive.
class Exporting {
public:
    Exporting(const OnWorker& on, const store::Home& home, std::string toolchain, TarWriter& tar)
        : on_(on), home_(home), toolchain_(std::move(toolchain)), tar_(tar) {
        told_.name = toolchain_;
    }

    ExportedToolchain run() {
        const store::Current seen = find_exportable(home_, toolchain_);
        const lock::LockSet held = hold(seen);
        const store::Current current = find_exportable(home_, toolchain_);
        if (current.version != seen.version) refuse_busy();
        directory_ = home_.directory(current.place);
        add_text(std::string(kHeadName), str(head_of(*current.state)));
        add_text(std::string(kManifestName),
                 platform::load_file(dist::note_path(directory_, dist::kManifestNote)));
        auto expected = store::list_expected(home_, toolchain_, *current.state);
        // Not in the order in which they were added.
        std::ranges::sort(expected, {}, &store::ExpectedComponent::component);
        for (const store::ExpectedComponent& each : expected) add(each);
        add_extra(current.state->components);
        return std::move(told_);
    }

private:
    [[noreturn]] void refuse_busy() const {
        throw Error(Errc::busy,
                    fmt::format("toolchain '{}' is being changed; export it when that is "
                                "done",
                                toolchain_));
    }

    [[nodiscard]] lock::LockSet hold(const store::Current& current) const {
        const auto keys = store::keys_of_installed(*current.state, toolchain_);
        auto held = lock::LockSet::try_acquire(home_.lock_file(), keys, lock::Mode::shared);
        if (!held) refuse_busy();
        return std::move(*held);
    }

    [[nodiscard]] ExportHead head_of(const store::State& state) const {
        ExportHead head{toolchain_, state.manifest_hash, {}};
        for (const store::StateComponent& each : state.installed()) {
            // Whether it is an extension depends on how it was added, and means nothing.
            const dist::Component component{each.component.pkg, each.component.target};
            head.components.push_back({component, each.tree});
        }
        std::ranges::sort(head.components, {}, &ExportedComponent::component);
        return head;
    }

    void add_text(const std::string& path, std::string_view text) {
        TarHead head;
        head.path = toolchain_ + "/" + path;
        head.size_bytes = text.size();
        tar_.begin(head);
        tar_.write(as_bytes(text));
    }

    void add(const store::ExpectedComponent& expected) {
        auto index = store::find_tree_index(home_, expected.tree);
        if (!index || !expected.known) {
            throw Error(Errc::unsupported,
                        fmt::format("toolchain '{}' cannot be verified: the list of the files of "
                                    "'{}' is gone; uninstall it and install it again",
                                    toolchain_, expected.component.full_name()));
        }
        index->header.boot_id.clear();  // Of this machine, as what is next is of its history.
        index->header.component.is_extension = false;
        for (store::IndexedFile& file : index->files)
            file.mtime_seconds = file.mtime_nanoseconds = 0;
        const std::string folder = fmt::format("{}{}/", kTrees, expected.tree);
        add_text(folder + std::string(kIndexName), store::serialise(*index));
        for (const store::ExpectedFile& each : expected.files) {
            TarHead head;
            head.path = fmt::format("{}/{}{}{}", toolchain_, folder, kFiles, each.file.path);
            head.mode = each.file.mode;
            head.size_bytes = each.file.size_bytes;
            const std::string hash = add_file(head, each.directory + "/" + each.file.path);
            if (hash != each.file.xxh3_128) refuse_damage(each.file.path);
        }
        ++told_.components;
    }

    [[noreturn]] void refuse_damage(const std::string& path) const {
        throw Error(Errc::corrupt, fmt::format("'{}' of toolchain '{}' is not as it was installed; "
                                               "`rustup toolchain verify --repair` brings it back",
                                               path, toolchain_));
    }

    /// The XXH3 of its content.
    std::string add_file(const TarHead& head, const std::string& path) {
        const auto status = platform::find_status(path);
        const bool is_file = status && status->kind == platform::FileKind::regular;
        if (!is_file || status->size_bytes != head.size_bytes) refuse_damage(path);
        const platform::Fd file = platform::open_file(path, O_RDONLY | O_NOFOLLOW);
        tar_.begin(head);
        Xxh3 hash;
        std::uint64_t left = head.size_bytes;
        std::vector<std::byte> block(kBlockBytes);
        while (left > 0) {
            on_.check();
            const std::size_t count = platform::read_some(
                file, std::span(block).first(std::min<std::uint64_t>(left, kBlockBytes)), path);
            if (count == 0) refuse_damage(path);
            hash.update(std::span(block).first(count));
            tar_.write(std::span(block).first(count));
            left -= count;
        }
        ++told_.files;
        return hash.finish();
    }

    /// The user's own files, without their times.
    void add_extra(const std::vector<store::StateComponent>& components) {
        for (const std::string& path : store::list_extra(on_, home_, directory_, components)) {
            const auto status = platform::find_status(directory_ + "/" + path);
            if (!status || status->kind != platform::FileKind::regular) {
                told_.left_out.push_back(path);
                continue;
            }
            TarHead head;
            head.path = fmt::format("{}/{}{}", toolchain_, kExtra, path);
            head.mode = status->permissions & 0777;
            head.size_bytes = status->size_bytes;
            add_file(head, directory_ + "/" + path);
            ++told_.own_files;
        }
    }

    const OnWorker& on_;
    const store::Home& home_;
    const std::string toolchain_;
    TarWriter& tar_;
    std::string directory_;
    ExportedToolchain told_;
};

void pack(const OnWorker& on, const store::Home& home, std::vector<std::string> toolchains,
          const std::function<void(std::span<const std::byte>)>& output, Exported& result) {
    Sha256 hash;
    archive::ZstdWriter zstd([&](std::span<const std::byte> bytes) {
        hash.update(bytes);
        result.bytes += bytes.size();
        output(bytes);
    });
    TarWriter tar([&](std::span<const std::byte> bytes) { zstd.write(bytes); },
                  TarWriter::Form::gnu);
    std::ranges::sort(toolchains);
    const auto [first, last] = std::ranges::unique(toolchains);
    toolchains.erase(first, last);
    for (const std::string& each : toolchains) {
        result.toolchains.push_back(Exporting(on, home, each, tar).run());
    }
    tar.finish();
    zstd.finish();
    result.hash = hash.finish().hex();
}

}  // namespace

Exported export_toolchains(const OnWorker& on, const store::Home& home,
                           const ExportRequest& request) {
    Exported result;
    if (request.file.empty()) {
        pack(on, home, request.toolchains, request.output, result);
        return result;
    }
    const std::string draft = request.file + ".latchkey";
    const platform::Fd file = platform::open_file(draft, O_WRONLY | O_CREAT | O_TRUNC);
    try {
        auto output = [&](std::span<const std::byte> bytes) {
            platform::write_all(file, bytes, draft);
        };
        pack(on, home, request.toolchains, output, result);
        platform::sync_file(file, draft);
        platform::rename_path(draft, request.file);
    } catch (const std::exception&) {
        platform::remove_file(draft);
        throw;
    }
    return result;
}

}  // namespace latchkey::fleet

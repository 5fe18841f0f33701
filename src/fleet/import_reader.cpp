#include "import_reader.hpp"

#include <fmt/format.h>

#include <cassert>

#include "latchkey/archive/decoder.hpp"
#include "latchkey/archive/tar_reader.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/hash.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/dist/manifest.hpp"
#include "latchkey/platform/beneath.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/supply.hpp"
#include "latchkey/store/tree.hpp"
#include "mirror_folder.hpp"

namespace latchkey::fleet {
namespace {

using archive::TarEntry;

constexpr std::size_t kBlockBytes = 1024 * 1024;
constexpr std::uint64_t kMaxTextBytes = std::uint64_t{256} * 1024 * 1024;

class FileSource final : public archive::ByteSource {
public:
    FileSource(const OnWorker& on, const std::string& path)
        : on_(on), path_(path), file_(platform::open_file(path, O_RDONLY | O_NONBLOCK)) {}

    std::span<const std::byte> next() override {
        on_.check();
        return std::span(block_).first(platform::read_some(file_, block_, path_));
    }

private:
    const OnWorker& on_;
    const std::string& path_;
    platform::Fd file_;
    std::vector<std::byte> block_ = std::vector<std::byte>(kBlockBytes);
};

/// The names of an archive in their order, one ahead.
class Names {
public:
    Names(const OnWorker& on, const std::string& path)
        : path_(path),
          file_(on, path),
          zstd_(archive::make_decoder(archive::Encoding::zst, file_)),
          tar_(on, *zstd_) {
        advance();
    }

    [[nodiscard]] bool ended() const { return !entry_; }
    [[nodiscard]] const TarEntry& entry() const { return *entry_; }
    std::span<const std::byte> data() { return tar_.next_data(); }

    void advance() {
        try {
            entry_ = tar_.next_entry();
        } catch (const Error& e) {
            if (e.code() != Errc::unsupported) throw;
            refuse(e.what());  // A link or a device, which no export has.
        }
    }

    /// Whether the next name begins so.
    [[nodiscard]] bool is_in(const std::string& prefix) const {
        return entry_ && entry_->path.starts_with(prefix);
    }

    /// The content of the next name, which must be this one.
    std::string take_text(const std::string& path) {
        if (!entry_ || entry_->path != path) refuse(fmt::format("'{}' is not there", path));
        if (entry_->size_bytes > kMaxTextBytes) refuse(fmt::format("'{}' is too large", path));
        std::string text;
        for (auto bytes = data(); !bytes.empty(); bytes = data()) {
            text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        }
        advance();
        return text;
    }

    [[noreturn]] void refuse(const std::string& what) const {
        throw Error(Errc::corrupt,
                    fmt::format("'{}' is damaged, or not an exported toolchain: {}; nothing of it "
                                "was installed",
                                path_, printable_line(what)));
    }

private:
    const std::string& path_;
    FileSource file_;
    std::unique_ptr<archive::ByteSource> zstd_;
    archive::TarReader tar_;
    std::optional<TarEntry> entry_;
};

/// What the decoders say of the bytes, with the archive's name.
template <typename Work>
auto naming(const std::string& path, const Work& work) {
    try {
        return work();
    } catch (const Error& e) {
        if (e.code() != Errc::corrupt || e.chain().front().starts_with("'")) throw;
        throw e.in(
            fmt::format("'{}' is damaged, or not an exported toolchain; nothing of it was "
                        "installed",
                        path));
    }
}

/// Unpacks the toolchains of an archive into trees.
class Bringing {
public:
    Bringing(const OnWorker& on, const store::Home& home, const std::string& file)
        : on_(on), home_(home), file_(file), names_(on, file) {}

    std::vector<Arrived> run(const std::function<Wish(const ExportHead&)>& wish) {
        std::vector<Arrived> all;
        while (!names_.ended()) {
            const std::string name = names_.entry().path.substr(0, names_.entry().path.find('/'));
            const std::string folder = name + "/";
            Arrived arrived;
            arrived.head =
                parse_export_head(names_.take_text(folder + std::string(kHeadName)), file_);
            if (arrived.head.toolchain != name) names_.refuse("the toolchain has two names");
            arrived.manifest = names_.take_text(folder + std::string(kManifestName));
            const dist::Manifest manifest = dist::parse_manifest(arrived.manifest, file_);
            const Wish wished = wish(arrived.head);
            std::vector<ExportedComponent> left = arrived.head.components;
            while (names_.is_in(folder + std::string(kTrees))) {
                bring_tree(folder, manifest, wished, left, arrived);
            }
            if (!left.empty()) {
                names_.refuse("'" + left.front().component.full_name() + "' is not there");
            }
            while (names_.is_in(folder + std::string(kExtra))) {
                arrived.has_own_files = true;
                names_.advance();
            }
            all.push_back(std::move(arrived));
        }
        if (all.empty()) names_.refuse("it is empty");
        return all;
    }

private:
    void bring_tree(const std::string& folder, const dist::Manifest& manifest, const Wish& wish,
                    std::vector<ExportedComponent>& left, Arrived& arrived) {
        const std::string rest = names_.entry().path.substr(folder.size() + kTrees.size());
        const std::string tree = rest.substr(0, rest.find('/'));
        const auto exported = std::ranges::find(left, tree, &ExportedComponent::tree);
        if (exported == left.end()) names_.refuse("no component has the tree '" + tree + "'");
        const ExportedComponent component = *exported;
        left.erase(exported);
        const std::string prefix = fmt::format("{}{}{}/", folder, kTrees, tree);
        store::TreeIndex index =
            store::parse_tree_index(names_.take_text(prefix + std::string(kIndexName)), file_);
        check(index, component, manifest);
        index.header.boot_id = platform::load_boot_id();
        const std::string files = prefix + std::string(kFiles);
        if (!wish.brings || !must_unpack(tree, arrived)) {
            while (names_.is_in(files)) names_.advance();
            return;
        }
        auto unpack = lock::LockSet::try_acquire(home_.lock_file(), lock::Key::unpack(tree),
                                                 lock::Mode::exclusive);
        if (!unpack) {
            throw Error(Errc::busy,
                        fmt::format("another process brings '{}' at this moment; import again when "
                                    "that is done",
                                    component.component.full_name()));
        }
        const std::string staging =
            store::prepare_unpacking(on_, home_, tree, component.component, *unpack) + "/tree";
        arrived.files += unpack_files(staging, files, index);
        store::publish_tree(on_, home_, tree, index, *unpack);
    }

    /// Only what the manifest vouches for gets the name of a tree.
    void check(const store::TreeIndex& index, const ExportedComponent& exported,
               const dist::Manifest& manifest) const {
        const dist::PackageTarget* const found = manifest.find(exported.component);
        const std::string name = exported.component.full_name();
        if (found == nullptr || found->sources.empty()) {
            names_.refuse("its manifest has no '" + name + "'");
        }
        const bool named = exported.tree == store::tree_name(found->sources) ||
                           exported.tree == store::own_tree_name(found->sources);
        if (!named || !store::vouches(found->sources, index.header) ||
            index.header.component != exported.component) {
            names_.refuse("its manifest does not have these files of '" + name + "'");
        }
    }

    /// Pins the tree; false if it has arrived. What a toolchain has may turn out to be edited, or to
    /// be the beginning of one whose install was killed, and no server is asked in its place.
    bool must_unpack(const std::string& tree, Arrived& arrived) const {
        auto pin =
            lock::LockSet::try_acquire(home_.lock_file(), lock::Key::pin(tree), lock::Mode::shared);
        if (!pin) {
            throw Error(Errc::busy, "another process cleans up at this moment; import again");
        }
        arrived.pins.push_back(std::move(*pin));
        return !store::has_arrived(home_, tree);
    }

    std::uint64_t unpack_files(const std::string& staging, const std::string& prefix,
                               store::TreeIndex& index) {
        platform::make_directory(staging);
        platform::Beneath beneath(staging);
        for (const std::string& directory : index.directories) {
            if (!is_below(directory)) names_.refuse("'" + directory + "' leads elsewhere");
            beneath.make_directory(directory, 0777);
        }
        for (store::IndexedFile& file : index.files) {
            if (!is_below(file.path)) names_.refuse("'" + file.path + "' leads elsewhere");
            if (!names_.is_in(prefix) || names_.entry().path != prefix + file.path) {
                names_.refuse("'" + file.path + "' is not there");
            }
            unpack_file(beneath, staging + "/" + file.path, file);
            names_.advance();
        }
        if (names_.is_in(prefix)) names_.refuse("'" + names_.entry().path + "' is in no list");
        return index.files.size();
    }

    void unpack_file(platform::Beneath& beneath, const std::string& path,
                     store::IndexedFile& file) {
        const auto made = beneath.create_file(file.path, 0600);
        if (!made) names_.refuse("'" + file.path + "' is there twice");
        Xxh3 hash;
        std::uint64_t size = 0;
        for (auto bytes = names_.data(); !bytes.empty(); bytes = names_.data()) {
            hash.update(bytes);
            size += bytes.size();
            platform::write_all(*made, bytes, path);
        }
        if (size != file.size_bytes || hash.finish() != file.xxh3_128) {
            names_.refuse("'" + file.path + "' is not as it was exported");
        }
        file.mode &= 0777;
        platform::change_mode(path, file.mode);
        const platform::FileStatus status = platform::load_status(*made, path);
        file.mtime_seconds = status.mtime_seconds;  // When it was unpacked, as of any tree.
        file.mtime_nanoseconds = status.mtime_nanoseconds;
    }

    const OnWorker& on_;
    const store::Home& home_;
    const std::string& file_;
    Names names_;
};

void write_staged(Names& names, const std::string& staged) {
    const platform::Fd file = platform::open_file(staged, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    for (auto bytes = names.data(); !bytes.empty(); bytes = names.data()) {
        platform::write_all(file, bytes, staged);
    }
    platform::change_mode(staged, names.entry().mode & 0777);
}

/// Gives a file of the user's its name. False: something has it.
bool place(const std::string& staged, const std::string& root, const std::string& path) {
    platform::Beneath beneath(root);
    for (std::size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
        beneath.make_directory(path.substr(0, slash), 0777);
    }
    return platform::rename_new(staged, root + "/" + path);
}

bool has_same_content(const OnWorker& on, const std::string& one, const std::string& other) {
    return platform::is_file(other) && hash_of_file(on, one) == hash_of_file(on, other);
}

}  // namespace

std::vector<Arrived> bring_trees(const OnWorker& on, const store::Home& home,
                                 const std::string& file,
                                 const std::function<Wish(const ExportHead&)>& wish) {
    return naming(file, [&] { return Bringing(on, home, file).run(wish); });
}

void bring_own_files(const OnWorker& on, const store::Home& home, const std::string& file,
                     const lock::LockSet& held, ImportedToolchain& imported) {
    const lock::Key key = lock::Key::toolchain(imported.name);
    assert(held.holds(key, lock::Mode::exclusive));
    (void)held;
    const std::string staging = home.staging(key);
    const std::string root = store::current_directory(home, imported.name);
    const std::string prefix = fmt::format("{}/{}", imported.name, kExtra);
    platform::make_directories(staging);
    naming(file, [&] {
        for (Names names(on, file); !names.ended(); names.advance()) {
            if (!names.is_in(prefix)) continue;
            const std::string path = names.entry().path.substr(prefix.size());
            if (!is_below(path)) names.refuse("'" + path + "' leads elsewhere");
            write_staged(names, staging + "/own");
            if (place(staging + "/own", root, path)) {
                ++imported.own_files;
            } else if (!has_same_content(on, staging + "/own", root + "/" + path)) {
                imported.left_out.push_back(path);
            }
        }
    });
    platform::remove_tree(on, staging);
}

}  // namespace latchkey::fleet

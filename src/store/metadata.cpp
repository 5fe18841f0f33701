#include "latchkey/store/metadata.hpp"

#include <fmt/format.h>

#include "escaped.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/hash.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::store {
namespace {

constexpr std::string_view kTagHeader = "latchkey-tag 2";
constexpr std::string_view kManifestRow = "manifest ";
constexpr std::string_view kChecksumRow = "checksum ";

std::string hash_of(std::string_view text) {
    return fmt::format("{:016x}", xxh3_64(text));
}

std::optional<std::int64_t> parse_seconds(std::string_view text) {
    const bool negative = text.starts_with('-');
    const auto number = parse_number(negative ? text.substr(1) : text);
    if (!number || *number > INT64_MAX) return std::nullopt;
    const auto seconds = static_cast<std::int64_t>(*number);
    return negative ? -seconds : seconds;
}

/// An archive may keep whole seconds only.
bool same_manifest(const Fingerprint& found, const Fingerprint& known) {
    return found.manifest_bytes == known.manifest_bytes &&
           found.manifest_seconds == known.manifest_seconds &&
           (found.manifest_nanoseconds == known.manifest_nanoseconds ||
            found.manifest_nanoseconds == 0);
}

}  // namespace

std::string serialise(const Fingerprint& fingerprint) {
    return fmt::format("{} {} {} {} {}", fingerprint.components, fingerprint.config,
                       fingerprint.manifest_bytes, fingerprint.manifest_seconds,
                       fingerprint.manifest_nanoseconds);
}

std::optional<Fingerprint> parse_fingerprint(std::string_view text) {
    const auto words = split(text, ' ');
    if (words.size() != 5) return std::nullopt;
    const auto bytes = parse_number(words[2]);
    const auto seconds = parse_seconds(words[3]);
    const auto nanoseconds = parse_number(words[4]);
    if (!bytes || !seconds || !nanoseconds || *nanoseconds > 999'999'999) return std::nullopt;
    return Fingerprint{std::string(words[0]), std::string(words[1]), *bytes, *seconds,
                       static_cast<std::int32_t>(*nanoseconds)};
}

Fingerprint load_fingerprint(const std::string& directory) {
    Fingerprint fingerprint;
    fingerprint.components = note_hash(directory, dist::kComponentsNote);
    fingerprint.config = note_hash(directory, dist::kConfigNote);
    if (const auto status =
            platform::find_target_status(dist::note_path(directory, dist::kManifestNote))) {
        fingerprint.manifest_bytes = status->size_bytes;
        fingerprint.manifest_seconds = status->mtime_seconds;
        fingerprint.manifest_nanoseconds = status->mtime_nanoseconds;
    }
    return fingerprint;
}

bool agrees(const Fingerprint& found, const Fingerprint& known,
            const std::optional<Fingerprint>& intended) {
    const auto either = [&](auto same) { return same(known) || (intended && same(*intended)); };
    return either([&](const Fingerprint& one) { return found.components == one.components; }) &&
           either([&](const Fingerprint& one) { return found.config == one.config; }) &&
           either([&](const Fingerprint& one) { return same_manifest(found, one); });
}

std::string serialise(const Tag& tag) {
    std::string text = fmt::format("{}\ntoolchain {}\ngeneration {} {}\nparent {}\n", kTagHeader,
                                   escaped_line(tag.toolchain), tag.number, tag.word,
                                   tag.parent.empty() ? "-" : tag.parent);
    if (tag.metadata) text += "metadata " + serialise(*tag.metadata) + "\n";
    if (!tag.manifest.empty()) text += std::string(kManifestRow) + tag.manifest + "\n";
    return text + std::string(kChecksumRow) + hash_of(text) + "\n";
}

std::optional<Tag> parse_tag(std::string_view text) {
    const auto rows = lines(text);
    if (rows.size() < 4 || rows[0] != kTagHeader || !rows[1].starts_with("toolchain ") ||
        !rows[2].starts_with("generation ") || !rows[3].starts_with("parent ")) {
        return std::nullopt;
    }
    const auto words = split(rows[2], ' ');
    const auto number = words.size() == 3 ? parse_number(words[1]) : std::nullopt;
    if (!number || words[2].empty()) return std::nullopt;
    Tag tag{unescaped_line(rows[1].substr(10)), *number, std::string(words[2]),
            std::string(rows[3].substr(7))};
    if (tag.parent == "-") tag.parent.clear();
    constexpr std::string_view kMetadata = "metadata ";
    if (rows.size() > 4 && rows[4].starts_with(kMetadata)) {
        tag.metadata = parse_fingerprint(rows[4].substr(kMetadata.size()));
        if (!tag.metadata) return std::nullopt;
    }
    for (const std::string_view row : std::span(rows).subspan(4)) {
        if (row.starts_with(kManifestRow)) tag.manifest = row.substr(kManifestRow.size());
    }
    return tag;
}

bool is_tag_whole(std::string_view text, const Tag& parsed) {
    const std::string written = serialise(parsed);
    const std::string_view unsealed =
        std::string_view(written).substr(0, written.rfind(kChecksumRow));
    return text == written || (parsed.manifest.empty() && text == unsealed);
}

std::string note_hash(const std::string& directory, std::string_view note) {
    const auto text = platform::find_file_text(dist::note_path(directory, note));
    return text ? hash_of(*text) : std::string(kNoFile);
}

std::optional<Tag> find_tag(const std::string& directory) {
    const auto text = platform::find_file_text(dist::note_path(directory, kTagNote));
    return text ? parse_tag(*text) : std::nullopt;
}

bool is_metadata(std::string_view path) {
    if (!path.starts_with(dist::kRustlib)) return false;
    const std::string_view name = path.substr(dist::kRustlib.size());
    return name == dist::kComponentsNote || name == dist::kVersionNote ||
           name == dist::kManifestNote || name == dist::kConfigNote || name == kTagNote ||
           name.starts_with(kBesidePrefix) ||
           (name.starts_with(dist::kPayloadNote) && name.find('/') == std::string_view::npos);
}

bool is_reserved(std::string_view path) {
    if (!path.starts_with(dist::kRustlib)) return false;
    const std::string_view note = path.substr(0, path.find('/', dist::kRustlib.size()));
    return is_metadata(note) || note.substr(dist::kRustlib.size()).starts_with("multirust-");
}

bool has_component_list(const std::string& directory) {
    const auto status =
        platform::find_target_status(dist::note_path(directory, dist::kComponentsNote));
    return status && status->size_bytes > 0;
}

bool is_combined(const std::string& directory) {
    const std::string manifest = dist::note_path(directory, dist::kPayloadNote);
    return !platform::find_target_status(dist::note_path(directory, dist::kConfigNote)) &&
           platform::is_file(manifest + "cargo") && platform::is_file(manifest + "rustc") &&
           platform::is_file(manifest + "rust-docs");
}

std::optional<std::vector<dist::Component>> find_configured(const std::string& directory) {
    const std::string path = dist::note_path(directory, dist::kConfigNote);
    const auto text = platform::find_file_text(path);
    if (!text) return std::nullopt;
    return dist::parse_installed_config(*text, path).components;
}

ListTexts list_texts(std::span<const dist::Component> components) {
    std::vector<std::string> names;
    dist::InstalledConfig config;
    for (const dist::Component& component : components) {
        names.push_back(component.full_name());
        config.components.push_back(component);
    }
    return {dist::serialise_installed_components(names), dist::serialise(config)};
}

Fingerprint fingerprint_of(const ListTexts& texts, const Fingerprint& now) {
    Fingerprint fingerprint = now;
    fingerprint.components = hash_of(texts.components);
    fingerprint.config = hash_of(texts.config);
    return fingerprint;
}

std::vector<dist::PayloadLine> load_payload(const std::string& directory,
                                            const std::string& full_name) {
    const std::string path = dist::note_path(directory, dist::kPayloadNote) + full_name;
    const auto text = platform::find_file_text(path);
    if (!text) throw dist::corrupt_payload_error(full_name);
    return dist::parse_payload_manifest(*text, full_name);
}

}  // namespace latchkey::store

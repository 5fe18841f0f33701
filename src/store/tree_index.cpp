#include "latchkey/store/tree_index.hpp"

#include <algorithm>
#include <utility>

#include "json_fields.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/hash.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"

namespace latchkey::store {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kFormat = 2;

std::vector<dist::PayloadLine> payload_of(const Fields& fields, const std::string& name) {
    std::string payload;
    for (const json::value& line : fields.list("payload")) {
        if (!line.is_string()) fields.refuse("payload", "no list of texts");
        payload += std::string(line.get_string()) + "\n";
    }
    return dist::parse_payload_manifest(payload, name);
}

json::array payload_json(const std::vector<dist::PayloadLine>& payload) {
    json::array result;
    const std::string text = dist::serialise_payload_manifest(payload);
    for (const std::string_view line : lines(text)) result.emplace_back(line);
    return result;
}

TreeHeader header_of(const json::value& document, const std::string& shown_path) {
    const Fields fields(document, shown_path);
    if (fields.number("format") != kFormat) {
        throw Error(Errc::unsupported, "'" + shown_path + "' was written by a newer Latchkey");
    }
    const Fields header = fields.fields("header");
    TreeHeader result;
    result.component = parse_component(header);
    result.version = header.text("version");
    result.encoding = header.text("encoding");
    result.hash = header.text("hash");
    result.boot_id = header.text("boot_id");
    if (header.find("parts") == nullptr) {
        const std::string name = result.component.full_name();
        result.parts.push_back({name, payload_of(header, name)});
        return result;
    }
    for (const json::value& each : header.list("parts")) {
        const Fields part(each, shown_path);
        const std::string name = part.text("name");
        result.parts.push_back({name, payload_of(part, name)});
    }
    return result;
}

constexpr std::int64_t kMaxMode = 07777;
constexpr std::int64_t kMaxByte = 0xFF;

/// JSON is text, a file's name is any bytes: where they are no text, they are numbers.
std::string path_json(const std::string& path) {
    if (is_utf8(path)) return json::serialize(json::string_view(path));
    json::array bytes;
    for (const char c : path) bytes.push_back(static_cast<unsigned char>(c));
    return json::serialize(bytes);
}

std::optional<std::string> parse_path(const json::value& value) {
    if (const json::string* text = value.if_string()) return std::string(*text);
    const json::array* bytes = value.if_array();
    if (bytes == nullptr) return std::nullopt;
    std::string path;
    for (const json::value& each : *bytes) {
        const std::int64_t* byte = each.if_int64();
        if (byte == nullptr || *byte < 0 || *byte > kMaxByte) return std::nullopt;
        path += static_cast<char>(*byte);
    }
    return path;
}

/// A row of `files`. Empty: the writer writes no such row.
std::optional<IndexedFile> parse_row(const json::value& entry) {
    const json::array* row = entry.if_array();
    if (row == nullptr || row->size() != 6) return std::nullopt;
    auto path = parse_path((*row)[0]);
    const std::int64_t* mode = (*row)[1].if_int64();
    const std::int64_t* size = (*row)[2].if_int64();
    const json::string* hash = (*row)[3].if_string();
    const std::int64_t* seconds = (*row)[4].if_int64();
    const std::int64_t* nanoseconds = (*row)[5].if_int64();
    if (!path || mode == nullptr || size == nullptr || hash == nullptr || seconds == nullptr ||
        nanoseconds == nullptr || *nanoseconds < 0 || *nanoseconds > 999'999'999) {
        return std::nullopt;
    }
    const bool is_hash = hash->find_first_not_of("0123456789abcdef") == json::string::npos;
    if (*mode < 0 || *mode > kMaxMode || *size < 0 || !is_hash) return std::nullopt;
    return IndexedFile{std::move(*path),
                       static_cast<mode_t>(*mode),
                       static_cast<std::uint64_t>(*size),
                       std::string(*hash),
                       *seconds,
                       static_cast<std::int32_t>(*nanoseconds)};
}

constexpr std::string_view kFiles = "\"files\":[";
constexpr std::string_view kFilesEnd = "],";
constexpr std::string_view kDirectories = "\"directories\":[";
constexpr std::string_view kDirectoriesEnd = "]}";

/// The lines of an index, and what is wrong with them.
class IndexLines {
public:
    IndexLines(const NextLine& next, const std::string& shown_path)
        : next_(next), shown_path_(shown_path) {}

    std::string_view line() {
        const auto line = next_();
        if (!line) refuse("cut off");
        return *line;
    }

    void expect(std::string_view wanted) {
        if (line() != wanted) refuse("no list " + std::string(wanted));
    }

    /// Each line up to `end` as JSON, without the comma that all but the last must have.
    template <typename Take>
    void rows(std::string_view key, std::string_view end, Take take) {
        bool more = false;  // By the comma of the row before.
        for (bool first = true;; first = false) {
            std::string_view row = line();
            if (row == end && !more) return;
            const bool due = first || more;
            more = row.ends_with(',');
            if (more) row.remove_suffix(1);
            // Values of one row live as long as it does.
            unsigned char buffer[2048];
            json::monotonic_resource memory(buffer, sizeof buffer);
            boost::system::error_code problem;
            const json::value value = json::parse(row, problem, &memory);
            if (!due || problem.failed() || !take(value)) {
                refuse("an ill-formed row in '" + std::string(key) + "'");
            }
        }
    }

    [[noreturn]] void refuse(const std::string& what) const {
        throw Error(Errc::corrupt, "'" + shown_path_ + "' is damaged: " + what);
    }

private:
    const NextLine& next_;
    const std::string& shown_path_;
};

}  // namespace

std::string serialise_header_line(const TreeHeader& header) {
    json::object object = to_json(header.component);
    object["version"] = header.version;
    object["encoding"] = header.encoding;
    object["hash"] = header.hash;
    object["boot_id"] = header.boot_id;
    if (header.parts.size() == 1 && header.parts.front().name == header.component.full_name()) {
        object["payload"] = payload_json(header.parts.front().payload);
    } else {
        json::array parts;
        for (const InstalledPart& part : header.parts) {
            json::object json_part;
            json_part["name"] = part.name;
            json_part["payload"] = payload_json(part.payload);
            parts.push_back(std::move(json_part));
        }
        object["parts"] = std::move(parts);
    }
    return "{\"format\":2,\"header\":" + json::serialize(object) + ",";
}

void serialise(const TreeIndex& index, const std::function<void(std::string_view)>& write) {
    write(serialise_header_line(index.header) + "\n" + std::string(kFiles));
    std::string line;
    for (const IndexedFile& file : index.files) {
        line = line.empty() ? "\n[" : ",\n[";
        line += path_json(file.path);
        line += "," + std::to_string(file.mode) + "," + std::to_string(file.size_bytes) + ",\"";
        line += file.xxh3_128 + "\"," + std::to_string(file.mtime_seconds) + "," +
                std::to_string(file.mtime_nanoseconds) + "]";
        write(line);
    }
    write("\n" + std::string(kFilesEnd) + "\n" + std::string(kDirectories));
    line.clear();
    for (const std::string& directory : index.directories) {
        line = line.empty() ? "\n" : ",\n";
        line += path_json(directory);
        write(line);
    }
    write("\n" + std::string(kDirectoriesEnd) + "\n");
}

std::string serialise(const TreeIndex& index) {
    std::string text;
    text.reserve(index.files.size() * 128);
    serialise(index, [&text](std::string_view piece) { text += piece; });
    return text;
}

TreeHeader parse_tree_index(const NextLine& next, const std::string& shown_path,
                            const TreeIndexParts& parts) {
    IndexLines lines(next, shown_path);
    TreeHeader header = parse_tree_header(lines.line(), shown_path);
    lines.expect(kFiles);
    lines.rows("files", kFilesEnd, [&parts](const json::value& row) {
        auto file = parse_row(row);
        if (file) parts.file(std::move(*file));
        return file.has_value();
    });
    lines.expect(kDirectories);
    lines.rows("directories", kDirectoriesEnd, [&parts](const json::value& row) {
        auto path = parse_path(row);
        if (path) parts.directory(std::move(*path));
        return path.has_value();
    });
    if (next()) lines.refuse("more than an index");
    return header;
}

TreeIndex parse_tree_index(const NextLine& next, const std::string& shown_path) {
    TreeIndex index;
    TreeIndexParts parts;
    parts.file = [&index](IndexedFile file) { index.files.push_back(std::move(file)); };
    parts.directory = [&index](std::string path) { index.directories.push_back(std::move(path)); };
    index.header = parse_tree_index(next, shown_path, parts);
    return index;
}

TreeIndex parse_tree_index(std::string_view text, const std::string& shown_path) {
    const NextLine next = [&text]() -> std::optional<std::string_view> {
        if (text.empty()) return std::nullopt;
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        return line;
    };
    return parse_tree_index(next, shown_path);
}

TreeHeader parse_tree_header(std::string_view first_line, const std::string& shown_path) {
    const std::string_view line = trim(first_line);
    if (!line.ends_with(','))
        throw Error(Errc::corrupt, "'" + shown_path + "' is damaged: cut off");
    return header_of(parse_json(std::string(line.substr(0, line.size() - 1)) + "}", shown_path),
                     shown_path);
}

}  // namespace latchkey::store

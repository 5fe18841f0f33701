#include "payload.hpp"

#include <algorithm>

#include "entry_names.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"

namespace latchkey::archive {

namespace {

std::string_view without_carriage_return(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);  // As Rust's `lines` does.
    return line;
}

std::optional<PayloadLine> parse_line(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view kind = line.substr(0, colon);
    if (kind != "file" && kind != "dir") return std::nullopt;
    auto path = parse_listed_path(line.substr(colon + 1));
    if (!path) return std::nullopt;
    return PayloadLine{kind == "dir" ? PayloadLine::Kind::directory : PayloadLine::Kind::file,
                       std::move(*path)};
}

}  // namespace

std::optional<Payload> Payload::parse(std::string_view text) {
    if (!is_utf8(text)) return std::nullopt;
    Payload payload;
    for (const std::string_view raw : latchkey::lines(text)) {
        auto line = parse_line(without_carriage_return(raw));
        if (!line) return std::nullopt;
        if (!payload.listed_.try_emplace(line->path, line->kind).second) return std::nullopt;
        for (std::size_t slash = line->path.rfind('/'); slash != std::string::npos;
             slash = line->path.rfind('/', slash - 1)) {
            if (!payload.above_.insert(line->path.substr(0, slash)).second) break;
        }
        payload.lines_.push_back(std::move(*line));
    }
    for (const PayloadLine& line : payload.lines_) {
        if (payload.above_.contains(line.path)) return std::nullopt;
    }
    return payload;
}

bool Payload::takes_file(std::string_view path) const {
    const auto line = listed_.find(path);
    if (line != listed_.end()) return line->second == PayloadLine::Kind::file;
    return lies_in_listed(path);
}

Payload::Place Payload::place_of_directory(std::string_view path) const {
    if (above_.contains(path)) return Place::above;
    if (listed_.contains(path) || lies_in_listed(path)) return Place::inside;
    return Place::outside;
}

bool Payload::lies_in_listed(std::string_view path) const {
    for (std::size_t slash = path.rfind('/'); slash != std::string_view::npos;
         slash = path.rfind('/', slash - 1)) {
        const auto line = listed_.find(path.substr(0, slash));
        if (line != listed_.end()) return line->second == PayloadLine::Kind::directory;
    }
    return false;
}

}  // namespace latchkey::archive

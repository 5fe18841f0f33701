#include "latchkey/facts/document.hpp"

#include "latchkey/base/utf8.hpp"

namespace latchkey::facts {
namespace {

namespace json = boost::json;

std::string_view name_of(Errc code) noexcept {
    switch (code) {
        case Errc::usage:
            return "usage";
        case Errc::not_found:
            return "not-found";
        case Errc::busy:
            return "busy";
        case Errc::corrupt:
            return "corrupt";
        case Errc::unreachable:
            return "unreachable";
        case Errc::unsupported:
            return "unsupported";
        case Errc::no_room:
            return "no-room";
        case Errc::io:
            return "io";
        case Errc::bug:
            break;
    }
    return "bug";
}

}  // namespace

json::object make_document(std::string_view kind) {
    json::object document;
    document["format"] = kFormat;
    document["kind"] = kind;
    return document;
}

std::string document_text(const json::object& document) {
    return json::serialize(document) + "\n";
}

json::string text_value(std::string_view text) {
    return json::string(shown_as_utf8(std::string(text)));
}

void set_text(json::object& object, std::string_view key, const std::optional<std::string>& text) {
    if (text) object[key] = text_value(*text);
}

void set_path(json::object& object, std::string_view key, std::string_view path) {
    object[key] = text_value(path);
    if (is_utf8(path)) return;
    json::array bytes;
    for (const char each : path) bytes.push_back(static_cast<unsigned char>(each));
    object[std::string(key) + "_bytes"] = std::move(bytes);
}

void set_home(boost::json::object& object, const dist::HomeLayout& layout) {
    set_path(object, "rustup_home", layout.root());
    object["layout"] = layout.is_by_category() ? "category" : "plain";
    if (!layout.is_by_category()) return;
    set_path(object, "cache_folder", layout.folders().cache);
    set_path(object, "config_folder", layout.folders().config);
    set_path(object, "state_folder", layout.folders().state);
}

json::object error_value(const Error& error) {
    json::object value;
    value["code"] = name_of(error.code());
    value["message"] = text_value(error.what());
    json::array chain;
    for (const std::string& each : error.chain()) chain.push_back(text_value(each));
    value["chain"] = std::move(chain);
    return value;
}

json::object error_document(const Error& error) {
    json::object document = make_document("error");
    document["error"] = error_value(error);
    return document;
}

}  // namespace latchkey::facts

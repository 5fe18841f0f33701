#include "json_fields.hpp"

#include "latchkey/base/error.hpp"

namespace latchkey::store {

namespace json = boost::json;

Fields::Fields(const json::value& value, std::string shown_path)
    : object_(value.if_object()), shown_path_(std::move(shown_path)) {
    if (object_ == nullptr) {
        throw Error(Errc::corrupt, "'" + shown_path_ + "' is damaged: not a JSON object");
    }
}

void Fields::refuse(std::string_view key, std::string_view what) const {
    throw Error(Errc::corrupt, "'" + shown_path_ + "' is damaged: " + std::string(what) + " '" +
                                   std::string(key) + "'");
}

const json::value* Fields::find(std::string_view key) const {
    return object_->if_contains(key);
}

std::string Fields::text(std::string_view key) const {
    const json::value* value = find(key);
    if (value == nullptr || !value->is_string()) refuse(key, "no text");
    return std::string(value->get_string());
}

std::uint64_t Fields::number(std::string_view key) const {
    const json::value* value = find(key);
    if (value == nullptr) refuse(key, "no number");
    if (value->is_uint64()) return value->get_uint64();
    if (value->is_int64() && value->get_int64() >= 0) {
        return static_cast<std::uint64_t>(value->get_int64());
    }
    refuse(key, "no number");
}

bool Fields::flag(std::string_view key) const {
    const json::value* value = find(key);
    if (value == nullptr || !value->is_bool()) refuse(key, "no truth value");
    return value->get_bool();
}

const json::array& Fields::list(std::string_view key) const {
    const json::value* value = find(key);
    if (value == nullptr || !value->is_array()) refuse(key, "no list");
    return value->get_array();
}

Fields Fields::fields(std::string_view key) const {
    const json::value* value = find(key);
    if (value == nullptr || !value->is_object()) refuse(key, "no object");
    return {*value, shown_path_};
}

json::value parse_json(std::string_view text, const std::string& shown_path) {
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    if (error) throw Error(Errc::corrupt, "'" + shown_path + "' is damaged: " + error.message());
    return value;
}

json::object to_json(const dist::Component& component) {
    json::object object;
    object["pkg"] = component.pkg;
    object["target"] = component.target_text();
    object["is_extension"] = component.is_extension;
    return object;
}

dist::Component parse_component(const Fields& fields) {
    dist::Component component;
    component.pkg = fields.text("pkg");
    const std::string target = fields.text("target");
    if (target != "*") component.target = target;
    component.is_extension = fields.flag("is_extension");
    return component;
}

}  // namespace latchkey::store

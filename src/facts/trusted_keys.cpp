#include "latchkey/facts/trusted_keys.hpp"

#include <fmt/format.h>

#include "latchkey/base/printable.hpp"
#include "latchkey/facts/document.hpp"

namespace latchkey::facts {

std::string trusted_key_lines(std::span<const toolchain::KeySlot> slots) {
    std::string text;
    for (const toolchain::KeySlot& slot : slots) {
        if (slot.fault) {
            text += fmt::format("{}  {}\n", slot.number, slot.fault->what());
        } else if (!slot.certificate) {
            text += fmt::format("{}  no key\n", slot.number);
        } else {
            text += fmt::format("{}  {}{}\n", slot.number,
                                openpgp::grouped(slot.certificate->fingerprint),
                                slot.built_in ? "  (built in)" : "");
            for (const std::string& id : slot.certificate->user_ids) {
                text += fmt::format("   {}\n", printable_line(id));
            }
        }
    }
    return text;
}

boost::json::object trusted_key_document(std::span<const toolchain::KeySlot> slots,
                                         config::SignaturePolicy policy) {
    boost::json::object document = make_document("trust-list");
    document["signature"] = config::str(policy);
    boost::json::array& keys = document["keys"].emplace_array();
    for (const toolchain::KeySlot& slot : slots) {
        if (!slot.certificate && !slot.fault) continue;
        boost::json::object key;
        key["slot"] = slot.number;
        key["built_in"] = slot.built_in;
        if (!slot.built_in) set_path(key, "path", slot.path);
        if (slot.fault) key["error"] = error_value(*slot.fault);
        if (slot.certificate) {
            key["fingerprint"] = slot.certificate->fingerprint;
            boost::json::array& ids = key["user_ids"].emplace_array();
            for (const std::string& id : slot.certificate->user_ids) ids.push_back(text_value(id));
            boost::json::array& signing = key["signing_keys"].emplace_array();
            for (const openpgp::SigningKey& each : slot.certificate->signing_keys) {
                signing.emplace_back(each.fingerprint);
            }
        }
        keys.push_back(std::move(key));
    }
    return document;
}

}  // namespace latchkey::facts

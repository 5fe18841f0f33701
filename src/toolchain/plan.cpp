#include "plan.hpp"

#include <algorithm>

namespace latchkey::toolchain {

Plan no_change() {
    Plan plan;
    plan.unchanged = true;
    return plan;
}

std::string str(const Plan& plan) {
    std::vector<std::string> parts;
    if (plan.unchanged) parts.emplace_back("unchanged");
    for (const dist::Component& component : plan.final_list) {
        const bool fresh = std::ranges::find(plan.install, component) != plan.install.end();
        parts.push_back((fresh ? "install " : "keep ") + component.full_name());
    }
    if (plan.combined) parts.emplace_back("combined");
    if (plan.anew) parts.emplace_back("anew");
    if (plan.update_hash) parts.push_back("hash " + *plan.update_hash);
    if (plan.held_at) parts.push_back("held at " + std::to_string(*plan.held_at));
    if (!plan.complaint.empty()) parts.push_back("complaint: " + plan.complaint);
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : "; ") + part;
    return text;
}

}  // namespace latchkey::toolchain

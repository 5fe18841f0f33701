#include "latchkey/base/error.hpp"
#include "lease_client.hpp"
#include "lock_files.hpp"
#include "staging.hpp"
#include "strategy.hpp"
#include "with_latchkey.hpp"

namespace latchkey::strategies {

const std::vector<std::string>& strategy_names() {
    static const std::vector<std::string> names = {"none",   "mutex",   "rwlock",  "inherited",
                                                   "server", "staging", "latchkey"};
    return names;
}

std::unique_ptr<Strategy> make_strategy(const std::string& name, Scene scene,
                                        const platform::Environment& environment) {
    if (name == "none") return std::make_unique<NoLock>(std::move(scene));
    if (name == "mutex") return std::make_unique<GlobalMutex>(std::move(scene));
    if (name == "rwlock") return std::make_unique<RwLock>(std::move(scene));
    if (name == "inherited") return std::make_unique<Inherited>(std::move(scene), environment);
    if (name == "server") return std::make_unique<LeaseClient>(std::move(scene), environment);
    if (name == "staging") return std::make_unique<Staging>(std::move(scene));
    if (name == "latchkey") return std::make_unique<WithLatchkey>(std::move(scene));
    throw Error(Errc::usage, "there is no strategy '" + name + "'");
}

}  // namespace latchkey::strategies

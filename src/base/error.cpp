#include "latchkey/base/error.hpp"

#include "latchkey/base/text.hpp"

namespace latchkey {

struct Error::Data {
    Errc code;
    std::vector<std::string> chain;
    std::string joined;
};

Error::Error(Errc code, std::string message) {
    std::vector<std::string> chain{std::move(message)};
    std::string joined = chain.front();
    data_ = std::make_shared<const Data>(Data{code, std::move(chain), std::move(joined)});
}

Error::Error(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

Errc Error::code() const noexcept {
    return data_->code;
}

const char* Error::what() const noexcept {
    return data_->joined.c_str();
}

std::span<const std::string> Error::chain() const noexcept {
    return data_->chain;
}

Error Error::in(std::string context) const {
    std::vector<std::string> chain{std::move(context)};
    chain.insert(chain.end(), data_->chain.begin(), data_->chain.end());
    std::string joined = join(chain, ": ");
    return Error(
        std::make_shared<const Data>(Data{data_->code, std::move(chain), std::move(joined)}));
}

Error Error::cause() const {
    return Error(data_->code, data_->chain.back());
}

}  // namespace latchkey

#include "route.hpp"

#include <algorithm>

#include "latchkey/net/attempts.hpp"
#include "latchkey/net/download_errors.hpp"

namespace latchkey::transfer {

Route::Route(mirrors::Mirrors& mirrors, const std::string& url,
             const std::set<std::size_t>& avoided)
    : mirrors_(mirrors) {
    for (const std::size_t place : mirrors.order()) {
        if (avoided.contains(place)) continue;
        const std::string text = mirrors.component_url(place, url);
        const net::Url parsed = net::Url::parse(text);
        const bool same = std::ranges::find(stops_, parsed, &Stop::url) != stops_.end();
        if (!same) stops_.push_back({place, text, parsed});
    }
}

void Route::note(const net::Fetched& fetched, bool no_rest, Progress& progress) {
    Stop& stop = stops_[now_];
    stop.asked = true;
    stop.no_rest = no_rest;
    if (no_rest) return;
    const bool is_absent = fetched.refusal == net::Refusal::absent;
    const Error failure = is_absent && stop.url.scheme() == "file" ? net::absent_file_error()
                                                                   : net::failure_of(fetched);
    stop.closed = !net::is_worth_another_try(fetched);
    if (!failure_ || (failure_->code() == Errc::not_found && !is_absent)) {
        failure_ = failure;
        failed_ = now_;
    }
    if (is_absent) {
        is_absent_somewhere_ = true;
        progress.debug("'" + stop.url.shown() + "' is not there");
    } else if (mirrors_.blame(stop.place)) {
        progress.warn(mirrors_.fault_text(stop.place, failure));
    } else {
        progress.debug(mirrors::fault_text(stop.url.shown(), failure));
    }
}

void Route::blame(const Error& failure, Progress& progress) {
    mirrors_.blame(place());
    progress.warn(mirrors_.fault_text(place(), failure));
}

/// The first that may be asked in this round. False: there is none.
bool Route::go_to_next() {
    const auto found = std::ranges::find_if(
        stops_, [](const Stop& stop) { return !stop.asked && !stop.closed && !stop.no_rest; });
    if (found == stops_.end()) return false;
    now_ = static_cast<std::size_t>(found - stops_.begin());
    return true;
}

Route::Turn Route::turn(const net::Fetched& fetched, bool no_rest, Progress& progress) {
    note(fetched, no_rest, progress);
    if (go_to_next()) {
        progress.debug("going on with '" + url().shown() + "'");
        return Turn::next;
    }
    for (Stop& stop : stops_) stop.asked = false;
    if (go_to_next()) return Turn::round;
    const bool without_rest = std::ranges::any_of(stops_, &Stop::no_rest);
    return without_rest ? Turn::restart : Turn::end;
}

}  // namespace latchkey::transfer

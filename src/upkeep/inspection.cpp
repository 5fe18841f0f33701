#include "inspection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/platform/file_status.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/loaded.hpp"

namespace latchkey::upkeep {
namespace {

using store::Current;

constexpr const char* kNoIndex = "Latchkey has no list of its files";

Finding::Kind kind_of(store::Flaw flaw) {
    switch (flaw) {
        case store::Flaw::missing:
            return Finding::Kind::missing;
        case store::Flaw::unreadable:
            return Finding::Kind::unreadable;
        default:
            return Finding::Kind::modified;
    }
}

std::vector<lock::Key> keys_of(const Current& current) {
    if (current.kind != Current::Kind::ours) return store::keys_of_all(current.place);
    return store::keys_of_installed(*current.state, current.place.toolchain);
}

void refuse_what_is_not_installed(const store::Home& home, const std::string& toolchain,
                                  const Current& current) {
    if (current.installed()) return;
    if (current.kind == Current::Kind::linked) {
        throw Error(Errc::unsupported,
                    fmt::format("toolchain '{}' is a link to '{}', of whose files Latchkey knows "
                                "nothing",
                                toolchain, current.link));
    }
    if (current.kind == Current::Kind::foreign) {
        throw Error(Errc::unsupported, "'" + home.toolchain(toolchain) + "' is not a directory");
    }
    store::refuse_based(home, toolchain);
    throw Error(Errc::not_found, "toolchain '" + toolchain + "' is not installed");
}

/// Makes an inspection of what a toolchain is now.
class Inspector {
public:
    Inspector(const OnWorker& on, const store::Home& home, const std::string& toolchain,
              store::Depth depth, unsigned more_threads)
        : on_(on), home_(home), depth_(depth), more_threads_(more_threads) {
        found_.report.toolchain = toolchain;
    }

    Inspection run(const Current& current) {
        const std::string& toolchain = found_.report.toolchain;
        found_.directory = home_.directory(current.place);
        found_.state = store::find_described(home_, current);
        if (found_.state) {
            const auto expected = store::list_expected(home_, toolchain, *found_.state);
            const auto notes = store::find_note_flaws(home_, toolchain, *found_.state, expected);
            for (const store::ExpectedComponent& each : expected) compare(each, notes);
            add_notes(notes, {}, "");
            add_extra(found_.state->components);
        } else {
            add_unknown();
        }
        return std::move(found_);
    }

private:
    Finding& add(Finding::Kind kind, const std::string& component, const std::string& path,
                 const std::string& reason) {
        Finding& finding = found_.report.findings.emplace_back();
        finding.kind = kind;
        finding.component = component;
        finding.path = path;
        finding.reason = reason;
        return finding;
    }

    void compare(const store::ExpectedComponent& component,
                 const std::vector<store::NoteFlaw>& notes) {
        const std::string name = component.component.full_name();
        if (!component.known) {
            add(Finding::Kind::unverifiable, name, "", kNoIndex);
        } else {
            ++found_.report.components;
            found_.report.files += component.files.size();
        }
        const auto flaws = store::find_flaws(on_, component.files, depth_, more_threads_);
        for (std::size_t i = 0; i < flaws.size(); ++i) {
            if (flaws[i]) add_file(component, component.files[i], *flaws[i]);
        }
        add_notes(notes, component, name);
    }

    void add_file(const store::ExpectedComponent& component, const store::ExpectedFile& file,
                  store::Flaw flaw) {
        Finding& finding = add(kind_of(flaw), component.component.full_name(), file.file.path,
                               std::string(store::describe(flaw)));
        finding.also_in =
            find_sharers(home_, found_.report.toolchain, file.directory, file.file.path);
        if (flaw == store::Flaw::unreadable) return;
        found_.damages.push_back({found_.report.findings.size() - 1, component.component,
                                  component.tree, file, std::nullopt});
    }

    /// Those of one component, or with an empty name those of the whole toolchain.
    void add_notes(const std::vector<store::NoteFlaw>& notes,
                   const store::ExpectedComponent& component, const std::string& name) {
        for (const store::NoteFlaw& note : notes) {
            if (note.component != name) continue;
            add(kind_of(note.flaw), name, std::string(dist::kRustlib) + note.name,
                std::string(store::describe(note.flaw)));
            found_.damages.push_back({found_.report.findings.size() - 1, component.component,
                                      component.tree, std::nullopt, note});
        }
    }

    /// What rustup, a cache or a hand put there.
    void add_unknown() {
        std::vector<store::StateComponent> components;
        try {
            for (const dist::Component& each : store::find_configured(found_.directory)
                                                   .value_or(std::vector<dist::Component>())) {
                components.push_back({each, "", store::Standing::listed});
            }
        } catch (const Error& e) {
            if (e.code() != Errc::corrupt) throw;
        }
        for (const store::StateComponent& each : components) {
            add(Finding::Kind::unverifiable, each.component.full_name(), "",
                "Latchkey did not install it");
        }
        if (components.empty()) {
            add(Finding::Kind::unverifiable, "", "", "Latchkey did not install it");
        }
        add_extra(components);
    }

    void add_extra(const std::vector<store::StateComponent>& components) {
        for (const std::string& path :
             store::list_extra(on_, home_, found_.directory, components)) {
            add(Finding::Kind::extra, "", path, "belongs to no component");
        }
    }

    const OnWorker& on_;
    const store::Home& home_;
    const store::Depth depth_;
    const unsigned more_threads_;
    Inspection found_;
};

}  // namespace

std::vector<std::string> find_sharers(const store::Home& home, const std::string& toolchain,
                                      const std::string& directory, const std::string& path) {
    std::vector<std::string> sharers;
    const auto status = platform::find_status(directory + "/" + path);
    if (!status || status->kind != platform::FileKind::regular || status->links < 2) return sharers;
    for (const std::string& other : store::list_states(home)) {
        if (other == toolchain) continue;
        const Current current = store::find_current(home, other);
        if (!current.installed()) continue;
        const auto its = platform::find_status(home.directory(current.place) + "/" + path);
        if (platform::is_same_file(status, its)) sharers.push_back(other);
    }
    return sharers;
}

Inspection inspect(const OnWorker& on, const store::Home& home, const std::string& toolchain,
                   store::Depth depth, unsigned more_threads) {
    store::refuse_old_format(home);
    for (;;) {
        const Current current = store::examine_current(home, toolchain);
        refuse_what_is_not_installed(home, toolchain, current);
        const auto readers =
            lock::LockSet::try_acquire(home.lock_file(), keys_of(current), lock::Mode::shared);
        // Somebody has committed: that one is newer.
        if (!readers || store::examine_current(home, toolchain).version != current.version) {
            continue;
        }
        Inspection found = Inspector(on, home, toolchain, depth, more_threads).run(current);
        // Damage that is of no state is none: what a change takes away is not missing.
        if (found.damages.empty()) return found;
        if (store::examine_current(home, toolchain).version == current.version) return found;
    }
}

}  // namespace latchkey::upkeep

#include "latchkey/facts/fleet.hpp"

#include <fmt/format.h>

#include "latchkey/facts/document.hpp"
#include "latchkey/screen/size_text.hpp"

namespace latchkey::facts {
namespace {

using fleet::Mirrored;
using fleet::MirroredRelease;
using fleet::RemovedRelease;

std::string count_text(std::uint64_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string line_of(const MirroredRelease& each) {
    const std::string came = each.fetched == 0 ? ""
                                               : fmt::format(", {} of them new ({})", each.fetched,
                                                             screen::size_text(each.fetched_bytes));
    return fmt::format("{} {}: {}{}{}\n", each.name, each.date,
                       each.is_new ? "new release, " : "unchanged, ",
                       count_text(each.archives, "archive"), came);
}

boost::json::array texts_value(const std::vector<std::string>& texts) {
    boost::json::array values;
    for (const std::string& each : texts) values.push_back(text_value(each));
    return values;
}

boost::json::array releases_value(const std::vector<MirroredRelease>& releases) {
    boost::json::array values;
    for (const MirroredRelease& each : releases) {
        boost::json::object value;
        value["name"] = text_value(each.name);
        value["date"] = text_value(each.date);
        value["manifest_sha256"] = each.manifest_hash;
        value["new"] = each.is_new;
        value["signed"] = each.is_signed;
        value["archives"] = each.archives;
        value["fetched"] = each.fetched;
        value["fetched_bytes"] = each.fetched_bytes;
        values.push_back(std::move(value));
    }
    return values;
}

}  // namespace

std::string mirror_text(const Mirrored& mirrored) {
    std::string text;
    for (const MirroredRelease& each : mirrored.releases) text += line_of(each);
    for (const RemovedRelease& each : mirrored.removed) {
        text += fmt::format("{} {}: removed, which freed {}\n", each.channel, each.date,
                            screen::size_text(each.bytes));
    }
    for (const std::string& path : mirrored.brought_back) {
        text += fmt::format("{}: was damaged or gone, and is back\n", path);
    }
    if (mirrored.verified > 0) {
        text += fmt::format("{} verified\n", count_text(mirrored.verified, "file"));
    }
    return text;
}

boost::json::object mirror_document(const std::string& folder, const Mirrored& mirrored) {
    boost::json::object document = make_document("mirror");
    set_path(document, "folder", folder);
    document["releases"] = releases_value(mirrored.releases);
    boost::json::array& removed = document["removed"].emplace_array();
    for (const RemovedRelease& each : mirrored.removed) {
        boost::json::object value;
        value["channel"] = text_value(each.channel);
        value["date"] = text_value(each.date);
        value["bytes"] = each.bytes;
        removed.push_back(std::move(value));
    }
    document["verified"] = mirrored.verified;
    document["brought_back"] = texts_value(mirrored.brought_back);
    return document;
}

std::string bundle_text(const std::string& file, const fleet::Bundled& bundled) {
    std::string text;
    for (const MirroredRelease& each : bundled.releases) {
        text +=
            fmt::format("{} {}: {}\n", each.name, each.date, count_text(each.archives, "archive"));
    }
    return text + fmt::format("{}: {}, {}, sha256 {}\n", file, count_text(bundled.files, "file"),
                              screen::size_text(bundled.bytes), bundled.hash);
}

boost::json::object bundle_document(const std::string& file, const fleet::Bundled& bundled) {
    boost::json::object document = make_document("bundle");
    set_path(document, "file", file);
    document["releases"] = releases_value(bundled.releases);
    document["files"] = bundled.files;
    document["bytes"] = bundled.bytes;
    document["sha256"] = bundled.hash;
    return document;
}

std::string export_text(const std::string& file, const fleet::Exported& exported) {
    std::string text;
    for (const fleet::ExportedToolchain& each : exported.toolchains) {
        text += fmt::format("{}: {}, {}\n", each.name, count_text(each.components, "component"),
                            count_text(each.files, "file"));
        for (const std::string& path : each.left_out) {
            text += fmt::format("  left out, since it is not a regular file: {}\n", path);
        }
    }
    return text + fmt::format("{}: {}, sha256 {}\n", file, screen::size_text(exported.bytes),
                              exported.hash);
}

boost::json::object export_document(const std::string& file, const fleet::Exported& exported) {
    boost::json::object document = make_document("export");
    set_path(document, "file", file);
    boost::json::array& values = document["toolchains"].emplace_array();
    for (const fleet::ExportedToolchain& each : exported.toolchains) {
        boost::json::object value;
        value["name"] = text_value(each.name);
        value["components"] = each.components;
        value["files"] = each.files;
        value["own_files"] = each.own_files;
        value["left_out"] = texts_value(each.left_out);
        values.push_back(std::move(value));
    }
    document["bytes"] = exported.bytes;
    document["sha256"] = exported.hash;
    return document;
}

std::string import_text(const std::vector<fleet::ImportedToolchain>& imported) {
    std::string text;
    for (const fleet::ImportedToolchain& each : imported) {
        text += fmt::format("{}: {}, {}\n", each.name, each.changed ? "installed" : "unchanged",
                            count_text(each.components, "component"));
        for (const std::string& path : each.left_out) {
            text += fmt::format("  not replaced, since it is there: {}\n", path);
        }
    }
    return text;
}

boost::json::object import_document(const std::string& file,
                                    const std::vector<fleet::ImportedToolchain>& imported) {
    boost::json::object document = make_document("import");
    set_path(document, "file", file);
    boost::json::array& values = document["toolchains"].emplace_array();
    for (const fleet::ImportedToolchain& each : imported) {
        boost::json::object value;
        value["name"] = text_value(each.name);
        value["changed"] = each.changed;
        value["components"] = each.components;
        value["files"] = each.files;
        value["own_files"] = each.own_files;
        value["left_out"] = texts_value(each.left_out);
        values.push_back(std::move(value));
    }
    return document;
}

}  // namespace latchkey::facts

#include "latchkey/archive/tar_writer.hpp"

#include <catch2/catch.hpp>

#include "latchkey/archive/tar_reader.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "latchkey/base/text.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using archive::TarHead;
using archive::TarWriter;
using test::error_text;

namespace {

struct Writing {
    std::string bytes;
    TarWriter writer;

    explicit Writing(TarWriter::Form form)
        : writer(
              [this](std::span<const std::byte> block) {
                  bytes.append(reinterpret_cast<const char*>(block.data()), block.size());
              },
              form) {}

    void file(const std::string& path, std::string_view text, mode_t mode = 0644) {
        TarHead head;
        head.path = path;
        head.mode = mode;
        head.size_bytes = text.size();
        head.mtime_seconds = 1'000'000'000;
        writer.begin(head);
        writer.write(as_bytes(text));
    }
};

/// All of a text at once.
class TextSource final : public archive::ByteSource {
public:
    explicit TextSource(std::string_view text) : text_(text) {}
    std::span<const std::byte> next() override {
        return as_bytes(std::exchange(text_, std::string_view()));
    }

private:
    std::string_view text_;
};

std::string read_back(const std::string& bytes) {
    TextSource source(bytes);
    const OnWorker on = PermitMint::worker();
    archive::TarReader reader(on, source);
    std::string all;
    while (const auto entry = reader.next_entry()) {
        all += entry->path + ":";
        for (auto data = reader.next_data(); !data.empty(); data = reader.next_data()) {
            all.append(reinterpret_cast<const char*>(data.data()), data.size());
        }
        all += ";";
    }
    return all;
}

}  // namespace

TEST_CASE("what is written is read again", "[tar_writer]") {
    for (const auto form : {TarWriter::Form::plain, TarWriter::Form::gnu}) {
        Writing w(form);
        w.file("a", "hello");
        w.file("b/c", "");
        w.file("b/d", std::string(1000, 'd'));
        w.writer.finish();
        CHECK(read_back(w.bytes) == "a:hello;b/c:;b/d:" + std::string(1000, 'd') + ";");
        CHECK(w.bytes.size() % 512 == 0);
    }
}

TEST_CASE("the same calls give the same bytes, and name no owner", "[tar_writer]") {
    std::string first;
    for (int i = 0; i < 2; ++i) {
        Writing w(TarWriter::Form::gnu);
        w.file("a", "hello");
        w.writer.finish();
        if (first.empty()) first = w.bytes;
        CHECK(w.bytes == first);
    }
    CHECK(first.substr(108, 7) == "0000000");
    CHECK(first.substr(265, 64) == std::string(64, '\0'));
}

TEST_CASE("only GNU's form has names of any length", "[tar_writer]") {
    const std::string name = std::string(300, 'n');
    Writing gnu(TarWriter::Form::gnu);
    gnu.file(name, "1");
    gnu.writer.finish();
    CHECK(read_back(gnu.bytes) == name + ":1;");
    Writing plain(TarWriter::Form::plain);
    CHECK_THAT(error_text([&] { plain.file(name, "1"); }),
               Catch::Contains("too long or too large for a tar archive"));
}

TEST_CASE("a name that is no text stays as it is", "[tar_writer]") {
    Writing w(TarWriter::Form::gnu);
    w.file("a\xff\xc3", "1");
    w.writer.finish();
    CHECK(read_back(w.bytes) == "a\xff\xc3:1;");
}

TEST_CASE("names of up to 255 bytes are cut at a slash", "[tar_writer]") {
    for (const std::size_t folder : {90, 120, 155}) {
        CAPTURE(folder);
        const std::string path = std::string(folder, 'f') + "/" + std::string(100, 'n');
        Writing w(TarWriter::Form::plain);
        w.file(path, "1");
        w.writer.finish();
        CHECK(read_back(w.bytes) == path + ":1;");
        CHECK(w.bytes.size() == 4 * 512);
    }
    Writing w(TarWriter::Form::plain);
    CHECK_FALSE(error_text([&] { w.file(std::string(156, 'f') + "/a", ""); }) == "no error");
}

TEST_CASE("what the output throws ends the writing", "[tar_writer]") {
    TarWriter writer([](std::span<const std::byte>) { throw Error(Errc::no_room, "no room"); },
                     TarWriter::Form::plain);
    TarHead head;
    head.path = "a";
    CHECK(error_text([&] {
              writer.begin(head);
              writer.finish();
          }) == "no room");
}

// Streamed data: the rows of loaded data, whatever part of them is read, and the same refusals.
#include "data/streamed.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/hash.h"
#include "data/npy.h"

#include "folder.h"

using namespace gradwright;
using namespace std::string_literals;

namespace {

/// In stored blocks: an independent writer of gzip, but for the checksum, which comes from a table-free CRC.
std::string gzip(const std::string& content) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char c : content) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  const auto little = [](std::uint32_t number, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>(number >> (8 * i) & 0xFFU);
    return text;
  };
  std::string out = "\x1f\x8b\x08\0\0\0\0\0\0\x03"s;
  for (std::size_t at = 0; at < content.size() || at == 0; at += 60000) {
    const std::string part = content.substr(at, 60000);
    const auto size = static_cast<std::uint32_t>(part.size());
    out += (at + 60000 >= content.size() ? "\1"s : "\0"s) + little(size, 2) + little(~size, 2) + part;
  }
  return out + little(~crc, 4) + little(static_cast<std::uint32_t>(content.size()), 4);
}

std::string npy(const std::vector<std::int64_t>& shape, double scale) {
  Array array{shape, {}};
  std::int64_t count = 1;
  for (const std::int64_t n : shape) count *= n;
  for (std::int64_t i = 0; i < count; ++i) array.data.push_back(scale * static_cast<double>(i * i % 97 - 3 * (i % 5)));
  return npy_text(array);
}

/// 40 000 lines with gaps, texts and classes: several windows of the reader, several parts of the temporary file.
std::string table_text() {
  std::string text = "age,colour,size,kind\n";
  for (int i = 0; i < 40000; ++i)
    text += fmt::format("{},{},{:.3f},{}\n", i % 71 == 5 ? "NA" : std::to_string(i % 90),
                        i % 3 == 0   ? "red"
                        : i % 3 == 1 ? "blue"
                                     : "\"light, green\"",
                        i * 0.37, i % 2 == 0 ? "yes" : "no");
  return text;
}

void check_same(const DatasetSpec& spec) {
  CAPTURE(spec.source);
  const auto loaded = load_dataset(spec);
  REQUIRE_MESSAGE(loaded, (loaded ? "" : loaded.error().message));
  const auto streamed = stream_dataset(spec);
  REQUIRE_MESSAGE(streamed, (streamed ? "" : streamed.error().message));
  const std::size_t count = streamed->count();
  REQUIRE(static_cast<std::int64_t>(count) == loaded->inputs.shape[0]);
  REQUIRE(streamed->width() * count == loaded->inputs.data.size());
  REQUIRE(streamed->target_width() * count == loaded->targets.data.size());
  for (const std::size_t at_once : {std::size_t{1}, std::size_t{7}, count}) {
    for (std::size_t first = 0; first < count; first += std::max(at_once, count / 5)) {
      const std::size_t some = std::min(at_once, count - first);
      const auto rows = streamed->read(first, some).value();
      const auto part = [&](const std::vector<double>& all, std::size_t width) {
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first * width);
        return std::vector<double>(begin, begin + static_cast<std::ptrdiff_t>(some * width));
      };
      CHECK(rows.inputs == part(loaded->inputs.data, streamed->width()));
      CHECK(rows.targets == part(loaded->targets.data, streamed->target_width()));
    }
  }
  CHECK(streamed->largest == *std::ranges::max_element(loaded->targets.data));
  CHECK(streamed->least == *std::ranges::min_element(loaded->targets.data));
  CHECK(streamed->inputs_hash == hash_of(1, std::span<const double>(loaded->inputs.data)));
  CHECK(streamed->targets_hash == hash_of(1, std::span<const double>(loaded->targets.data)));
  CHECK(streamed->about.features == loaded->features);
  CHECK(streamed->about.target == loaded->target);
  CHECK(streamed->about.classes == loaded->classes);
  CHECK(streamed->about.dropped == loaded->dropped);
  CHECK(streamed->about.filled == loaded->filled);
}

}  // namespace

TEST_CASE("the rows of streamed data are those of loaded data") {
  const Folder folder;
  const std::string x = npy({300, 4, 5}, 0.5), y = npy({300}, 1),
                    idx = "\0\0\x0b\x02\0\0\0\x03\0\0\0\x02\0\1\xff\xfe\0\3\0\4\0\5\1\0"s;
  check_same({folder.file("x.npy", x) + "," + folder.file("y.npy", y), ""});
  check_same({folder.file("x.npy.gz", gzip(x)) + "," + folder.file("y.npy.gz", gzip(y)), ""});
  check_same({folder.file("x.idx", idx) + "," + folder.file("y2.npy", npy({3, 2}, 2)), ""});
  for (const std::string label : {"", "1", "3", "-2"}) check_same({folder.file("t.npy", npy({50, 4}, 0.25)), label});
  check_same({folder.file("t.idx.gz", gzip(idx)), "1"});
  for (const Missing missing : {Missing::drop, Missing::mean}) {
    for (const std::string label : {"kind", "size", "colour"}) {
      check_same({folder.file("t.csv", table_text()), label, missing});
      check_same({folder.file("t.csv.gz", gzip(table_text())), label, missing});
    }
  }
}

TEST_CASE("what is refused when it is loaded is refused when it is streamed, with the same words") {
  const Folder folder;
  const std::string y = folder.file("y.npy", npy({6}, 1)), x = npy({6, 3}, 1);
  std::string infinite = x, shape = x;
  infinite.replace(infinite.size() - 16, 8, "\0\0\0\0\0\0\xf0\x7f"s);
  shape.replace(shape.find("(6"), 2, "(9");
  for (const std::string& bad :
       {folder.path("none.npy"), folder.file("short.npy", x.substr(0, x.size() - 1)),
        folder.file("header.npy", x.substr(0, 40)), folder.file("long.npy", x + "1"), folder.file("inf.npy", infinite),
        folder.file("shape.npy", shape), folder.file("none.idx", ""),
        folder.file("a.dat",
                    "\x7f"
                    "ELF\0\1"s),
        folder.file("empty.npy", npy({0, 3}, 1)), folder.file("seven.npy", npy({7, 3}, 1)),
        folder.file("cut.npy.gz", gzip(x).substr(0, 90)), folder.path("")}) {
    CAPTURE(bad);
    const auto loaded = load_dataset({bad + "," + y, ""});
    const auto streamed = stream_dataset({bad + "," + y, ""});
    REQUIRE(!loaded);
    REQUIRE(!streamed);
    CHECK(streamed.error().code == loaded.error().code);
    CHECK(streamed.error().message == loaded.error().message);
    CHECK(streamed.error().notes == loaded.error().notes);
  }
  for (const DatasetSpec& bad :
       {DatasetSpec{folder.file("one.csv", "1\n2\n"), ""}, DatasetSpec{folder.file("a.csv", "a,b\n1,2\n3\n"), ""},
        DatasetSpec{folder.file("b.csv", "a,b\n1,NA\n3,4\n"), ""}, DatasetSpec{folder.file("c.csv", "a,b\n1,2\n"), "z"},
        DatasetSpec{folder.file("d.csv", "a,b\n1,1e999\n"), ""}, DatasetSpec{folder.file("e.npy", npy({4}, 1)), ""},
        DatasetSpec{folder.file("f.npy", npy({4, 1}, 1)), ""}, DatasetSpec{y + "," + y, "1"},
        DatasetSpec{folder.file("g.csv", ""), ""}}) {
    CAPTURE(bad.source);
    const auto loaded = load_dataset(bad);
    const auto streamed = stream_dataset(bad);
    REQUIRE(!loaded);
    REQUIRE(!streamed);
    CHECK(streamed.error().code == loaded.error().code);
    CHECK(streamed.error().message == loaded.error().message);
    CHECK(streamed.error().notes == loaded.error().notes);
  }
}

TEST_CASE("what has no rows to read alone is not streamed") {
  const Folder folder;
  std::string fortran = npy({6, 3}, 1);
  fortran.replace(fortran.find("False"), 5, "True ");
  const std::string y = folder.file("y.npy", npy({6}, 1));
  for (const std::string& source :
       {folder.file("x.npy", fortran) + "," + y, folder.file("z.npz", "PK\3\4 and so on") + ":x,y",
        folder.file("z.npz", "PK\3\4 and so on"), folder.file("x.csv", "1,2\n3,4\n") + "," + y}) {
    const auto found = stream_dataset({source, ""});
    REQUIRE(!found);
    CHECK(found.error().code == "G0523");
  }
}

TEST_CASE("a file that changes after it was surveyed is noticed") {
  const Folder folder;
  const std::string y = folder.file("y.npy", npy({600}, 1)), x = folder.file("x.npy", npy({600, 3}, 1));
  const auto found = stream_dataset({x + "," + y, ""}).value();
  CHECK(found.read(0, 600).has_value());
  SUBCASE("shorter") { std::filesystem::resize_file(x, 5000); }
  SUBCASE("written to") {
    std::fstream(x, std::ios::binary | std::ios::in | std::ios::out).seekp(1000) << "x";
    std::filesystem::last_write_time(x, std::filesystem::last_write_time(x) + std::chrono::seconds(1));
  }
  for (const std::size_t first : {0, 500}) {
    const auto rows = found.read(first, 100);
    REQUIRE(!rows);
    CHECK(rows.error().code == "G0505");
    CHECK(rows.error().message.ends_with("has changed while it was read"));
  }
}

TEST_CASE("temporary numbers leave no file, and no room for them is said") {
  const Folder folder;
  const std::string table = folder.file("t.csv.gz", gzip(table_text()));
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  std::filesystem::create_directory(folder.path("tmp"));
  setenv("TMPDIR", folder.path("tmp").c_str(), 1);
  {
    const auto found = stream_dataset({table, "", Missing::drop});
    REQUIRE(found);
    CHECK(std::filesystem::is_empty(folder.path("tmp")));
    CHECK(found->read(5, 1).has_value());
  }
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit usual{};
  getrlimit(RLIMIT_FSIZE, &usual);
  const rlimit little{100000, usual.rlim_max};
  setrlimit(RLIMIT_FSIZE, &little);
  const auto full = stream_dataset({table, "", Missing::drop});
  setrlimit(RLIMIT_FSIZE, &usual);
  (void)std::signal(SIGXFSZ, handler);
  REQUIRE(!full);
  CHECK(full.error().code == "G0508");
  setenv("TMPDIR", folder.path("nowhere").c_str(), 1);
  CHECK(stream_dataset({table, "", Missing::drop}).error().code == "G0508");
  if (before == nullptr)
    unsetenv("TMPDIR");
  else
    setenv("TMPDIR", kept.c_str(), 1);
}

// Bytes from front to back: the same ones however few are asked for or given at a time, from plain and gzipped files.
#include "data/byte_source.h"

#include <doctest/doctest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

using namespace gradwright;
using namespace std::string_literals;

namespace {

/// gzip of "abc\n" in one stored block.
const std::string gzip_abc =
    "\x1f\x8b\x08\0\0\0\0\0\0\x03\x01\x04\0\xfb\xff"
    "abc\n"
    "\x4e\x81\x88\x47\x04\0\0\0"s;

/// Gives one byte at a time.
ByteReader trickle(std::string_view bytes) {
  return [read = in_memory(bytes)().value()](char* to, std::size_t) { return read(to, 1); };
}

tl::expected<std::string, Diagnostic> all_of(const ByteReader& read, std::size_t at_once) {
  std::string content;
  std::string chunk(at_once, '\0');
  while (true) {
    const auto count = read(chunk.data(), chunk.size());
    if (!count) return tl::unexpected(count.error());
    if (*count == 0) return content;
    content.append(chunk, 0, *count);
  }
}

std::string refusal(const std::string& gzip) {
  const auto found = all_of(inflating(trickle(gzip), "a.gz").value(), 3);
  REQUIRE(!found);
  CHECK(found.error().code == "G0506");
  return found.error().message;
}

}  // namespace

TEST_CASE("members inflate one after another, however they are cut") {
  for (const std::size_t at_once : {1U, 2U, 3U, 5U, 4096U}) {
    CHECK(all_of(inflating(trickle(gzip_abc), "a.gz").value(), at_once).value() == "abc\n");
    CHECK(all_of(inflating(trickle(gzip_abc + gzip_abc), "a.gz").value(), at_once).value() == "abc\nabc\n");
    CHECK(all_of(inflating(trickle(gzip_abc + std::string(512, '\0')), "a.gz").value(), at_once).value() == "abc\n");
  }
}

TEST_CASE("damage is found where it is met") {
  for (std::size_t length = 1; length < gzip_abc.size(); ++length)
    CHECK(refusal(gzip_abc.substr(0, length)) == "the gzip file `a.gz` ends too early");
  std::string wrong_sum = gzip_abc;
  wrong_sum[19] ^= 1;
  CHECK(refusal(wrong_sum) == "the gzip file `a.gz` is damaged");
  for (const std::string& tail : {"more"s, "\0\0more"s, "\0"s + gzip_abc, "\x1f"s})
    CHECK(refusal(gzip_abc + tail) == "the gzip file `a.gz` has other bytes after its end");
}

TEST_CASE("a file is read again from its beginning") {
  const auto folder = std::filesystem::temp_directory_path() / ("gradwright_byte_source" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  for (const std::string& content : {"abc\n"s, gzip_abc}) {
    const std::string path = (folder / "a").string();
    std::ofstream(path, std::ios::binary) << content;
    const ByteSource source = in_file(path);
    for (int pass = 0; pass < 2; ++pass) CHECK(all_of(source().value(), 2).value() == "abc\n");
  }
  CHECK(in_file(folder.string())().error().code == "G0505");
  CHECK(in_file((folder / "b").string())().error().code == "G0505");
  CHECK(in_file("/dev/zero")().error().code == "G0505");
  std::filesystem::remove_all(folder);
}

TEST_CASE("what inflates to hundreds of times its size is refused long before it fills the memory") {
  // Zeros, packed a thousand to one.
  z_stream packer{};
  REQUIRE(deflateInit2(&packer, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string zeros(std::size_t{1} << 20U, '0'), packed(std::size_t{4} << 20U, '\0');
  packer.next_out = reinterpret_cast<Bytef*>(packed.data());
  packer.avail_out = static_cast<uInt>(packed.size());
  for (int megabyte = 0; megabyte < 300; ++megabyte) {
    packer.next_in = reinterpret_cast<Bytef*>(zeros.data());
    packer.avail_in = static_cast<uInt>(zeros.size());
    REQUIRE(deflate(&packer, megabyte + 1 < 300 ? Z_NO_FLUSH : Z_FINISH) >= Z_OK);
  }
  packed.resize(packed.size() - packer.avail_out);
  deflateEnd(&packer);
  const auto read = inflating(in_memory(packed)().value(), "bomb.gz").value();
  std::uint64_t given = 0;
  while (true) {
    const auto count = read(zeros.data(), zeros.size());
    if (!count) {
      CHECK(count.error().code == "G0506");
      break;
    }
    REQUIRE(*count > 0);
    given += *count;
  }
  CHECK(given < (std::uint64_t{1} << 28U) + (std::uint64_t{1} << 20U));
}

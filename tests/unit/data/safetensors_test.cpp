#include "data/safetensors.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace gradwright;

namespace {

std::string file(std::string_view header, std::string_view data = "") {
  std::string bytes;
  for (unsigned i = 0; i < 8; ++i) bytes += static_cast<char>(header.size() >> (8 * i) & 0xFFU);
  return bytes.append(header).append(data);
}

std::string message(const std::string& bytes) {
  const auto found = parse_safetensors(bytes, "p");
  REQUIRE(!found);
  CHECK(found.error().code == "G0520");
  CHECK(!found.error().helps.empty());
  return found.error().message;
}

/// A file with these tensors as text, and sixteen bytes of numbers.
std::string header_fault(std::string_view tensors) { return message(file(tensors, std::string(16, '\0'))); }

}  // namespace

TEST_CASE("a file by hand is read") {
  // 1, -2 as float32: 0x3f800000, 0xc0000000; 3 as int64.
  const std::string data("\3\0\0\0\0\0\0\0\0\0\x80\x3f\0\0\0\xc0", 16);
  const auto found =
      parse_safetensors(file(R"({"__metadata__":{"by":"hand"},"W":{"shape":[1,2],"dtype":"F32","data_offsets":[8,16]},)"
                             R"("n":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}  )",
                             data),
                        "p");
  REQUIRE(found);
  CHECK(found->metadata == std::map<std::string, std::string>{{"by", "hand"}});
  REQUIRE(found->tensors.size() == 2);
  REQUIRE(found->find("W") != nullptr);
  CHECK(found->find("W")->shape == std::vector<std::int64_t>{1, 2});
  CHECK(reals(*found->find("W")) == std::vector<double>{1, -2});
  CHECK(integers(*found->find("n")) == std::vector<std::int64_t>{3});
  CHECK(reals(*found->find("n")).empty());
  CHECK(found->find("V") == nullptr);
}

TEST_CASE("a file is written as it is defined: wide numbers first, the header filled up to eight bytes") {
  Safetensors content{{{"by", "\"me\""}}, {}};
  content.tensors.push_back(stored_reals("a", Element::f32, {2}, std::vector<double>{0.5, 1}));
  content.tensors.push_back(stored_integers("b", std::vector<std::int64_t>{-1}));
  std::string header = R"({"__metadata__":{"by":"\"me\""},"b":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},)"
                       R"("a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  CHECK(safetensors_text(content) ==
        file(header, std::string("\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\x3f\0\0\x80\x3f", 16)));
}

TEST_CASE("what is written reads back, bit for bit") {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> numbers{0.1, -0.0, 5e-324, infinity, std::nan("")};
  Safetensors content;
  content.tensors.push_back(stored_reals("x of θ", Element::f64, {5, 1}, numbers));
  content.tensors.push_back(stored_reals("none", Element::f32, {0, 3}, {}));
  const auto found = parse_safetensors(safetensors_text(content), "p");
  REQUIRE(found);
  REQUIRE(found->find("x of θ") != nullptr);
  CHECK(found->find("x of θ")->bytes == content.tensors[0].bytes);
  const std::vector<double> back = reals(*found->find("x of θ"));
  for (std::size_t i = 0; i < 4; ++i) CHECK(back[i] == numbers[i]);
  CHECK(std::signbit(back[1]));
  CHECK(std::isnan(back[4]));
  CHECK(found->find("none")->shape == std::vector<std::int64_t>{0, 3});
  const auto empty = parse_safetensors(safetensors_text({}), "p");
  REQUIRE(empty);
  CHECK(empty->tensors.empty());
}

TEST_CASE("every file that is cut short is refused") {
  Safetensors content{{{"by", "hand"}}, {}};
  content.tensors.push_back(stored_reals("W", Element::f32, {3}, std::vector<double>{1, 2, 3}));
  const std::string whole = safetensors_text(content);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    CHECK_FALSE(message(whole.substr(0, length)).empty());
  }
  CHECK(message(whole + "x") == "`p` has 1 bytes of no tensor at its end");
}

TEST_CASE("a header that lies is refused with what it says") {
  CHECK(message("\x10\0\0") == "`p` ends within its header");
  CHECK(message(std::string("\xff\xff\xff\xff\xff\xff\xff\xff{}", 10)) ==
        "`p` states a header of 18446744073709551615 bytes");
  CHECK(message(std::string("\x10\0\0\0\0\0\0\0{}", 10)) ==
        "`p` states a header of 16 bytes and holds 2 after its length");
  CHECK(message(file("[]")) == "`p` has a header that is no JSON object");
  CHECK(message(file("")) == "`p` has a header that is no JSON object");
  CHECK(message(file("{\"a\"")) == "`p` has a header that is no JSON, at its byte 5");
  CHECK(message(file("{}{}")) == "`p` has a header that is no JSON, at its byte 3");
  CHECK(message(file("{\"\xff\":1}")) == "`p` has a header that is no JSON, at its byte 3");
  CHECK(message(file(R"({"__metadata__":{"a":1}})")) == "`p` has metadata that is not text");
  CHECK(message(file(R"({"__metadata__":{"a":"1","a":"2"}})")) == "`p` has `a` twice in its metadata");
}

TEST_CASE("tensors of a header that lies") {
  CHECK(header_fault(R"({"W":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                     R"("W":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})") == "`p` names `W` twice");
  CHECK(header_fault(R"({"V":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                     R"("W":{"dtype":"F32","shape":[3],"data_offsets":[4,16]}})") ==
        "`p` places `W` over another tensor");
  CHECK(header_fault(R"({"V":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                     R"("W":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})") ==
        "`p` has 4 bytes of no tensor before `W`");
  CHECK(header_fault(R"({"W":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})") ==
        "`p` has 8 bytes of no tensor at its end");
  CHECK(header_fault(R"({"W":{"dtype":"F32","shape":[5],"data_offsets":[0,20]}})") ==
        "`p` places `W` outside of its 16 bytes of numbers");
  CHECK(header_fault(R"({"W":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}})") ==
        "`p` places `W` outside of its 16 bytes of numbers");
  CHECK(header_fault(R"({"W":{"dtype":"F32","shape":[2,1],"data_offsets":[0,16]}})") ==
        "`p` gives 16 bytes to `W`, whose shape takes 8");
  CHECK(header_fault(R"({"W":{"dtype":"BF16","shape":[8],"data_offsets":[0,16]}})") ==
        "`p` holds the tensor `W` of type `BF16`");
  CHECK(header_fault(R"({"W":{"dtype":"F32","shape":[4294967296,4294967296,16],"data_offsets":[0,16]}})") ==
        "`p` states a shape for `W` that no memory holds");
  CHECK(header_fault(R"({"W":{"dtype":"F32","shape":[0,18446744073709551615],"data_offsets":[0,0]}})") ==
        "`p` states a shape for `W` that no memory holds");
  CHECK(header_fault(R"({"W":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}})") ==
        "`p` says no `shape` of the tensor `W`");
  CHECK(header_fault(R"({"W":{"dtype":"F32","shape":[4.0],"data_offsets":[0,16]}})") ==
        "`p` says no `shape` of the tensor `W`");
  CHECK(header_fault(R"({"W":{"dtype":["F32"],"shape":[4],"data_offsets":[0,16]}})") ==
        "`p` says no `dtype` of the tensor `W`");
  CHECK(header_fault(R"({"W":{"dtype":"F32","data_offsets":[0,16]}})") ==
        "`p` does not say type, shape and place of the tensor `W`");
  CHECK(header_fault(R"({"W":{"dtype":"F32","shape":[4],"shape":[4],"data_offsets":[0,16]}})") ==
        "`p` says shape of the tensor `W` twice");
  CHECK(header_fault(R"({"W":{"dtype":"F32","shape":[4],"data_offsets":[0,16],"more":1}})") ==
        "`p` says `more` of the tensor `W`");
  CHECK(header_fault(R"({"W":7})") == "`p` has a header with something else than tensors after `W`");
}

TEST_CASE("deep nesting ends where it begins") {
  const std::string deep(1'000'000, '[');
  CHECK(header_fault(R"({"W":{"dtype":"F32","shape":)" + deep) == "`p` says no `shape` of the tensor `W`");
  std::string objects = "{";
  for (int i = 0; i < 100'000; ++i) objects += R"("a":{)";
  CHECK(header_fault(objects) == "`p` says `a` of the tensor `a`");
}

TEST_CASE("more than the limit is refused") {
  CHECK(parse_safetensors(file("{}"), "p", {16}).has_value());
  CHECK_FALSE(parse_safetensors(file("{}       "), "p", {16}).has_value());
}

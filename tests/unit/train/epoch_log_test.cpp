// Epochs as JSON, as events and as a curve: bytes and coordinates by hand. tests/apps/training.py reads whole files.
#include "train/epoch_log.h"

#include <doctest/doctest.h>

#include <cmath>
#include <regex>

#include "train/curve_svg.h"
#include "train/event_file.h"

using namespace gradwright;

namespace {

EpochReport epoch(int number, double loss, double test_loss) {
  EpochReport line;
  line.epoch = number;
  line.loss = loss;
  line.test_loss = test_loss;
  line.test_accuracy = line.test_rmse = std::nan("");
  line.samples_a_second = 1000;
  line.seconds = 0.5;
  return line;
}

struct Point {
  double x = 0, y = 0;
};

/// Of the path with this class; the first stands twice, for a lone epoch to be seen.
std::vector<Point> points(const std::string& svg, const std::string& kind) {
  const std::string head = "<path class=\"" + kind + "\" d=\"";
  const std::size_t begin = svg.find(head);
  REQUIRE(begin != std::string::npos);
  const std::size_t first = begin + head.size();
  REQUIRE(svg[first] == 'M');
  const std::string d = svg.substr(first, svg.find('"', first) - first);
  const std::regex pair("([-0-9.]+),([-0-9.]+)");
  std::vector<Point> all;
  for (std::sregex_iterator it(d.begin(), d.end(), pair), end; it != end; ++it)
    all.push_back({std::stod((*it)[1]), std::stod((*it)[2])});
  all.erase(all.begin());
  return all;
}

}  // namespace

TEST_CASE("an epoch as JSON has what was measured; what is not finite is null") {
  EpochReport line = epoch(3, 0.25, std::nan(""));
  line.test_accuracy = 0.5;
  line.held = "validation";
  line.metrics = {{"mae", 1.5}, {"ratio", INFINITY}};
  CHECK(epoch_json(line) ==
        R"({"epoch":3,"loss":0.25,"validation_loss":null,"validation_accuracy":0.5,"validation_mae":1.5,)"
        R"("validation_ratio":null,"samples_per_second":1000,"seconds":0.5})");
}

TEST_CASE("CRC-32C of the vectors of RFC 3720") {
  CHECK(crc32c("123456789") == 0xe3069283);
  CHECK(crc32c(std::string(32, '\0')) == 0x8a9136aa);
  CHECK(crc32c(std::string(32, '\xff')) == 0x62a8ab43);
  CHECK(crc32c("") == 0);
}

TEST_CASE("a record is length, checksum, bytes, checksum") {
  const std::string bytes = record("abc");
  REQUIRE(bytes.size() == 8 + 4 + 3 + 4);
  CHECK(bytes.substr(0, 8) == std::string("\3\0\0\0\0\0\0\0", 8));
  CHECK(bytes.substr(12, 3) == "abc");
}

TEST_CASE("an event of one scalar, byte by byte") {
  const std::vector<std::pair<std::string, double>> tagged{{"a", 1.0}};
  // wall_time = 0 (field 1, eight bytes), step = 300 (field 2, varint), summary (field 5): value (1): tag (1) "a", simple_value (2) 1.0f
  CHECK(scalars_event(0, 300, tagged) == std::string("\x09\0\0\0\0\0\0\0\0\x10\xac\x02\x2a\x0a\x0a\x08\x0a\x01"
                                                     "a\x15\0\0\x80\x3f",
                                                     24));
}

TEST_CASE("the curve is linear for losses of one size, logarithmic for others") {
  const std::vector<Point> even =
      points(curve_svg({epoch(1, 3, 3), epoch(2, 2, 2), epoch(3, 1, 1)}, "t", 3), "training");
  REQUIRE(even.size() == 3);
  CHECK(even[1].y - even[0].y == doctest::Approx(even[2].y - even[1].y).epsilon(0.01));
  CHECK(even[1].x - even[0].x == doctest::Approx(even[2].x - even[1].x).epsilon(0.01));
  CHECK(even[0].y < even[2].y);  // downwards is less
  const std::string steep = curve_svg({epoch(1, 100, 10), epoch(2, 10, 100), epoch(3, 1, 1)}, "t", 2);
  const std::vector<Point> log = points(steep, "training");
  CHECK(log[1].y - log[0].y == doctest::Approx(log[2].y - log[1].y).epsilon(0.01));
  CHECK(points(steep, "held")[0].y == doctest::Approx(log[1].y));
  CHECK(steep.find("logarithmic") != std::string::npos);
  CHECK(steep.find(">best<") != std::string::npos);
  const std::string negative = curve_svg({epoch(1, 100, 1), epoch(2, -1, 1)}, "t", 2);
  CHECK(negative.find("logarithmic") == std::string::npos);
}

TEST_CASE("curves of nothing, of one epoch, of a constant and of many epochs") {
  for (const auto& epochs : std::vector<std::vector<EpochReport>>{{},
                                                                  {epoch(1, 2, std::nan(""))},
                                                                  {epoch(1, 0, 0), epoch(2, 0, 0)},
                                                                  {epoch(1, 1e-300, 1e300)},
                                                                  {epoch(1, INFINITY, 1)}}) {
    const std::string svg = curve_svg(epochs, "a < b & c", 1);
    CHECK(svg.find("nan") == std::string::npos);
    CHECK(svg.find("inf") == std::string::npos);
    CHECK(svg.find("a &lt; b &amp; c") != std::string::npos);
  }
  std::vector<EpochReport> many;
  for (int i = 1; i <= 25000; ++i) many.push_back(epoch(i, 1.0 / i, 1));
  const std::string svg = curve_svg(many, "t", 25000);
  CHECK(svg.size() < 60000);
  CHECK(points(svg, "training").back().x == doctest::Approx(700));  // the last epoch stands at the right end
}

// The public face of computing, against values by hand.
#include <gradwright/program.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

using namespace gw;

namespace {

const Sheet& products() {
  static const Sheet sheet =
      Sheet::read("W : R[m,n]\nx : R[n]\nconst c : R = 2\nz = W*x\nL = c*sum(z.^2)\nderive L wrt W\n");
  return sheet;
}

/// [1 2 3; 4 5 6], row by row, and a column.
Inputs by_hand() { return {{"W", Array::of_rows({2, 3}, {1, 2, 3, 4, 5, 6})}, {"x", {{3}, {1, 0, -1}}}}; }

}  // namespace

TEST_CASE("an array has its numbers column by column, and gives them row by row") {
  const Array array = Array::of_rows({2, 3}, {1, 2, 3, 4, 5, 6});
  CHECK(array.values == std::vector<double>{1, 4, 2, 5, 3, 6});
  CHECK(array.by_rows() == std::vector<double>{1, 2, 3, 4, 5, 6});
  CHECK(Array::of_rows({}, {7}).by_rows() == std::vector<double>{7});
}

TEST_CASE("definitions have the values by hand") {
  // W·x = [1 − 3; 4 − 6] = [−2; −2], L = 2·(4 + 4)
  const auto values = evaluated(products(), by_hand());
  REQUIRE_MESSAGE(values.has_value(), values.error().message);
  CHECK(values->at("z").values == std::vector<double>{-2, -2});
  CHECK(values->at("z").extents == std::vector<std::int64_t>{2});
  CHECK(values->at("L").values == std::vector<double>{16});
  CHECK(values->at("L").extents.empty());
}

TEST_CASE("values decide the open sizes, and those that do not fit are refused") {
  CHECK(*sizes_of(products(), by_hand()) == Sizes{{"m", 2}, {"n", 3}});
  const auto refused = [](const char* name, const Array& value) {
    Inputs inputs = by_hand();
    inputs[name] = value;
    const auto values = evaluated(products(), inputs);
    const auto sizes = sizes_of(products(), inputs);
    CHECK(values.has_value() == sizes.has_value());
    return values ? std::string("none") : values.error().code;
  };
  CHECK(refused("x", {{2}, {1, 0}}) == "G0502");
  CHECK(refused("x", {{3}, {1, 0}}) == "G0502");
  CHECK(refused("v", {{3}, {1, 0, 1}}) == "G0306");
  CHECK(refused("x", {{3, 1}, {1, 0, -1}}) == "none");
  CHECK(evaluated(products(), {{"x", {{3}, {1, 0, -1}}}}).error().code == "G0501");
  const Sheet shares = Sheet::read("p : R[2] prob\nh = sum(p)\n");
  CHECK(evaluated(shares, {{"p", {{2}, {0.5, 0.5}}}}).has_value());
  CHECK(evaluated(shares, {{"p", {{2}, {1.5, 0.5}}}}).error().code == "G0543");
}

TEST_CASE("of a sheet with an error the definitions that do not rest on it have values") {
  const Sheet sheet = Sheet::read("x : R[2]\ns = sum(x)\nW : R[3,3]\nz = W*x\n");
  REQUIRE(sheet.has_errors());
  const auto values = evaluated(sheet, {{"x", {{2}, {1, 2}}}});
  REQUIRE_MESSAGE(values.has_value(), values.error().message);
  CHECK(values->at("s").values == std::vector<double>{3});
  CHECK_FALSE(values->contains("z"));
}

TEST_CASE("gradients at random points are those by hand") {
  const auto found = gradient_points(products(), 3, 7);
  REQUIRE_MESSAGE(found.has_value(), found.error().message);
  CHECK(found->loss == "L");
  CHECK(found->wrt == std::vector<std::string>{"W"});
  REQUIRE(found->points.size() == 3);
  for (const GradientPoint& point : found->points) {
    // L = 2·Σ (W·x)ᵢ²; ∂L/∂Wᵢⱼ = 4·(W·x)ᵢ·xⱼ
    const Array &W = point.inputs.at("W"), &x = point.inputs.at("x"), &G = point.gradients.at("W");
    REQUIRE(G.extents == W.extents);
    const auto m = static_cast<std::size_t>(W.extents[0]), n = static_cast<std::size_t>(W.extents[1]);
    double loss = 0;
    for (std::size_t i = 0; i < m; ++i) {
      double z = 0;
      for (std::size_t j = 0; j < n; ++j) z += W.values[i + j * m] * x.values[j];
      loss += 2 * z * z;
      for (std::size_t j = 0; j < n; ++j)
        CHECK(G.values[i + j * m] == doctest::Approx(4 * z * x.values[j]).epsilon(1e-12));
    }
    CHECK(point.loss == doctest::Approx(loss).epsilon(1e-12));
  }
  CHECK(gradient_points(Sheet::read("x : R\nz = 2*x\n")).error().code == "G0405");
}

TEST_CASE("a program is exported with its name, and what it leaves out") {
  const Sheet sheet = Sheet::read("x : R[2]\nL = sum(x.^2)\nM = sum(x)\nderive L wrt x\nderive M wrt x\n");
  const auto code = exported(sheet, {.name = "descent"});
  REQUIRE_MESSAGE(code.has_value(), code.error().message);
  CHECK(code->name == "descent");
  CHECK(code->loss == "L");
  CHECK(code->left_out == std::vector<std::string>{"M"});
  CHECK(code->text.find("void descent(double *w)") != std::string::npos);
  CHECK(code->header.find("void descent(double *w)") != std::string::npos);
  CHECK(exported(sheet, {.values = {"M"}})->left_out.empty());
  CHECK(exported(sheet, {.to = Code::plan})->text != code->text);
  CHECK(exported(sheet, {.name = "my-step"}).error().code == "G0307");
  CHECK(exported(products()).error().code == "G0504");
}

TEST_CASE("arrays go to files and come back") {
  const std::string path = (std::filesystem::temp_directory_path() / "gradwright_public_program.npy").string();
  const Array array = Array::of_rows({2, 3}, {1, 2, 3, 4, 5, 6.5});
  REQUIRE(save_text(path, file_of({{"a", array}}, ".npy")).has_value());
  const auto back = load_array(path);
  std::remove(path.c_str());
  REQUIRE_MESSAGE(back.has_value(), back.error().message);
  CHECK(back->extents == array.extents);
  CHECK(back->values == array.values);
  CHECK(file_of({{"a", array}}, ".csv") == "1,2,3\n4,5,6.5\n");
  CHECK(file_of({{"a", array}}, ".tsv") == "1\t2\t3\n4\t5\t6.5\n");
  CHECK(load_array(path).error().code == "G0505");
  CHECK(files_of("x.npy,y.npy") == std::vector<std::string>{"x.npy", "y.npy"});
  CHECK(files_of("d.npz:x,y") == std::vector<std::string>{"d.npz"});
  CHECK(archive_member("d.npz:x") == std::pair<std::string, std::string>("d.npz", "x"));
  CHECK_FALSE(archive_member("d.npy").has_value());
  CHECK(are_one_file(path, std::filesystem::path(path).parent_path().string() + "/./gradwright_public_program.npy"));
  CHECK_FALSE(are_one_file(path, path + "2"));
}

TEST_CASE("a new file is whole or not at all") {
  const std::string path = (std::filesystem::temp_directory_path() / "gradwright_new_file.txt").string();
  REQUIRE(save_text(path, "old").has_value());
  {
    auto file = NewFile::open(path);
    REQUIRE(file.has_value());
    REQUIRE(file->write("ne").has_value());
    CHECK(*text_of(path) == "old");
  }
  CHECK(*text_of(path) == "old");
  auto file = NewFile::open(path);
  REQUIRE(file->write("ne").has_value());
  REQUIRE(file->write("w").has_value());
  REQUIRE(file->finish().has_value());
  CHECK(*text_of(path) == "new");
  std::remove(path.c_str());
  CHECK(NewFile::open("/nowhere/at/all").error().code == "G0508");
}

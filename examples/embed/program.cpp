// What a sheet computes: each function of <gradwright/program.h>.
#include <gradwright/program.h>

#include <cmath>
#include <cstdio>
#include <filesystem>

namespace {

constexpr const char* text = "x : R[n]\ny : R\nparam w : R[n] ~ ones\np = w'*x\nL = 1/2*(p - y)^2\nminimize L\n";

/// By the evaluator, without compiling: p = 1·3 + 2·4 = 11, L = (11 − 10)²/2.
bool evaluates(const gw::Sheet& sheet) {
  const gw::Inputs inputs{{"x", {{2}, {3, 4}}}, {"w", {{2}, {1, 2}}}, {"y", {{}, {10}}}};
  const auto sizes = gw::sizes_of(sheet, inputs);
  const auto values = gw::evaluated(sheet, inputs);
  if (!sizes || !values) return false;
  std::printf("n = %d, p = %g, L = %g\n", static_cast<int>(sizes->at("n")), values->at("p").values[0],
              values->at("L").values[0]);
  const auto truth = gw::gradient_points(sheet, 2);  // what another program is compared with
  return values->at("L").values[0] == 0.5 && truth && truth->loss == "L" && truth->points.size() == 2;
}

/// As a program of this process: a step of gradient descent is w ← w − rate·(p − y)·x.
bool runs(const gw::Sheet& sheet) {
  auto step = gw::Program<double>::of(sheet, {.gradients = true, .rate = 0.1, .sizes = {{"n", 2}}});
  if (!step) return false;
  if (const auto note = step->note()) std::printf("%s\n", note->message.c_str());
  for (const gw::Port& port : step->inputs()) std::printf("  %s: %zu numbers\n", port.name.c_str(), port.count());
  step->initialise(1);
  const double x[] = {3, 4};
  if (!step->set("x", x)) return false;
  step->input("y")[0] = 6;
  step->run();  // p = 7
  if (step->outputs()[0].name != "L" || step->value() != 0.5 || step->output("dL/dw")[1] != 4) return false;
  if (std::fabs(step->input("w")[0] - 0.7) > 1e-12) return false;
  auto many = gw::Program<float>::of(sheet, {.rate = 0.01, .stream = {"x", "y"}, .sizes = {{"n", 2}}});
  const float data[] = {1, 0, 2, 0, 1, 3};  // x, y, x, y
  return many && many->run(data, 2).has_value();
}

/// As a file of C, and on the way there.
bool exports(const gw::Sheet& sheet, const std::string& folder) {
  const auto code = gw::exported(sheet, {.name = "descent", .sizes = {{"n", 2}}});
  const auto loops = gw::exported(sheet, {.to = gw::Code::loops, .sizes = {{"n", 2}}});
  if (!code || !loops || !gw::save_text(folder + "/descent.h", code->header)) return false;
  auto file = gw::NewFile::open(folder + "/descent.c");
  return file && file->write(code->text) && file->finish() &&
         !gw::are_one_file(folder + "/descent.c", folder + "/descent.h");
}

/// Numbers to a file and back.
bool keeps_numbers(const std::string& folder) {
  const std::string path = folder + "/numbers.npz";
  const gw::Array a = gw::Array::of_rows({2, 2}, {1, 2, 3, 4});
  if (!gw::save_text(path, gw::file_of({{"a", a}}, ".npz"))) return false;
  const auto back = gw::load_array(path + ":a");
  const auto missing = gw::load_array(folder + "/none.npy");
  if (missing) return false;
  std::printf("%s: %s\n", gw::in_backticks("none.npy").c_str(), missing.error().code.c_str());
  return back && back->values == a.values && gw::archive_member(path + ":a")->second == "a" &&
         gw::files_of("x.npy,y.npy").size() == 2;
}

}  // namespace

int main() {
  gw::limit_memory(std::uint64_t{1} << 30U);
  const gw::Sheet sheet = gw::Sheet::read(text);
  const auto folder = std::filesystem::temp_directory_path() / "gradwright_embed_program";
  std::filesystem::create_directories(folder);
  const bool is_right =
      evaluates(sheet) && runs(sheet) && exports(sheet, folder.string()) && keeps_numbers(folder.string());
  std::filesystem::remove_all(folder);
  return is_right ? 0 : 1;
}

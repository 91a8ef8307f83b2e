// A line is trained, kept, and applied to new data: each function of <gradwright/training.h>.
#include <gradwright/training.h>

#include <cmath>
#include <cstdio>
#include <filesystem>

namespace {

constexpr const char* text =
    "x : R[1]\ny : R\nparam w : R[1] ~ zeros\nparam b : R ~ zeros\np = w'*x + b\nL = 1/2*(p - y)^2\nminimize L\n";

/// y = 2·x + 1 at x = 0 … 9.
constexpr const char* data = "x,y\n0,1\n1,3\n2,5\n3,7\n4,9\n5,11\n6,13\n7,15\n8,17\n9,19\n";

int failed(const gw::Diagnostic& fault) {
  std::fputs(gw::rendered(fault).c_str(), stderr);
  return 1;
}

void tell(const gw::Trained& trained) {
  std::printf("%zu samples trained, %zu tested; the parameters are of epoch %d of %zu%s\n", trained.training_samples(),
              trained.test_samples(), trained.best_epoch(), trained.epochs().size(),
              trained.stopped_early() ? ", stopped early" : "");
  if (trained.tested()) std::printf("test loss %g\n", trained.tested()->held_loss);
}

/// The model says 2·20 + 1 = 41 of x = 20, also after it was saved.
int apply(const gw::Sheet& sheet, const gw::Trained& trained, const std::string& folder) {
  const auto saved = trained.save(folder + "/line.safetensors");
  if (!saved) return failed(saved.error());
  const auto model = gw::Model::load(sheet, folder + "/line.safetensors");
  if (!model) return failed(model.error());
  if (!model->knows_data() || !model->scales("x") || model->precision() != gw::Precision::float64) return 1;
  if (model->parameters().at("w").values != trained.model().parameters().at("w").values) return 1;
  if (model->scaled("x", gw::Array{{1}, {20}})->values[0] == 20) return 1;
  const auto told = model->predict(gw::Array{{1, 1}, {20}});
  if (!told) return failed(told.error());
  std::printf("%s of 20 is %g\n", told->columns[0].c_str(), told->rows[0].numbers[0]);
  return std::fabs(told->rows[0].numbers[0] - 41) < 1e-3 ? 0 : 1;
}

}  // namespace

int main() {
  const gw::Sheet sheet = gw::Sheet::read(text);
  const auto folder = std::filesystem::temp_directory_path() / "gradwright_embed_training";
  std::filesystem::create_directories(folder);
  if (!gw::save_text((folder / "line.csv").string(), data)) return 1;
  const auto trained = gw::train(
      sheet, (folder / "line.csv").string(),
      {.epochs = 200, .batch = 1, .rate = 0.1, .test = 0.2, .validation = 0.1, .precision = gw::Precision::float64},
      [](const gw::Epoch& epoch) {
        if (epoch.number % 50 == 0) std::printf("epoch %d, loss %g\n", epoch.number, epoch.loss);
      });
  if (!trained) return failed(trained.error());
  tell(*trained);
  const int code = apply(sheet, *trained, folder.string());
  std::filesystem::remove_all(folder);
  return code;
}

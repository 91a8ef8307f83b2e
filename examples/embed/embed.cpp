// A program of its own that judges the claim of embed.gw, trains its 2-3-2 network, and shows what an error looks like.
//   cmake -S examples/embed -B build/embed -DCMAKE_PREFIX_PATH=<where gradwright is installed> && cmake --build build/embed
//   build/embed/embed examples/embed/embed.gw
#include <gradwright/gradwright.h>

#include <cstdio>

int main(int argc, char** argv) {
  const auto sheet = gw::Sheet::load(argc > 1 ? argv[1] : "embed.gw");
  if (!sheet || sheet->has_errors()) {
    std::fputs((sheet ? gw::rendered(sheet->diagnostics()) : gw::rendered(sheet.error())).c_str(), stderr);
    return 1;
  }
  for (const gw::Verdict& verdict : sheet->check().verdicts())
    std::printf("line %zu: ∂%s/∂%s is %s\n", verdict.line, verdict.of.c_str(), verdict.wrt.c_str(),
                verdict.summary.c_str());

  const gw::Array inputs{{4, 2}, {1, 0, 2, 0.5, 0, 1, 1, 2}};  // four samples, column by column
  const gw::Array targets{{4, 2}, {1, 0, 1, 0, 0, 1, 0, 1}};
  double first = 0, last = 0;
  const auto trained =
      gw::train(*sheet, inputs, targets,
                {.epochs = 2000, .batch = 1, .optimiser = "adam", .test = 0, .scaling = gw::Scaling::none},
                [&](const gw::Epoch& epoch) {
                  if (epoch.number == 1) first = epoch.loss;
                  last = epoch.loss;
                });
  if (!trained) {
    std::fputs(gw::rendered(trained.error()).c_str(), stderr);
    return 1;
  }
  std::printf("loss %.4f -> %.4f, W2 has %zu numbers\n", first, last, trained->parameters().at("W2").values.size());

  auto step = gw::Program<float>::of(*sheet, {.gradients = true});  // or steps of one's own
  if (!step) return 1;
  step->initialise(3);
  const float x[] = {1, 0}, y[] = {1, 0};
  if (!step->set("x", x) || !step->set("y", y)) return 1;
  step->run();
  std::printf("loss %.4f, ∂L/∂W3 begins with %.4f\n", static_cast<double>(step->value()),
              static_cast<double>(step->output("dL/dW3")[0]));

  const gw::Sheet wrong = gw::Sheet::read("W : R[3,2]\nx : R[3]\nz = W*x\n", "wrong.gw");
  std::fputs(gw::rendered(wrong.diagnostics()).c_str(), stdout);
  return last < first / 20 && wrong.has_errors() ? 0 : 1;
}

// A program of its own that trains the 2-3-2 network of embed.gw: it reads the sheet, compiles a step and calls it.
//   cmake -S examples/embed -B build/embed -DCMAKE_PREFIX_PATH=<where gradwright is installed> && cmake --build build/embed
//   build/embed/embed examples/embed/embed.gw
#include <gradwright/gradwright.h>
#include <cstdio>
#include <fstream>
#include <sstream>

int main(int argc, char** argv) {
  const char* path = argc > 1 ? argv[1] : "embed.gw";
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  gradwright::Session session(gradwright::Text(path, content.str()));
  auto step = gradwright::CompiledSheet<float>::of(session, {.rate = 0.5});
  if (session.has_errors() || !step) {
    for (const gradwright::Diagnostic& problem : session.diagnostics()) std::printf("%s\n", problem.message.c_str());
    if (!step) std::printf("%s\n", step.error().message.c_str());
    return 1;
  }
  step->initialise(3);
  const float inputs[4][2] = {{1, 0}, {0, 1}, {2, 1}, {0.5F, 2}};
  const float targets[4][2] = {{1, 0}, {0, 1}, {1, 0}, {0, 1}};
  float first = 0, last = 0;
  for (int epoch = 0; epoch < 2000; ++epoch) {
    float loss = 0;
    for (int i = 0; i < 4; ++i) {
      if (!step->set("x", inputs[i]) || !step->set("y", targets[i])) return 1;
      step->run();
      loss += step->value();
    }
    if (epoch == 0) first = loss;
    last = loss;
  }
  std::printf("loss %.4f -> %.4f\n", static_cast<double>(first), static_cast<double>(last));
  return last < first / 20 ? 0 : 1;
}

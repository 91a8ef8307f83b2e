// Judges the claims of a worksheet, in ten lines.
#include <gradwright/sheet.h>

#include <cstdio>

int main() {
  const gw::Sheet sheet = gw::Sheet::read(
      "x : R[2]\ny : R[2]\nW : R[2,2]\nL = 1/2*sum((W*x - y)^2)\n"
      "claim dL/dW = (W*x - y)*x\n");
  for (const gw::Verdict& verdict : sheet.check().verdicts()) {
    std::printf("%s: %s\n", verdict.written.c_str(), verdict.summary.c_str());
    if (!verdict.repairs.empty()) std::printf("right is: %s\n", verdict.repairs[0].gw.c_str());
  }
}

// What is wrong with a text, as a person and as a program sees it: each function of <gradwright/diagnostic.h>.
#include <gradwright/sheet.h>
#include <gradwright/version.h>

#include <cstdio>

int main() {
  const std::string line(60, '-');
  std::printf("Gradwright %s\n", gw::version());
  const gw::Sheet sheet = gw::Sheet::read("x : R[3]\nW : R[2,2]\nz = W*x\n");
  const auto& found = sheet.diagnostics();
  if (!gw::has_errors(found) || found[0].code != "G0203") return 1;
  std::fputs(gw::rendered(found[0], {.width = 60}).c_str(), stdout);  // one, with its lines of the text
  std::fputs(gw::rendered(found).c_str(), stdout);                    // or all
  std::puts(gw::json(found).c_str());

  gw::Diagnostic own;  // of a text of one's own
  own.code = "demo";
  own.message = "a colon is missing";
  own = gw::placed(own, "x R[3]\n", "own.gw", 1, 2);
  if (own.place.line != 1 || own.place.column != 2) return 1;
  std::fputs(gw::rendered(own).c_str(), stdout);

  std::fputs(gw::wrapped(own.message + ": " + line + " " + line, "note: ", "      ", 70).c_str(), stdout);
  std::fputs(gw::fitted("a page of lines that are wider than forty columns is broken at spaces\n", 40).c_str(), stdout);
  return gw::columns_of("∂L/∂W") == 5 ? 0 : 1;
}

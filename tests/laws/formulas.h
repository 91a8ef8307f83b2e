// Random well-typed formulas in the worksheet language, over x, y : R[n], s : R and A, B : R[n,n]; the same seed gives the same formulas.
#pragma once

#include <random>
#include <string>

namespace gradwright {

constexpr const char* declarations_of_formulas = "x, y : R[n]\ns : R\nA, B : R[n,n]\n";

/// Formulas in the worksheet language of a given size, drawn with fresh structure each time.
class Formulas {
 public:
  explicit Formulas(std::uint64_t seed) : random_(seed) {}
  std::string scalar(int depth) {
    switch (pick(depth > 0 ? 7 : 1)) {
      case 1: return "sum(" + vector(depth - 1) + ")";
      case 2: return "(" + vector(depth - 1) + ")'*(" + vector(depth - 1) + ")";
      case 3: return "tr(" + matrix(depth - 1) + ")";
      case 4: return "(" + scalar(depth - 1) + ")*(" + scalar(depth - 1) + ")";
      case 5: return "tanh(" + scalar(depth - 1) + ")";
      case 6: return "(" + scalar(depth - 1) + ")/((1 + (" + scalar(depth - 1) + ")^2)*(1 + s^2))";
      default: return pick(2) == 0 ? "s" : "2";
    }
  }
  std::string vector(int depth) {
    switch (pick(depth > 0 ? 10 : 1)) {
      case 1: return "(" + matrix(depth - 1) + ")*(" + vector(depth - 1) + ")";
      case 2: return "(" + vector(depth - 1) + ") .* (" + vector(depth - 1) + ")";
      case 3: return "(" + vector(depth - 1) + ") " + (pick(2) == 0 ? "+" : "-") + " (" + vector(depth - 1) + ")";
      case 4: return map() + "(" + vector(depth - 1) + ")";
      case 5: return "softmax(" + vector(depth - 1) + ")";
      case 6: return "(" + scalar(depth - 1) + ")*(" + vector(depth - 1) + ")";
      case 7: return "rowsum(" + matrix(depth - 1) + ")";
      case 8: return "diag(" + matrix(depth - 1) + ")";
      case 9: return "(" + vector(depth - 1) + ") ./ ((1 + s^2)*(1 + (" + vector(depth - 1) + ").^2))";
      default: return pick(2) == 0 ? "x" : "y";
    }
  }
  std::string matrix(int depth) {
    switch (pick(depth > 0 ? 9 : 1)) {
      case 1: return "(" + matrix(depth - 1) + ")*(" + matrix(depth - 1) + ")";
      case 2: return "(" + matrix(depth - 1) + ") .* (" + matrix(depth - 1) + ")";
      case 3: return "(" + matrix(depth - 1) + ")'";
      case 4: return "(" + vector(depth - 1) + ")*(" + vector(depth - 1) + ")'";
      case 5: return "diag(" + vector(depth - 1) + ")";
      case 6: return map() + "(" + matrix(depth - 1) + ")";
      case 7: return "(" + matrix(depth - 1) + ") + (" + matrix(depth - 1) + ")";
      case 8: return (pick(2) == 0 ? "tril(" : "triu(") + matrix(depth - 1) + ")";
      default: return pick(2) == 0 ? "A" : "B";
    }
  }

 private:
  std::uint64_t pick(std::uint64_t count) { return random_() % count; }
  std::string map() {
    static const char* const names[] = {"tanh", "sigmoid", "sin", "softplus", "atan"};
    return names[pick(5)];
  }
  std::mt19937_64 random_;
};

}  // namespace gradwright

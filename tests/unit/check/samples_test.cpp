// The samples of a batch on paper: columns with a number, whatever the sheet keeps them in; and one layout for all of a line.
#include "claims_table.h"

namespace gradwright::claims_table {

TEST_CASE("a row of a matrix, with the number of its sample, is a column on paper") {
  const std::string softmax =
      "X : R[N,D]\nW : R[D,C]\nb : R[C]\nY : R[N,C] onehot_rows\ns = X*W + ones(N)*b'\np = softmax_rows(s)\n"
      "L = -sum(Y .* log(p))/N\n";
  table(softmax, {
                     {"latex: \\nabla_W L = \\frac1N \\sum_{i=1}^N x_i (p_i - y_i)^\\top", "equal"},
                     {"latex: \\nabla_W L = \\frac1N \\sum_{i=1}^N x_i (y_i - p_i)^\\top", "scaled"},
                     {"latex: \\nabla_W L = \\sum_{i=1}^N x_i (p_i - y_i)^\\top", "scaled"},
                     {"latex: \\nabla_W L = \\frac1N \\sum_{i=1}^N (p_i - y_i) x_i^\\top", "equal-transposed"},
                     {"latex: \\nabla_b L = \\frac1N \\sum_{i=1}^N (p_i - y_i)", "equal"},
                     {"latex: \\nabla_b L = \\frac1N \\sum_{i=1}^N (p_i + y_i)", "wrong-value"},
                 });
  const std::string bias = "X : R[N,D]\nbeta : R[D]\ndout : R[N,D]\nL = sum((X + ones(N)*beta') .* dout)\n";
  table(bias, {
                  {"latex: \\frac{\\partial L}{\\partial \\beta} = \\sum_{i=1}^N dout_i", "equal"},
                  {"latex: \\frac{\\partial L}{\\partial \\beta} = \\frac1N \\sum_{i=1}^N dout_i", "scaled"},
              });
}

TEST_CASE("a power by a variable is one of entries") {
  // d/dw Σ U^w = Σ U^w log U, entry by entry.
  table("U : R[3,3] positive\nw : R\nL = sum(U.^w)\n",
        {
            {"latex: \\frac{dL}{dw} = \\sum_{i,j} (U^w \\odot \\log U)_{ij}", "equal"},
            {"latex: \\frac{\\partial L}{\\partial U} = w U^{w-1}", "equal"},
            {"latex: \\frac{\\partial L}{\\partial U} = w U^w", "wrong-value"},
        });
}

TEST_CASE("one layout for all of a line") {
  const std::string sheet = "W : R[m,n]\nx : R[n]\nb : R[m]\nz = W*x + b\nL = 1/2*sum(tanh(z).^2)\n";
  table(
      sheet,
      {
          {"latex: \\frac{\\partial L}{\\partial x} = \\frac{\\partial L}{\\partial z}\\frac{\\partial z}{\\partial x}",
           "equal"},
          {"latex: \\frac{\\partial L}{\\partial x} = \\frac{\\partial z}{\\partial x}\\frac{\\partial L}{\\partial z}",
           "equal"},
          {"latex: \\frac{\\partial L}{\\partial x} = \\frac{\\partial L}{\\partial z} W", "equal"},
          {"latex: \\frac{\\partial L}{\\partial x} = \\frac{\\partial L}{\\partial z} W = (\\tanh(z) \\odot (1 - "
           "\\tanh^2(z)))^T W",
           "equal, equal"},
          {"latex: \\frac{\\partial L}{\\partial x} = 2\\frac{\\partial L}{\\partial z}\\frac{\\partial z}{\\partial "
           "x}",
           "wrong-shape"},
          {"latex: \\frac{\\partial L}{\\partial x} = W^T(\\tanh(z) \\odot (1 - \\tanh^2(z)))", "equal"},
          {"latex: \\frac{\\partial L}{\\partial x} = (\\tanh(z) \\odot (1 - \\tanh^2(z)))^T W", "equal-transposed"},
      });
}

}  // namespace gradwright::claims_table

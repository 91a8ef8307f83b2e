// A claim about a derivative by a variable with facts: measured by the derivative that does not use them, compared where they hold.
#include <doctest/doctest.h>

#include "check/check.h"

using namespace gradwright;

namespace {

std::string verdict(const std::string& sheet, const std::string& claim) {
  const check::Checked found = check::checked(Text("sheet.gw", sheet + "claim " + claim + "\n"));
  return found.sides.size() == 1 ? std::string(check::verdict_name(found.sides[0].verdict.kind)) : "nothing";
}

}  // namespace

TEST_CASE("claims by a variable with facts") {
  struct Row {
    const char *sheet, *claim, *verdict;
  };
  const Row rows[] = {
      {"p : R[n] prob\nlambda : R\nL = sum(p .* log(p)) + lambda*(sum(p) - 1)\n", "dL/dp = log(p) + 1 + lambda",
       "equal"},
      {"p : R[n] prob\nlambda : R\nL = sum(p .* log(p)) + lambda*(sum(p) - 1)\n", "dL/dp = log(p) + 1", "wrong-value"},
      {"x : R[n] binary\nf = sum(x.^3)\n", "df/dx = 3*x.^2", "equal"},
      {"x : R[n] binary\nf = sum(x.^3)\n", "df/dx = 3*x", "equal"},
      {"x : R[n] binary\nf = sum(x.^3)\n", "df/dx = ones(n)", "wrong-value"},
      {"s : R[n] pm1\nf = sum(s.^2)\n", "df/ds = 2*s", "equal"},
      {"s : R[n] pm1\nf = sum(s.^2)\n", "df/ds = zeros(n)", "wrong-value"},
      {"Y : R[k,B] onehot_cols\nz : R[k]\nf = sum(Y)*logsumexp(z)\n", "df/dY = logsumexp(z)*ones(k,B)", "equal"},
      {"P : R[m,n] simplex_rows\nu : R[m]\nf = u'*(P*ones(n) - ones(m))\n", "df/dP = u*ones(n)'", "equal"},
      {"S : R[n,n] symmetric\nx, y : R[n]\n", "grad(x'*S'*y, S) = y*x'", "equal"},
      {"S : R[n,n] symmetric\nx, y : R[n]\n", "grad(x'*S'*y, S) = x*y'", "equal-transposed"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.sheet);
    CAPTURE(row.claim);
    CHECK(verdict(row.sheet, row.claim) == row.verdict);
  }
}

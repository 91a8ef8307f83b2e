// A claim laid against the truth: what the person wrote stays, and the edits are those that a reader would make.
#include <doctest/doctest.h>

#include <algorithm>

#include "check/check.h"

using namespace gradwright;

namespace {

check::Repair repair_of(const std::string& sheet) {
  const check::Checked found = check::checked(Text("sheet.gw", sheet));
  REQUIRE(found.sides.size() == 1);
  REQUIRE_FALSE(found.sides[0].repairs.empty());
  return found.sides[0].repairs[0];
}

bool has(const check::Repair& repair, check::Edit::Kind kind, const std::string& text) {
  return std::any_of(repair.edits.begin(), repair.edits.end(),
                     [&](const check::Edit& one) { return one.kind == kind && one.text == text; });
}

}  // namespace

TEST_CASE("a loss term by term where its gradient is asked: the sums and powers go, the inner factor comes") {
  const check::Repair repair = repair_of(
      "B : R[a,b]\nK : R[a,b] binary\nparam P : R[a,c]\nQ : R[b,c]\nmu : R\n"
      "J = 1/2*sum(K .* (B - P*Q').^2) + mu/2*sum(P.^2)\n"
      "claim dJ/dP = mu*sum(P.^2) - sum(K .* (B - P*Q').^2)\n");
  CHECK(has(repair, check::Edit::Kind::delete_, "delete sum around P.^2"));
  CHECK(has(repair, check::Edit::Kind::delete_, "delete the power 2 of P"));
  CHECK(has(repair, check::Edit::Kind::delete_, "delete sum around K .* (B - P*Q').^2"));
  CHECK(has(repair, check::Edit::Kind::insert, "insert Q"));
  CHECK(std::none_of(repair.edits.begin(), repair.edits.end(),
                     [](const check::Edit& one) { return one.kind == check::Edit::Kind::replace; }));
}

TEST_CASE("the trace of a Jacobian by Kronecker: its factors stay") {
  const std::string sheet = "C : R[p,m]\nparam Y : R[m,n]\nD : R[n,p]\ng = tr(C*Y*D)\n";
  const check::Repair traced = repair_of(sheet + "claim dg/dY = tr(kron(C', D'))\n");
  CHECK(traced.gw == "C'*D'");
  CHECK(has(traced, check::Edit::Kind::delete_, "delete tr around kron(C', D')"));
  CHECK(has(traced, check::Edit::Kind::operator_, "`*` for kron"));
  const check::Repair turned = repair_of(sheet + "claim dg/dY = kron(D', C)\n");
  CHECK(turned.gw == "C'*D'");
  CHECK(has(turned, check::Edit::Kind::transpose, "transpose C"));
  CHECK(has(turned, check::Edit::Kind::operator_, "`*` for kron"));
}

// What a name of a person's own claims to be, by the conventions in which backward passes are written.
#include "read/reading/claims.h"

#include "sheet.h"

namespace gradwright {
namespace {

const std::string network =
    "x : R[2]\ny : R[1]\nparam W_1 : R[3,2]\nparam b1 : R[3]\nparam W2 : R[1,3]\nparam theta_2 : R[1,3]\n"
    "z_1 = W_1*x + b1\nA1 = tanh(z_1)\nz2 = W2*A1\nh = sigmoid(z2)\nnet_out = theta_2*A1\nout = sigmoid(net_out)\n"
    "L = sum((h - y)^2) + sum((out - y)^2)\n";

void claims(const std::string& name, const std::string& of, const std::vector<std::string>& wrt) {
  Pool pool;
  OpenSheet sheet(Text("t.gw", network), pool);
  REQUIRE_FALSE(sheet.program().has_errors());
  CAPTURE(name);
  std::vector<std::string> found;
  for (const Claimed& one : claimed_by_name(sheet, name)) {
    CHECK(one.of == of);
    found.push_back(one.wrt);
  }
  CHECK(found == wrt);
}

}  // namespace

TEST_CASE("names of gradients") {
  for (const std::string name :
       {"dW2", "dw2", "d_W2", "dW_2", "grad_W2", "gradW2", "gradient_W2", "nabla_W2", "W2_grad", "w2_grad",
        "W2_gradient", "gW2", "g_W2", "dloss_dW2", "dJ_dW2", "dE_by_dW2"}) {
    claims(name, "", {"W2"});
  }
  for (const std::string name : {"dL_dW2", "dLdW2", "dL_by_dw2"}) claims(name, "L", {"W2"});
  for (const std::string name : {"dW1", "dw1", "dW_1", "grad_W1"}) claims(name, "", {"W_1"});
  claims("db1", "", {"b1"});
  claims("db_1", "", {"b1"});
  claims("dA1", "", {"A1"});
  claims("da1", "", {"A1"});
  claims("dZ1", "", {"z_1"});
  claims("dtheta2", "", {"theta_2"});
  claims("dA1_dz1", "A1", {"z_1"});
}

TEST_CASE("the delta of a layer is the slope by its z") {
  for (const std::string name : {"delta_2", "delta2", "delta__2"}) claims(name, "", {"z2"});
  for (const std::string name : {"delta_1", "delta1"}) claims(name, "", {"z_1"});
  claims("delta_out", "", {"net_out", "out"});
  claims("delta_h", "", {"h"});
}

TEST_CASE("names that claim nothing") {
  for (const std::string name :
       {"hello", "delta", "delta_7", "d", "d3", "g", "grad", "diff", "data", "dq", "W2", "dfoo_dW2"})
    claims(name, "", {});
}

}  // namespace gradwright

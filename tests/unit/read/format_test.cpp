#include <doctest/doctest.h>

#include "read/formula/program.h"

namespace gradwright {

TEST_CASE("the standard layout") {
  const auto laid_out = [](const char* text) { return formatted(Text("t", text)); };
  CHECK(laid_out("x,y:R[2]   # a\nparam  W:R[ 3,2 ]~he # bee\n") ==
        "x, y : R[2]            # a\nparam W : R[3,2] ~ he  # bee\n");
  CHECK(laid_out("  z=W * x+ b.*c - -d") == "z = W*x + b .* c - -d\n");
  CHECK(laid_out("z = ( a-y )^2 / A' *x ^ -1") == "z = (a - y)^2/A'*x^-1\n");
  CHECK(laid_out("bad = = 3  + 4\n\n# kept\n") == "bad = = 3  + 4\n\n# kept\n");
  CHECK(laid_out("claim dL/dW=a*b\n   =c") == "claim dL/dW = a*b\n   = c\n");
  CHECK(laid_out("claim  numpy :  a @  b\n   + c # d\nz=1") == "claim numpy: a @  b\n   + c  # d\nz = 1\n");
  CHECK(laid_out("derive L wrt  *\nZ[i,j]=sum(k, A[i,k]*B[k,j])\n") ==
        "derive L wrt *\nZ[i,j] = sum(k, A[i,k]*B[k,j])\n");
}

}  // namespace gradwright

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
  const std::string hopeless = "z =" + std::string(200, '$') + "\nB =z^1)\n";
  CHECK(laid_out(hopeless.c_str()) == hopeless);
  CHECK(laid_out("B = z(\nz=a*b\n") == "B = z(\nz = a*b\n");  // a bracket left open does not reach the next line
  CHECK(laid_out("b=( 1 +\n2 )\r\nz=a ,b\r\nc= [1,2]\r\n") == "b = (1 +\n2)\nz=a ,b\nc = [1,2]\n");
}

}  // namespace gradwright

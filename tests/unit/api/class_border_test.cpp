// Where a prediction tells two classes apart, against the losses of both labels by hand.
#include <doctest/doctest.h>

#include "api/train_task.h"
#include "train/border.h"

using namespace gradwright;

namespace {

double border(const std::string& target, const std::string& body, double low) {
  Session session(
      Text("two.gw", "x : R[d]\ny : R " + target + "\nparam w : R[d]\nparam b : R\n" + body + "\nminimize L\n"));
  REQUIRE_FALSE(session.has_errors());
  const auto task = train_task(session, {});
  REQUIRE(task.has_value());
  return border_between_classes(session.pool(), *task, low);
}

}  // namespace

TEST_CASE("labels of 0 and 1 are told apart where both cost the same") {
  // ln(1 + eˢ) − y·s: at s = 0 both labels cost ln 2. −y·ln p − (1−y)·ln(1−p): at p = 1/2. (s − y)²: at s = 1/2. max(0, 1 − (2y−1)s): at s = 0.
  for (const char* logit :
       {"s = w'*x + b\nL = softplus(s) - y*s", "s = w'*x + b\nL = -y*log(sigmoid(s)) - (1 - y)*log(1 - sigmoid(s))",
        "s = w'*x + b\nL = max(0, 1 - (2*y - 1)*s) + 0.1*w'*w", "s = w'*x\nL = log(1 + exp(-(2*y - 1)*s))"}) {
    CAPTURE(logit);
    CHECK(border("binary", logit, 0) == 0);
    CHECK(border("", logit, 0) == 0);
  }
  for (const char* share :
       {"p = sigmoid(w'*x + b)\nL = -y*log(p) - (1 - y)*log(1 - p)", "s = w'*x + b\nL = (s - y)^2",
        "s = w'*x + b\nL = abs(s - y) + sum(w.^2)", "s = w'*x + b\np = sigmoid(s)\nL = softplus(s) - y*s"}) {
    CAPTURE(share);
    CHECK(border("binary", share, 0) == 0.5);
  }
}

TEST_CASE("labels of -1 and 1 too: a margin by its sign, a probability at a half") {
  for (const char* margin :
       {"s = w'*x + b\nL = max(0, 1 - y*s)", "s = tanh(w'*x + b)\nL = (s - y)^2", "s = w'*x + b\nL = softplus(-y*s)"}) {
    CAPTURE(margin);
    CHECK(border("pm1", margin, -1) == 0);
  }
  for (const char* share : {"p = sigmoid(w'*x + b)\nL = -(1 + y)/2*log(p) - (1 - y)/2*log(1 - p)",
                            "p = sigmoid(w'*x + b)\nL = softplus(-y*(w'*x + b))",
                            "p = sigmoid(w'*x + b)\nL = -log(sigmoid(y*(w'*x + b)))"}) {
    CAPTURE(share);
    CHECK(border("pm1", share, -1) == 0.5);
  }
}

TEST_CASE("a sheet of a batch, and a loss that weighs its classes") {
  Session session(
      Text("batch.gw",
           "X : R[n,d]\ny : R[n] binary\nparam w : R[d]\ns = X*w\nL = mean(softplus(s) - y .* s)\nminimize L\n"));
  const auto task = train_task(session, {});
  REQUIRE(task.has_value());
  CHECK(border_between_classes(session.pool(), *task, 0) == 0);
  CHECK(border("binary", "p = sigmoid(w'*x + b)\nL = -5*y*log(p) - (1 - y)*log(1 - p)", 0) == 0.5);
}

// True formulas of networks, with the sheets they are true in.
#pragma once

#include <string>
#include <vector>

namespace gradwright {

struct Case {
  std::string id, sheet, of, wrt, gw;
};

inline constexpr const char* dense_net =
    "x : R[n]\ny : R[k]\nparam W1 : R[h,n]\nparam b1 : R[h]\nparam W2 : R[k,h]\nparam b2 : R[k]\n"
    "z1 = W1*x + b1\na1 = tanh(z1)\nz2 = W2*a1 + b2\na2 = sigmoid(z2)\nL = 1/2*sum((a2 - y)^2)\n";
inline constexpr const char* relu_net =
    "x : R[n]\ny : R[k]\nparam W2 : R[h,n]\nparam W3 : R[k,h]\n"
    "z2 = W2*x\na2 = relu(z2)\nz3 = W3*a2\na3 = sigmoid(z3)\nd3 = (a3 - y) .* a3 .* (1 - a3)\nL = 1/2*sum((a3 - "
    "y)^2)\n";
inline constexpr const char* batch_net =
    "X : R[n,m]\nY : R[k,m]\nparam W1 : R[h,n]\nparam b1 : R[h]\nparam W2 : R[k,h]\nparam b2 : R[k]\n"
    "Z1 = W1*X + b1*ones(m)'\nA1 = relu(Z1)\nZ2 = W2*A1 + b2*ones(m)'\nA2 = sigmoid(Z2)\ndZ2 = A2 - Y\n"
    "L = -sum(Y .* log(A2) + (1 - Y) .* log(1 - A2))/m\n";
inline constexpr const char* rows_net =
    "X : R[m,n]\nY : R[m,k]\nparam W1 : R[n,h]\nparam W2 : R[h,k]\nZ1 = X*W1\nH = tanh(Z1)\nP = softmax_rows(H*W2)\n"
    "L = -sum(Y .* log(P))\n";
inline constexpr const char* ridge =
    "X : R[n,d]\ny : R[n]\nparam w : R[d]\nconst lambda : R = 0.1\nr = X*w - y\nL = 1/2*sum(r^2) + lambda*sum(w^2)\ng "
    "= X'*r + 2*lambda*w\n";
inline constexpr const char* logistic =
    "X : R[n,d]\ny : R[n]\nparam w : R[d]\np = sigmoid(X*w)\nL = -sum(y .* log(p) + (1 - y) .* log(1 - p))\ng = X'*(p "
    "- y)\n";

inline constexpr const char* deep_net =
    "x : R[n]\ny : R[k]\nparam W1 : R[h,n]\nparam W2 : R[q,h]\nparam W3 : R[k,q]\n"
    "z1 = W1*x\na1 = softplus(z1)\nz2 = W2*a1\na2 = tanh(z2)\nz3 = W3*a2\na3 = sigmoid(z3)\nL = 1/2*sum((a3 - y)^2)\n";
inline constexpr const char* rows_bias =
    "X : R[m,n]\nY : R[m,k] onehot_rows\nparam W : R[n,k]\nparam b : R[k]\nP = softmax_rows(X*W + ones(m)*b')\nL = "
    "-sum(Y .* log(P))\n";
inline constexpr const char* recurrent_net =
    "x1, x2 : R[n]\nh0, c : R[h]\nparam W : R[h,n]\nparam U : R[h,h]\nparam b : R[h]\n"
    "z1 = W*x1 + U*h0 + b\nh1 = tanh(z1)\nz2 = W*x2 + U*h1 + b\nh2 = tanh(z2)\nL = c'*h2\n";
inline constexpr const char* gate =
    "x : R[n]\nc : R[h]\nparam W : R[2*h,n]\nz = W*x\ni = sigmoid(z[1:h])\ng = tanh(z[h+1:2*h])\nL = c'*(i .* g)\n";

inline const std::vector<Case> network_formulas{
    {"net-W2", dense_net, "L", "W2", "((a2 - y) .* a2 .* (1 - a2))*a1'"},
    {"net-b2", dense_net, "L", "b2", "(a2 - y) .* a2 .* (1 - a2)"},
    {"net-W1", dense_net, "L", "W1", "((W2'*((a2 - y) .* sigmoid'(z2))) .* (1 - a1.^2))*x'"},
    {"net-b1", dense_net, "L", "b1", "(W2'*((a2 - y) .* sigmoid'(z2))) .* tanh'(z1)"},
    {"relu-W3", relu_net, "L", "W3", "d3*a2'"},
    {"relu-W3-long", relu_net, "L", "W3", "((a3 - y) .* a3 .* (1 - a3))*a2'"},
    {"relu-W2", relu_net, "L", "W2", "((W3'*d3) .* relu'(z2))*x'"},
    {"relu-z2", relu_net, "L", "z2", "(W3'*d3) .* relu'(z2)"},
    {"relu-diag", relu_net, "L", "W2", "diag(relu'(z2))*W3'*d3*x'"},
    {"relu-x", relu_net, "L", "x", "W2'*((W3'*d3) .* relu'(z2))"},
    {"batch-W2", batch_net, "L", "W2", "1/m*dZ2*A1'"},
    {"batch-b2", batch_net, "L", "b2", "1/m*rowsum(dZ2)"},
    {"batch-W1", batch_net, "L", "W1", "1/m*((W2'*dZ2) .* relu'(Z1))*X'"},
    {"batch-b1", batch_net, "L", "b1", "1/m*((W2'*dZ2) .* relu'(Z1))*ones(m)"},
    {"rows-W2", rows_net, "L", "W2", "H'*(rowsum(Y)*ones(k)' .* P - Y)"},
    {"ridge-w", ridge, "L", "w", "X'*(X*w - y) + 2*lambda*w"},
    {"ridge-hessian", ridge, "g", "w", "X'*X + 2*lambda*eye(d)"},
    {"logistic-w", logistic, "L", "w", "X'*(p - y)"},
    {"logistic-hessian", logistic, "g", "w", "X'*diag(p .* (1 - p))*X"},
    {"attention-V",
     "Q, K : R[n,d]\nparam V : R[n,e]\nG : R[n,e]\nA = softmax_rows(Q*K'/sqrt(d))\nL = sum(G .* (A*V))\n", "L", "V",
     "A'*G"},
    {"shared-W", "x : R[n]\nc : R[n]\nparam W : R[n,n]\nh = tanh(W*x)\nL = c'*(W*h)\n", "L", "W",
     "c*h' + ((W'*c) .* (1 - h.^2))*x'"},
    {"factors-U", "A : R[n,p]\nparam U : R[n,r]\nparam V : R[p,r]\nL = 1/2*sum((A - U*V').^2)\n", "L", "U",
     "(U*V' - A)*V"},
    {"deep-W1", deep_net, "L", "W1", "((W2'*((W3'*((a3 - y) .* sigmoid'(z3))) .* tanh'(z2))) .* softplus'(z1))*x'"},
    {"deep-W2", deep_net, "L", "W2", "((W3'*((a3 - y) .* sigmoid'(z3))) .* tanh'(z2))*a1'"},
    {"deep-z1", deep_net, "L", "z1", "(W2'*((W3'*((a3 - y) .* sigmoid'(z3))) .* tanh'(z2))) .* softplus'(z1)"},
    {"deep-a2-by-x", deep_net, "a2", "x", "diag(tanh'(z2))*W2*diag(softplus'(z1))*W1"},
    {"batch-b1-rowsum", batch_net, "L", "b1", "rowsum((W2'*dZ2) .* relu'(Z1))/m"},
    {"batch-b2-sum", batch_net, "L", "b2", "sum(i, dZ2[:,i])/m"},
    {"rows-b", rows_bias, "L", "b", "colsum(P - Y)'"},
    {"rows-b-ones", rows_bias, "L", "b", "(P - Y)'*ones(m)"},
    {"rnn-W", recurrent_net, "L", "W", "(c .* tanh'(z2))*x2' + ((U'*(c .* tanh'(z2))) .* tanh'(z1))*x1'"},
    {"rnn-U", recurrent_net, "L", "U", "(c .* tanh'(z2))*h1' + ((U'*(c .* tanh'(z2))) .* tanh'(z1))*h0'"},
    {"rnn-b", recurrent_net, "L", "b", "c .* tanh'(z2) + (U'*(c .* tanh'(z2))) .* tanh'(z1)"},
    {"gate-z", gate, "L", "z",
     "[c .* tanh(z[h+1:2*h]) .* sigmoid'(z[1:h]); c .* sigmoid(z[1:h]) .* tanh'(z[h+1:2*h])]"},
    {"gate-W", gate, "L", "W", "[c .* g .* i .* (1 - i); c .* i .* (1 - g.^2)]*x'"},
    {"steps-x", "x : R[5]\nc : R[4]\nd = x[2:5] - x[1:4]\nL = c'*d^2\n", "L", "x",
     "2*[-c[1]*d[1]; c[1:3] .* d[1:3] - c[2:4] .* d[2:4]; c[4]*d[4]]"},
    {"softmax-z", "z : R[n]\np = softmax(z)\n", "p", "z", "diag(p) - p*p'"},
    {"newton-A", "A : R[m,n]\nb : R[m]\nparam x : R[n]\nconst mu : R = 0.1\ng = A'*(A*x - b) + mu*x + x.^3\n", "g", "x",
     "A'*A + mu*eye(n) + 3*diag(x.^2)"},
};

}  // namespace gradwright

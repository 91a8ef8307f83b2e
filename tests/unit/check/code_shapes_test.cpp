// NumPy by its own rules of shapes: what a person's code computes, and what raises. The verdicts follow from NumPy's documentation by hand.
#include "claims_table.h"

namespace gradwright::claims_table {

TEST_CASE("a column R[n] is (n,1) or (n,) in code, the same in all of it") {
  table("B : R[n,m]\nx : R[n]\nt : R\nS : R[n,m]\nL = sum((B*ones(m)) .* x .* x)/2\n",
        {
            {"numpy: dx = np.sum(B, axis=1)*x", "equal"},
            {"numpy: dx = np.sum(B, axis=1, keepdims=True)*x", "equal"},
            {"numpy: dx = np.sum(B, axis=0)*x", "wrong-shape"},
            {"numpy: dx = B.sum(1) * x", "equal"},
            {"numpy: dx = B @ np.ones(m) * x", "equal"},
        });
}

TEST_CASE("a column R[n,1] is (n,1) in code, whatever else is") {
  table("B : R[n,m]\nx : R[n,1]\nt : R\nL = sum((B*ones(m)) .* x .* x)/2\n",
        {
            {"numpy: dx = np.sum(B, axis=1)*x", "wrong-shape"},
            {"numpy: dx = np.sum(B, axis=1, keepdims=True)*x", "equal"},
            {"numpy: dx = np.sum(B, axis=1).reshape(-1,1)*x", "equal"},
            {"numpy: dx = np.sum(B, axis=1)[:,None]*x", "equal"},
            {"numpy: dx = np.sum(B, axis=1)*x.ravel()", "equal"},
            {"numpy: dx = np.sum(B, axis=1)[:, np.newaxis]*x", "equal"},
            {"numpy: dx = B.sum(axis=1)*x.squeeze()", "equal"},
            {"numpy: dx = B @ np.ones((m,1)) * x", "equal"},
        });
}

TEST_CASE("what is computed of columns (n,1) is one too") {
  table(
      "X : R[N,D]\ny : R[N,1]\nparam w : R[D,1]\nb : R\np = sigmoid(X*w + b)\nL = 1/N*sum(-y .* log(p) - (1-y) .* "
      "log(1-p))\n",
      {
          {"numpy: dw = X.T @ (p - y) / N", "equal"},
          {"numpy: dw = X.T.dot(p - y) / N", "equal"},
          {"numpy: db = np.sum(p - y)/N", "equal"},
          {"numpy: db = np.mean(p - y)", "equal"},
          {"numpy: dw = X.T @ (p - y.ravel()) / N", "wrong-shape"},
          {"numpy: dw = np.mean((p - y)*X, axis=0)", "equal"},
          {"numpy: dw = np.mean((p - y)*X, axis=0, keepdims=True).T", "equal"},
      });
}

TEST_CASE("`@` takes no number, np.dot does") {
  table("S : R[n,m]\nA : R[n,m]\nt : R\nL = t*sum(S .* S)/2 + sum(A)\n",
        {
            {"numpy: dS = t @ S", "nonconforming"},
            {"numpy: dS = t * S", "equal"},
            {"numpy: dS = np.dot(t, S)", "equal"},
            {"numpy: dS = np.matmul(t, S)", "nonconforming"},
            {"numpy: dS = S @ t", "nonconforming"},
            {"numpy: dS = S.dot(t)", "equal"},
            {"numpy: dS = np.multiply(t, S)", "equal"},
        });
}

TEST_CASE("what takes arrays of axes raises on a number") {
  table("A, B : R[n,n]\ng : R\nL = g*sum(A .* B)\n", {
                                                         {"numpy: dg = np.sum(A*B)", "equal"},
                                                         {"numpy: dg = np.trace(np.sum(A*B))", "nonconforming"},
                                                         {"numpy: dg = np.linalg.det(np.sum(A*B))", "nonconforming"},
                                                         {"numpy: dg = 1/np.linalg.inv(np.sum(A*B))", "nonconforming"},
                                                         {"numpy: dg = np.sum(np.diag(np.sum(A*B)))", "nonconforming"},
                                                         {"numpy: dg = np.tril(np.sum(A*B))", "nonconforming"},
                                                         {"numpy: dg = np.sum(np.diag(np.sum(A*B, axis=0)))", "equal"},
                                                         {"numpy: dg = np.trace(A @ B.T)", "equal"},
                                                         {"numpy: dg = np.trace(np.sum(A*B, axis=0))", "nonconforming"},
                                                         {"numpy: dg = np.linalg.norm(np.sum(A*B))", "wrong-value"},
                                                     });
}

TEST_CASE("a number made by `@` of columns is (1,1)") {
  table("x : R[n]\nparam W : R[1,n]\ny : R\nb : R\np = sigmoid(W*x + b)\nL = -y*log(p) - (1-y)*log(1-p)\n",
        {
            {"numpy: dW = (p - y) @ x.T", "equal"},
            {"numpy: dW = (p - y) * x.T", "equal"},
            {"numpy: dW = np.dot(p - y, x.T)", "equal"},
            {"numpy: dW = np.outer(p - y, x)", "equal"},
            {"numpy: dx = W.T @ (p - y)", "equal"},
            {"numpy: dx = W.T * (p - y)", "equal"},
            {"numpy: db = p - y", "equal"},
        });
}

TEST_CASE("an array (n,) goes on as a row where a row is meant") {
  table(
      "X : R[n,d]\ny : R[n,C] onehot_rows\nparam W : R[d,C]\nparam b : R[1,C]\nz = X*W + ones(n)*b\np = "
      "softmax_rows(z)\n"
      "L = -sum(y .* log(p))/n\nd = (p - y)/n\n",
      {
          {"numpy: db = d.sum(0)", "equal"},
          {"numpy: db = np.sum(d, axis=0)", "equal"},
          {"numpy: db = np.sum(d, axis=0, keepdims=True)", "equal"},
          {"numpy: db = d.sum(axis=0).reshape(1, -1)", "equal"},
          {"numpy: db = d.mean(0)", "scaled"},
          {"numpy: db = d.sum(1)", "wrong-shape"},
          {"numpy: db = d.sum()", "wrong-shape"},
          {"numpy: db = np.ones(n) @ d", "equal"},
          {"numpy: db = np.ones((1,n)) @ d", "equal"},
          {"numpy: db = np.einsum(\"ij->j\", d)", "equal"},
          {"numpy: dW = X.T @ d", "equal"},
          {"numpy: db = (p - y).sum(0)\n  db /= n", "equal"},
          {"numpy: db = (y - p).sum(0)/n", "scaled"},
      });
}

TEST_CASE("sums along axes beside a column") {
  table(
      "X : R[n,d]\ny : R[n,C] onehot_rows\nparam W : R[d,C]\nparam b : R[C]\nz = X*W + ones(n)*b'\np = "
      "softmax_rows(z)\n"
      "L = -sum(y .* log(p))/n\nd = (p - y)/n\n",
      {
          {"numpy: db = d.sum(0)", "equal"},
          {"numpy: db = np.sum(d, axis=0)", "equal"},
          {"numpy: db = d.T @ np.ones(n)", "equal"},
          {"numpy: db = d.T.sum(axis=1)", "equal"},
          {"numpy: db = np.sum(d)", "wrong-shape"},
          {"numpy: db = np.sum(d, axis=1)", "wrong-shape"},
          {"numpy: db = np.sum(d, axis=2)", "nonconforming"},
      });
}

TEST_CASE("arrays of one axis multiply as NumPy says") {
  table("x, y : R[n]\nA : R[m,n]\nu : R[m]\nL = u'*A*x + 1/2*sum((x - y).^2)\n",
        {
            {"numpy: dx = A.T @ u + x - y", "equal"},
            {"numpy: dx = u @ A + x - y", "equal"},
            {"numpy: dx = u.T @ A + x - y", "equal"},
            {"numpy: dx = np.dot(u, A) + (x - y)", "equal"},
            {"numpy: dA = np.outer(u, x)", "equal"},
            {"numpy: dA = u @ x.T", "equal"},
            {"numpy: dA = u[:, None] * x[None, :]", "equal"},
            {"numpy: dA = u[:, None] * x", "equal"},
            {"numpy: dA = u.reshape(-1,1) @ x.reshape(1,-1)", "equal"},
            {"numpy: dA = np.outer(x, u)", "equal-transposed"},
            {"numpy: du = A @ x", "equal"},
            {"numpy: du = x @ A.T", "equal"},
            {"numpy: du = A * x", "wrong-shape"},
            {"numpy: du = (A * x).sum(axis=1)", "equal"},
            {"numpy: du = np.sum(A * x, axis=1)", "equal"},
            {"numpy: du = np.einsum(\"ij,j->i\", A, x)", "equal"},
            {"numpy: dx = np.sum(u, axis=1) * x", "wrong-shape"},
        });
}

TEST_CASE("statistics and norms") {
  table("x : R[n]\nX : R[n,m]\nL = var(x)\nM = sum(X.^2)/2\nK = norm2(X)\n",
        {
            {"numpy: dx = 2*(x - x.mean())/n", "equal"},
            {"numpy: dx = 2*(x - np.mean(x))/len(x)", "equal"},
            {"numpy: dx = 2*(x - np.mean(x, axis=0))/x.shape[0]", "equal"},
            {"numpy: dx = 2*(x - x.mean(axis=0, keepdims=True))/x.size", "equal"},
            {"numpy: dx = 2*(x - x.mean())//n", "G0612"},
            {"numpy: dK_dX = X/np.linalg.norm(X)", "equal"},
            {"numpy: dK_dX = X/np.linalg.norm(X, 'fro')", "equal"},
            {"numpy: dK_dX = X/np.linalg.norm(X, 2)", "G0612"},
            {"numpy: dK_dX = X/np.sqrt(np.sum(X**2))", "equal"},
            {"numpy: dK_dX = X/np.sqrt((X*X).sum())", "equal"},
        });
}

TEST_CASE("variances and extremes along an axis") {
  table("X : R[N,D]\nG : R[N,D]\nL = sum(G .* X)\n",
        {
            {"numpy: dG = X + 0*X.var(axis=0)", "equal"},
            {"numpy: dG = X + X.std(axis=0) - np.sqrt(X.var(0))", "equal"},
            {"numpy: dG = X + X.min(axis=1, keepdims=True) + (-X).max(axis=1, keepdims=True)", "equal"},
            {"numpy: dG = X + X.var(axis=0, ddof=1)", "G0612"},
            {"numpy: dG = X.reshape(N*D)", "wrong-shape"},
        });
}

TEST_CASE("softmax's Jacobian in code") {
  table("z : R[n]\ns = softmax(z)\nL = sum(s)\ng : R[n]\nM = sum(g .* s)\n",
        {
            {"numpy: ds_dz = np.diag(s) - np.outer(s, s)", "equal"},
            {"numpy: ds_dz = np.diagflat(s) - np.dot(s, s.T)", "equal"},
            {"numpy: ds_dz = np.diag(s) - s[:, None] * s[None, :]", "equal"},
            {"numpy: ds_dz = np.diag(s) - s[:, None] @ s[None, :]", "equal"},
            {"numpy: ds_dz = np.diag(s) - s.reshape(-1,1) @ s.reshape(1,-1)", "equal"},
            {"numpy: ds_dz = s * (np.eye(n) - s)", "wrong-value"},
            {"numpy: ds_dz = s[:,None] * (np.eye(n) - s[None,:])", "equal"},
            {"numpy: dM_dz = s * (g - np.sum(g*s))", "equal"},
            {"numpy: dM_dz = s * (g - np.dot(g, s))", "equal"},
            {"numpy: dM_dz = s * (g - g.T @ s)", "equal"},
            {"numpy: dM_dz = s*g - s*(s @ g)", "equal"},
            {"numpy: dM_dz = (np.diag(s) - np.outer(s, s)) @ g", "equal"},
            {"numpy: dM_dz = g * s * (1 - s)", "wrong-value"},
        });
}

TEST_CASE("an entry of an array of three axes") {
  // T[i,j,k] = x[i]·x[j]·x[k], so L is T's first entry squared: 2·x₁³·3·x₁².
  table("x : R[2]\nT[i,j,k] = x[i]*x[j]*x[k]\nq = T[1,1,1]\nL = q^2\n",
        {
            {"numpy: dL_dq = 2*T[0, 0, 0]", "equal"},
            {"numpy: dL_dq = (T + T)[0, 0, 0]", "equal"},
            {"numpy: dL_dq = 2*T[0, 1, 0]", "wrong-value"},
            {"numpy: dL_dq = 2*T[-2, 0, 0]", "equal"},
        });
}

TEST_CASE("a part counts at the entries that are taken of it") {
  table("x : R[n]\nf = log(x[1])\n", {
                                         {"numpy: df_dx = np.eye(n)[:, 0] * (1 / np.exp(np.log(x)))[0]", "equal"},
                                         {"df/dx = (1 ./ exp(log(x)))[1]*eye(n)[:,1]", "equal"},
                                         {"df/dx = eye(n)[:,1]/x[1] + 0*(log(x))[2]", "wrong-value"},
                                     });
}

TEST_CASE("the Hessian by a variable of one entry is a number, whatever its axes") {
  for (const std::string declared : {"z : R\n", "z : R[1]\n", "z : R[1,1]\n", "z : R[1,1,1]\n"})
    table(declared + "b : R\na = sum(z.^3)\nF = hessian(a, z)\nG = hessian(b, z)\nL = sum(F.^2) + sum(G.^2)\n",
          {{"L = 36*sum(z.^2)", "equal"}, {"L = 6*sum(z.^2)", "scaled"}});
}

TEST_CASE("R[1,1] is an array of two axes in code, R is a number") {
  table("S : R[1,1]\ns : R\nL = log(S) + s^2\n", {
                                                     {"numpy: dS = np.linalg.inv(S)", "equal"},
                                                     {"numpy: dS = np.linalg.inv(S/2 + S/2)", "equal"},
                                                     {"numpy: dS = 2*np.linalg.inv(S)", "scaled"},
                                                     {"numpy: ds = 2*np.linalg.det(S*s/S)", "equal"},
                                                     {"numpy: ds = 2*np.linalg.det(s)", "nonconforming"},
                                                 });
}

}  // namespace gradwright::claims_table

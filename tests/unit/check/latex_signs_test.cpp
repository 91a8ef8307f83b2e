// Superscripts, bars and sigmas of LaTeX that mean one thing or another by what they stand on; each derivative was found by hand.
#include "claims_table.h"

namespace gradwright::claims_table {

TEST_CASE("a superscript T is a transpose where a size is called T") {
  table("X : R[T,d]\ny : R[T]\nparam w : R[d]\nL = sum((X*w - y)^2)/2\n",
        {
            {"latex: \\frac{\\partial L}{\\partial w} = X^T(Xw - y)", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^{T}(Xw-y)", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^{\\mathsf T}(Xw - y)", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^{\\mathsf{T}}(Xw - y)", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^\\top (Xw - y)", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^{\\top}(Xw - y)", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^⊺(Xw - y)", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^{\\intercal}(Xw-y)", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^\\mathrm{T}(Xw-y)", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^{\\rm T}(Xw-y)", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = \\mathbf{X}^T(\\mathbf{X}\\mathbf{w}-\\mathbf{y})", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^TXw - X^Ty", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = ((Xw-y)^TX)^T", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^{\\text{T}}(Xw-y)", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X'(Xw-y)", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^⊤(Xw-y)", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = Xᵀ(Xw-y)", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^{T}X w - X^{T}y", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = \\sum_{t=1}^{T} (X_t w - y_t) X_t^T", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X(Xw-y)", "nonconforming"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^T(y - Xw)", "scaled"},
            {"latex: \\frac{\\partial^2 L}{\\partial w^2} = X^TX", "equal"},
        });
}

TEST_CASE("a superscript T is a transpose where a variable is called T, and a power of numbers") {
  table("x, y : R[n]\nT : R positive\nA : R[n,n] invertible\nL = y'*A*x/T\nM = T^2/2 + sum(x)*T^3\nk : R\nK = k^T\n",
        {
            {"latex: \\frac{\\partial L}{\\partial x} = \\frac{1}{T}A^T y", "equal"},
            {"latex: \\frac{\\partial L}{\\partial x} = \\frac{A^T y}{T}", "equal"},
            {"latex: \\frac{\\partial L}{\\partial T} = -\\frac{y^T A x}{T^2}", "equal"},
            {"latex: \\frac{\\partial L}{\\partial T} = -y^TAx\\,T^{-2}", "equal"},
            {"latex: \\frac{\\partial L}{\\partial A} = \\frac{y x^T}{T}", "equal"},
            {"latex: \\frac{\\partial M}{\\partial T} = T + 3T^2\\sum_i x_i", "equal"},
            {"latex: \\frac{\\partial K}{\\partial k} = Tk^{T-1}", "equal"},
            {"latex: \\frac{\\partial K}{\\partial T} = k^T \\log k", "equal"},
            {"latex: \\frac{\\partial K}{\\partial k} = T\\,k^{T}/k", "equal"},
        });
}

TEST_CASE("inverse and transpose where a T is declared") {
  table("T : R\nA : R[n,n] invertible\nb, c : R[n]\nL = c'*inv(A)*b + T\n",
        {
            {"latex: \\frac{\\partial L}{\\partial b} = A^{-T}c", "equal"},
            {"latex: \\frac{\\partial L}{\\partial b} = (A^{-1})^Tc", "equal"},
            {"latex: \\frac{\\partial L}{\\partial b} = A^{-\\top}c", "equal"},
            {"latex: \\frac{\\partial L}{\\partial b} = (A^T)^{-1}c", "equal"},
            {"latex: \\frac{\\partial L}{\\partial A} = -A^{-T}c\\,b^TA^{-T}", "equal"},
        });
}

TEST_CASE("exponents in braces") {
  table(
      "k : R positive\np : R prob\ngamma : R positive\nx : R positive\ny : R[n] positive\nf = x^k\nFL = -(1 - "
      "p)^gamma*log(p)\n"
      "S = sum(y.^k)\nG = (1-p)^gamma\n",
      {
          {"latex: \\frac{\\partial f}{\\partial x} = k x^{k-1}", "equal"},
          {"latex: \\frac{df}{dx} = kx^{k-1}", "equal"},
          {"latex: \\frac{\\partial f}{\\partial x} = k x^{k - 1}", "equal"},
          {"latex: \\frac{\\partial f}{\\partial x} = \\frac{k}{x} x^{k}", "equal"},
          {"latex: \\frac{\\partial f}{\\partial x} = k x^{-1} x^{k}", "equal"},
          {"latex: \\frac{\\partial f}{\\partial x} = k x^{-(1-k)}", "equal"},
          {"latex: \\frac{\\partial f}{\\partial x} = k x^{-1+k}", "equal"},
          {"latex: \\frac{\\partial f}{\\partial k} = x^k \\ln x", "equal"},
          {"latex: \\frac{\\partial f}{\\partial x} = k x^{k+1}", "wrong-value"},
          {"latex: \\frac{\\partial f}{\\partial x} = (k-1) x^{k-1}", "wrong-value"},
          {"latex: \\frac{\\partial FL}{\\partial p} = \\gamma(1-p)^{\\gamma-1}\\log(p) - \\frac{(1-p)^\\gamma}{p}",
           "equal"},
          {"latex: \\frac{\\partial FL}{\\partial p} = \\gamma(1-p)^{\\gamma - 1}\\ln p - (1-p)^{\\gamma} p^{-1}",
           "equal"},
          {"latex: \\frac{\\partial G}{\\partial p} = -\\gamma(1-p)^{\\gamma-1}", "equal"},
          {"latex: \\frac{\\partial S}{\\partial y} = k y^{k-1}", "equal"},
          {"latex: \\frac{\\partial S}{\\partial y_i} = k y_i^{k-1}", "equal"},
      });
}

TEST_CASE("bars round vectors are norms") {
  table("v, w : R[n]\nc = v'*w/(norm2(v)*norm2(w))\n",
        {
            {"latex: \\frac{\\partial c}{\\partial v} = \\frac{w}{|v||w|} - c\\frac{v}{|v|^2}", "equal"},
            {"latex: \\frac{\\partial c}{\\partial v} = \\frac{w}{\\|v\\|\\|w\\|} - c\\frac{v}{\\|v\\|^2}", "equal"},
            {"latex: \\frac{\\partial c}{\\partial v} = \\frac{w}{\\lVert v\\rVert \\lVert w\\rVert} - "
             "c\\frac{v}{\\lVert "
             "v\\rVert^2}",
             "equal"},
            {"latex: \\frac{\\partial c}{\\partial v} = \\frac{w}{\\left|v\\right|\\left|w\\right|} - "
             "c\\frac{v}{\\left|v\\righ"
             "t|^2}",
             "equal"},
            {"latex: \\frac{\\partial c}{\\partial v} = \\frac{w}{\\left\\|v\\right\\|\\left\\|w\\right\\|} - "
             "c\\,\\frac{v}{\\l"
             "eft\\|v\\right\\|^2}",
             "equal"},
            {"latex: \\frac{\\partial c}{\\partial v} = \\frac{w}{||v||\\,||w||} - c\\frac{v}{||v||^2}", "equal"},
            {"latex: \\frac{\\partial c}{\\partial v} = \\frac{w}{||v||||w||} - c\\frac{v}{||v||^2}", "equal"},
            {"latex: \\frac{\\partial c}{\\partial v} = \\frac{w}{|v| \\cdot |w|} - c\\frac{v}{|v|^2}", "equal"},
            {"latex: \\frac{\\partial c}{\\partial v} = \\frac{\\mathbf{w}}{|\\mathbf{v}||\\mathbf{w}|} - "
             "\\frac{(\\mathbf{v}\\"
             "cdot\\mathbf{w})\\mathbf{v}}{|\\mathbf{v}|^3|\\mathbf{w}|}",
             "equal"},
            {"latex: \\frac{\\partial c}{\\partial v} = \\frac{1}{|v||w|}\\left(w - \\frac{v^Tw}{|v|^2}v\\right)",
             "equal"},
            {"latex: \\frac{\\partial c}{\\partial v} = \\frac{w}{\\|v\\|_2\\|w\\|_2} - c\\frac{v}{\\|v\\|_2^2}",
             "equal"},
            {"latex: \\frac{\\partial c}{\\partial v} = \\frac{1}{|v|}\\left(\\frac{w}{|w|} - c\\frac{v}{|v|}\\right)",
             "equal"},
            {"latex: \\frac{\\partial c}{\\partial v} = \\frac{1}{\\lvert v\\rvert}\\left(I - \\frac{vv^T}{\\lvert "
             "v\\rvert^2}\\right)\\frac{w}{\\lvert w\\rvert}",
             "equal"},
            {"latex: \\frac{\\partial c}{\\partial v} = \\frac{w}{\\Vert v\\Vert \\Vert w\\Vert} - c\\frac{v}{\\Vert "
             "v\\Vert^2}",
             "equal"},
            {"latex: \\frac{\\partial c}{\\partial v} = \\frac{w}{|v|_2|w|_2} - c\\frac{v}{|v|_2^2}", "equal"},
            {"latex: \\frac{\\partial c}{\\partial v} = |v|^{-1}|w|^{-1}w - c|v|^{-2}v", "equal"},
            {"latex: \\frac{\\partial c}{\\partial v} = \\frac{w}{|v||w|} - c\\frac{v}{|v|}", "wrong-value"},
            {"latex: \\frac{\\partial c}{\\partial v} = \\frac{w}{|v||w|}", "wrong-value"},
        });
}

TEST_CASE("bars round numbers and matrices") {
  table(
      "x : R[n]\ny : R\nA : R[n,n] invertible\nB : R[m,n]\nf = norm2(x)\ng = abs(y)\nh = det(A)\nq = norm2(B)\nu "
      "= x/norm2(x)\nl = norm1(x)\n",
      {
          {"latex: \\frac{\\partial f}{\\partial x} = \\frac{x}{|x|}", "equal"},
          {"latex: \\frac{\\partial g}{\\partial y} = \\frac{y}{|y|}", "equal"},
          {"latex: \\frac{\\partial h}{\\partial A} = |A| A^{-T}", "equal"},
          {"latex: \\frac{\\partial h}{\\partial A} = \\det(A)A^{-T}", "equal"},
          {"latex: \\frac{\\partial q}{\\partial B} = \\frac{B}{\\|B\\|_F}", "equal"},
          {"latex: \\frac{\\partial q}{\\partial B} = \\frac{B}{||B||_F}", "equal"},
          {"latex: \\frac{\\partial q}{\\partial B} = \\frac{B}{\\lVert B\\rVert}", "equal"},
          {"latex: \\frac{\\partial u}{\\partial x} = \\frac{1}{|x|}\\left(I - \\frac{xx^T}{|x|^2}\\right)", "equal"},
          {"latex: \\frac{\\partial u}{\\partial x} = \\frac{I}{|x|} - \\frac{xx^T}{|x|^3}", "equal"},
          {"latex: \\frac{\\partial l}{\\partial x} = \\frac{x}{|x|}", "equal"},
          {"latex: \\frac{\\partial l}{\\partial x_i} = \\frac{x_i}{|x_i|}", "equal"},
      });
}

TEST_CASE("bars around a square matrix are its determinant or absolute values") {
  table("A : R[3,3]\nc : R\nL = c*sum(abs(A))\n",
        {
            {"latex: \\frac{\\partial L}{\\partial c} = \\operatorname{sum}(|A|)", "equal"},
            {"latex: \\frac{\\partial L}{\\partial c} = |A|", "wrong-shape"},
        });
  table("A : R[3,3]\nc : R\nL = c*det(A)\n", {{"latex: \\frac{\\partial L}{\\partial c} = |A|", "equal"}});
}

TEST_CASE("sigma is the sigmoid where the sheet has another activation too") {
  const std::string slope = "\\frac{\\partial L}{\\partial z} = ";
  table("z : R[n]\nL = sum(silu(z)) + sum(tanh(z))\n",
        {
            {"latex: " + slope + "\\sigma(z) + z \\odot \\sigma(z) \\odot (1 - \\sigma(z)) + 1 - \\tanh(z)^2", "equal"},
            {"latex: " + slope + "\\sigma(z) + z \\odot \\sigma(z) + 1 - \\tanh(z)^2", "wrong-value"},
        });
}

TEST_CASE("sigma is the sigmoid where the sheet does not apply its activation to what stands there") {
  table("z : R[n]\nL = sum(tanh(z/2))\n",
        {{"latex: \\frac{\\partial L}{\\partial z} = 2\\sigma(z)\\odot(1 - \\sigma(z))", "equal"}});
  table("z : R[n]\na = tanh(z)\nL = sum(a)\n",
        {{"latex: \\frac{\\partial L}{\\partial z} = 1 - \\sigma(z)^2", "equal"}});
}

TEST_CASE("entries of a tensor by a name with a subscript") {
  table("T_1 : R[a,b,c]\nx : R\nL = x*sum(i,j,k, T_1[i,j,k]^2)\n",
        {
            {"latex: \\frac{\\partial L}{\\partial x} = \\sum_{i,j,k} {T_1}_{i,j,k} {T_{1}}_{i,j,k}", "equal"},
            {"latex: \\frac{\\partial L}{\\partial x} = \\sum_{i,j,k} {T_1}_{i,j,k}", "wrong-value"},
        });
}

TEST_CASE("a name with a subscript below its subscript") {
  table("u1 : R[n]\ndelta_u1 = exp(u1)\nL = sum(delta_u1)\n",
        {
            {"latex: \\frac{\\partial L}{\\partial u_1} = \\delta_{u_{1}}", "equal"},
            {"latex: \\frac{\\partial L}{\\partial u_1} = \\delta_{u_1} \\odot \\delta_{u_1}", "wrong-value"},
        });
}

TEST_CASE("sigma of a sheet with a softmax alone is that softmax") {
  table("z : R[n]\np = softmax(z)\n",
        {
            {"latex: \\frac{\\partial p_i}{\\partial z_j} = \\sigma(z_i)(\\delta_{ij}-\\sigma(z_j))", "equal"},
            {"latex: \\frac{\\partial p_i}{\\partial z_j} = p_i(\\delta_{ij} - p_j)", "equal"},
            {"latex: \\frac{\\partial p_i}{\\partial z_j} = \\sigma(z)_i(\\delta_{ij} - \\sigma(z)_j)", "equal"},
            {"latex: \\frac{\\partial p_i}{\\partial z_j} = \\text{softmax}(z_i)(\\delta_{ij} - \\text{softmax}(z_j))",
             "equal"},
            {"latex: \\frac{\\partial p_i}{\\partial z_j} = \\sigma(z_i)\\left(\\delta_{ij} - \\sigma(z_j)\\right)",
             "equal"},
            {"latex: \\frac{\\partial p_i}{\\partial z_j} = p_i(1\\{i=j\\} - p_j)", "equal"},
            {"latex: \\frac{\\partial p_i}{\\partial z_j} = p_i\\delta_{ij} - p_ip_j", "equal"},
            {"latex: \\frac{\\partial p_i}{\\partial z_j} = "
             "\\operatorname{softmax}(z)_i(\\delta_{ij}-\\operatorname{softmax}(z"
             ")_j)",
             "equal"},
            {"latex: \\frac{\\partial p_i}{\\partial z_j} = \\frac{e^{z_i}}{\\sum_k e^{z_k}}\\left(\\delta_{ij} - "
             "\\frac{e^{z_j}}{\\sum_k e^{z_k}}\\right)",
             "equal"},
            {"latex: \\frac{\\partial p_i}{\\partial z_j} = \\sigma(z_j)(\\delta_{ij} - \\sigma(z_i))", "equal"},
            {"latex: \\frac{\\partial p_i}{\\partial z_j} = \\sigma(z_i)(1-\\sigma(z_j))", "wrong-value"},
            {"latex: \\frac{\\partial p_i}{\\partial z_j} = \\sigma(z_i)\\sigma(z_j)", "wrong-value"},
            {"latex: \\frac{\\partial p}{\\partial z} = \\sigma(z)(1-\\sigma(z))", "wrong-shape"},
            {"latex: \\frac{\\partial p}{\\partial z} = \\mathrm{diag}(\\sigma(z)) - \\sigma(z)\\sigma(z)^T", "equal"},
            {"latex: \\frac{\\partial \\sigma(z_i)}{\\partial z_j} = \\sigma(z_i)(\\delta_{ij}-\\sigma(z_j))", "equal"},
            {"latex: \\frac{\\partial \\sigma(z)_i}{\\partial z_j} = \\sigma(z)_i(\\delta_{ij}-\\sigma(z)_j)", "equal"},
            {"latex: \\frac{\\partial p_i}{\\partial z_i} = \\sigma(z_i)(1-\\sigma(z_i))", "equal"},
        });
}

TEST_CASE("sigma of rows") {
  table("Z : R[m,n]\nP = softmax_rows(Z)\nY : R[m,n] onehot_rows\nL = -sum(Y .* log(P))\n",
        {
            {"latex: \\frac{\\partial L}{\\partial Z} = P - Y", "equal"},
            {"latex: \\frac{\\partial L}{\\partial Z} = \\sigma(Z) - Y", "equal"},
            {"latex: \\frac{\\partial L}{\\partial Z_{ij}} = \\sigma(Z_{ij}) - Y_{ij}", "equal"},
            {"latex: \\frac{\\partial L}{\\partial Z_{ij}} = P_{ij} - Y_{ij}", "equal"},
        });
}

TEST_CASE("sigma is the sigmoid beside softplus and silu") {
  table("x : R[n]\ny = sigmoid(x)\nL = sum(softplus(x))\nK = sum(silu(x))\n",
        {
            {"latex: \\frac{\\partial L}{\\partial x} = \\sigma(x)", "equal"},
            {"latex: \\frac{\\partial K}{\\partial x} = \\sigma(x)(1 + x(1-\\sigma(x)))", "equal"},
        });
}

TEST_CASE("sigma is the sigmoid where the sheet has softplus alone") {
  table("x : R[n]\nL = sum(softplus(x))\n", {
                                                {"latex: \\frac{\\partial L}{\\partial x} = \\sigma(x)", "equal"},
                                                {"latex: \\frac{\\partial L}{\\partial x_i} = \\sigma(x_i)", "equal"},
                                            });
}

TEST_CASE("matrices side by side are multiplied as matrices, whatever function made them") {
  // f = sum_ij (tril(A) triu(A))_ij: entry [i,k], k <= i, has the sum of row k of triu(A); entry [k,j], k <= j, that of column k of tril(A)
  table("A, B : R[n,n]\nv : R[n]\nf = sum(tril(A)*triu(A))\n",
        {
            {"latex: \\frac{\\partial f}{\\partial A} = \\operatorname{tril}(\\mathbf{1}_{n \\times n}) "
             "\\operatorname{diag}(\\operatorname{rowsum}(\\operatorname{triu}(A))) + "
             "\\operatorname{diag}(\\operatorname{colsum}(\\operatorname{tril}(A))) "
             "\\operatorname{triu}(\\mathbf{1}_{n \\times n})",
             "equal"},
            {"latex: \\operatorname{tril}(A) \\operatorname{triu}(B) = \\operatorname{tril}(A) \\odot "
             "\\operatorname{triu}(B)",
             "wrong-value"},
            {"latex: \\operatorname{inv}(A)\\operatorname{tril}(B) = \\operatorname{inv}(A) \\odot "
             "\\operatorname{tril}(B)",
             "wrong-value"},
            {"latex: \\operatorname{diag}(v)\\operatorname{tril}(A) = \\operatorname{diag}(v) \\odot "
             "\\operatorname{tril}(A)",
             "wrong-value"},
            {"latex: \\operatorname{diag}(v)\\operatorname{tril}(A) = \\operatorname{tril}(\\operatorname{diag}(v) A)",
             "equal"},
        });
}

TEST_CASE("ones have the size that is written, or that of what is claimed") {
  table("u : R[4]\ng = sum(u.^2)/2 + sum(u)\nh = sum(u)\n",
        {
            {"latex: \\frac{\\partial g}{\\partial u} = u + \\mathbf{1}_4", "equal"},
            {"latex: \\frac{\\partial g}{\\partial u} = u + \\mathbf{1}", "equal"},
            {"latex: \\frac{\\partial g}{\\partial u} = u + \\mathbf{1}_5", "nonconforming"},
            {"latex: \\frac{\\partial h}{\\partial u} = \\mathbf{1}_4", "equal"},
            {"latex: \\frac{\\partial h}{\\partial u} = \\mathbf{1}", "equal"},
            {"latex: \\frac{\\partial h}{\\partial u} = 2 \\mathbf{1}", "scaled"},
            {"latex: \\frac{\\partial h}{\\partial u} = \\mathbf{1}^T", "equal-transposed"},
            {"latex: \\frac{\\partial h}{\\partial u} = \\mathbf{1}_5", "wrong-shape"},
            {"latex: du = \\mathbf{1}", "equal"},
        });
  table("X : R[m,n]\nS : R[n,n]\nw : R[n]\nz = 1*w\ng = sum(X)\nk = sum(S)\n",
        {
            {"latex: \\frac{\\partial g}{\\partial X} = \\mathbf{1}_{m \\times n}", "equal"},
            {"latex: \\frac{\\partial g}{\\partial X} = \\mathbf{1}", "equal"},
            {"latex: \\frac{\\partial g}{\\partial X} = \\mathbf{1}\\mathbf{1}^T", "equal"},
            {"latex: \\frac{\\partial k}{\\partial S} = \\mathbf{1}_{n \\times n}", "equal"},
            {"latex: \\frac{\\partial k}{\\partial S} = I", "wrong-value"},
            {"latex: \\frac{\\partial z}{\\partial w} = I", "equal"},
        });
}

TEST_CASE("limits of a sum are kept") {
  // dL/dK_k = sum_{i=1}^{4} G_i X_{i+k-1}
  const std::string sheet = "X : R[5]\nK : R[2]\nG : R[4]\nY[i] = sum(k, X[i+k-1]*K[k])\nL = sum(Y .* G)\n";
  table(sheet, {
                   {"latex: \\frac{\\partial L}{\\partial K_2} = \\sum_{i=0}^{3} G_{i+1} X_{i+2}", "equal"},
                   {"latex: \\frac{\\partial L}{\\partial K_2} = \\sum_{i=1}^{4} G_i X_{i+1}", "equal"},
                   {"latex: \\frac{\\partial L}{\\partial K_2} = \\sum_{i=2}^{5} G_{i-1} X_i", "equal"},
                   {"latex: \\frac{\\partial L}{\\partial K_1} = \\sum_{i=1}^{4} G_i X_i", "equal"},
                   {"latex: \\frac{\\partial L}{\\partial K_1} = \\sum_{i=0}^{3} G_{i+1} X_{i+1}", "equal"},
                   {"latex: \\frac{\\partial L}{\\partial K_1} = \\sum_{i=1}^{3} G_i X_i", "wrong-value"},
                   {"latex: \\frac{\\partial L}{\\partial K_1} = \\sum_{i=0}^{2} G_{i+1} X_{i+1}", "wrong-value"},
                   {"latex: \\frac{\\partial L}{\\partial K_2} = \\sum_{i=0}^{3} G_i X_{i+2}", "unread"},
                   {"latex: \\frac{\\partial L}{\\partial K_2} = \\sum_{i=0}^{3} G_i X_{i+1}", "unread"},
               });
  table(sheet, {
                   {"latex: \\frac{\\partial L}{\\partial K_j} = \\sum_{i=1}^{4} G_i X_{i+j-1}", "equal"},
                   {"latex: \\frac{\\partial L}{\\partial K_j} = \\sum_{i=0}^{3} G_i X_{i+j}", "equal"},
                   {"latex: \\frac{\\partial L}{\\partial K_j} = \\sum_{i=0}^{3} G_{i+1} X_{i+j}", "equal"},
                   {"latex: \\frac{\\partial L}{\\partial K_j} = \\sum_{i=1}^{3} G_i X_{i+j-1}", "wrong-value"},
                   {"latex: \\frac{\\partial L}{\\partial K_j} = \\sum_{i=1}^{4} X_{i+j-1}", "wrong-value"},
               });
  table("x : R[n]\nL = sum(x[2:n] .* x[1:n-1])\nM = sum(x[1:n-1])\nP = prod(x[1:3])\nd : R\nQ = d*M\n",
        {
            {"latex: L = \\sum_{i=1}^{n-1} x_i x_{i+1}", "equal"},
            {"latex: L = \\sum_{i=2}^{n} x_{i-1} x_i", "equal"},
            {"latex: L = \\sum_{i=0}^{n-2} x_i x_{i+1}", "equal"},
            {"latex: M = \\sum_{i=1}^{n-1} x_i", "equal"},
            {"latex: M = \\sum_{i=1}^{n} x_i", "wrong-value"},
            {"latex: P = \\prod_{i=1}^{3} x_i", "equal"},
            {"latex: P = \\prod_{i=1}^{n} x_i", "wrong-value"},
            {"latex: \\frac{\\partial Q}{\\partial d} = \\sum_{i=1}^{n-1} x_i", "equal"},
        });
}

TEST_CASE("brackets of indices that were printed are read back") {
  const std::string sheet = "X : R[5]\nK : R[2]\nG : R[4]\nY[i] = sum(k, X[i+k-1]*K[k])\nL = sum(Y .* G)\n";
  table(sheet,
        {
            {"latex: \\frac{\\partial L}{\\partial K_j} = \\sum_{q,i} G_i X_q \\mathbb{1}[q = i+j-1]", "equal"},
            {"latex: \\frac{\\partial L}{\\partial K_j} = \\sum_{q} \\sum_{i} G_i X_q \\mathbb{1}[i = q-j+1]", "equal"},
            {"latex: \\frac{\\partial L}{\\partial K_j} = \\sum_{q,i} G_i X_q \\mathbb{1}[q = i+j]", "wrong-value"},
            {"dL/dK[j] = Σ_{q,i}(G[i]·X[q]·[q = i+j-1])", "equal"},
            {"dL/dK[j] = Σ_{q,i}(G[i]·X[q]·[q = i+j])", "wrong-value"},
        });
}

TEST_CASE("an equation in a box is one") {
  table("u : R\nq = 6*u^2\n", {
                                  {"latex: \\boxed{\\frac{\\partial q}{\\partial u} = 12u}", "equal"},
                                  {"latex: \\frac{\\partial q}{\\partial u} = \\boxed{12u}", "equal"},
                                  {"latex: \\boxed{\\frac{\\partial q}{\\partial u} = 6u}", "scaled"},
                              });
}

TEST_CASE("an inner sum has an index of its own, whatever its name") {
  table("x, y : R[n]\nX : R[m,n]\nF = sum(x)*sqrt(sum(x.^2))\nG = sum(x)/(1 + sum(y))\nH = sum((X*x).^2)\n",
        {
            {"latex: F = \\sum_i x_i \\sqrt{\\sum_i x_i^2}", "equal"},
            {"latex: F = \\sum_i \\frac{x_i}{1/\\sqrt{\\sum_i x_i^2}}", "equal"},
            {"latex: G = \\sum_i \\frac{x_i}{1 + (\\sum_i y_i)}", "equal"},
            {"latex: G = \\sum_{i=1}^n \\frac{x_i}{1 + \\sum_{i=1}^n y_i}", "equal"},
            {"latex: G = \\sum_i \\frac{x_i}{1 + y_i}", "wrong-value"},
            {"latex: H = \\sum_i (\\sum_j X_{ij} x_j)(\\sum_j X_{ij} x_j)", "equal"},
        });
}

TEST_CASE("products in an exponent, and quotients of tensors") {
  table("x, z : R[m,m] positive\nF = z.^x\nu : R[3,1,1]\nv : R\nG = sum(i, v/u[i,1,1])\n",
        {
            {"latex: F = z^{\\operatorname{ones}(m, m) \\odot x}", "equal"},
            {"latex: F = z^{x \\odot x}", "wrong-value"},
            {"latex: G = \\sum_i v \\cdot \\frac{1}{u}_{i,1,1}", "equal"},
        });
}

TEST_CASE("the gradient by nothing is by the only variable, right or wrong") {
  table("x : R[3]\nf = x[1]^2*x[2] + x[3]\n",
        {
            {"latex: \\nabla f = \\begin{pmatrix} 2x_1x_2 \\\\ x_1^2 \\\\ 1 \\end{pmatrix}", "equal"},
            {"latex: \\nabla f = \\begin{pmatrix} 2x_1x_2 \\\\ x_1^2 \\\\ x_3 \\end{pmatrix}", "wrong-value"},
        });
  table("A : R[m,n]\nparam w : R[n]\nL = sum((A*w).^2)\n", {{"latex: \\nabla L = A^T A w", "scaled"}});
}

TEST_CASE("a value that is written with what it is made from is that value, of an entry that entry") {
  const std::vector<Row> rows{
      {"latex: \\frac{\\partial \\sigma_i}{\\partial z_j} = \\sigma(z_i)(\\delta_{ij} - \\sigma(z_j))", "equal"},
      {"latex: \\frac{\\partial \\sigma_i}{\\partial z_j} = \\sigma(z)_i(\\delta_{ij} - \\sigma(z)_j)", "equal"},
      {"latex: \\frac{\\partial \\sigma_i}{\\partial z_i} = \\sigma(z_i)(1 - \\sigma(z_i))", "equal"},
      {"latex: \\frac{\\partial \\sigma}{\\partial z} = \\operatorname{diag}(\\sigma(z)) - \\sigma(z)\\sigma(z)^T",
       "equal"},
      {"latex: \\frac{\\partial \\sigma_i}{\\partial z_j} = \\sigma(z_i)(1 - \\sigma(z_j))", "wrong-value"},
  };
  table("z : R[n]\nsigma = softmax(z)\n", rows);
  table("x : R[d]\nW : R[n,d]\nz = W*x\nsigma = softmax(z)\n", rows);
  table("sigma(v) = softmax(v)\nz : R[n]\ny : R[n] onehot\np = sigma(z)\nL = -sum(y .* log(p))\n",
        {
            {"latex: \\frac{\\partial p_i}{\\partial z_j} = \\sigma(z_i)(\\delta_{ij} - \\sigma(z_j))", "equal"},
            {"latex: \\frac{\\partial L}{\\partial z_k} = \\sigma(z_k) - y_k", "equal"},
            {"latex: \\frac{\\partial L}{\\partial z} = \\sigma(z) - y", "equal"},
            {"latex: \\frac{\\partial L}{\\partial z_k} = \\sigma(z_k)(1 - y_k)", "wrong-value"},
        });
  table("x : R[n]\nparam w : R[n]\ny : R\nf = sigmoid(w'*x)\nL = (f - y)^2/2\n",
        {{"latex: \\nabla_w L = (f(x) - y) f(x)(1 - f(x)) x", "equal"},
         {"latex: \\nabla_w L = (f(x) - y) x", "wrong-value"}});
}

TEST_CASE("the chain rule over entries") {
  table(
      "W : R[m,n]\nx : R[n]\ny : R[m]\nz = W*x\np = softmax(z)\nL = sum((p - y).^2)\n",
      {
          {"latex: \\frac{\\partial L}{\\partial z_k} = \\sum_i \\frac{\\partial L}{\\partial p_i}\\frac{\\partial "
           "p_i}{\\partial z_k}",
           "equal"},
          {"latex: \\frac{\\partial L}{\\partial z_k} = \\sum_{i=1}^m 2(p_i - y_i)\\frac{\\partial p_i}{\\partial z_k}",
           "equal"},
          {"latex: \\frac{\\partial L}{\\partial W_{ij}} = \\frac{\\partial L}{\\partial z_i} x_j", "equal"},
          {"latex: \\frac{\\partial L}{\\partial x_j} = \\sum_i W_{ij}\\frac{\\partial L}{\\partial z_i}", "equal"},
          {"latex: \\frac{\\partial L}{\\partial x_j} = \\sum_i \\frac{\\partial L}{\\partial z_i}\\frac{\\partial "
           "z_i}{\\partial x_j}",
           "equal"},
          {"latex: \\frac{\\partial L}{\\partial z_k} = \\frac{\\partial L}{\\partial p_k}\\frac{\\partial "
           "p_k}{\\partial z_k}",
           "wrong-value"},
          {"latex: \\frac{\\partial L}{\\partial W_{ij}} = \\frac{\\partial L}{\\partial z_j} x_i", "nonconforming"},
      });
}

TEST_CASE("a scalar before a bracket is a factor, unless the bracket holds what it is made from") {
  table("X : R[k,k] invertible\nf = 1/det(X)\n",
        {
            {"latex: \\frac{\\partial f}{\\partial X} = -f \\left(X^\\top\\right)^{-1}", "equal"},
            {"latex: \\frac{\\partial f}{\\partial X} = -f (X^{-1})^T", "equal"},
            {"latex: \\frac{\\partial f}{\\partial X} = -f(X) X^{-T}", "equal"},
            {"latex: \\frac{\\partial f}{\\partial X} = -f(X) (X^T)^{-1}", "equal"},
        });
}

TEST_CASE("an index on a bracket picks an entry") {
  table("x : R[m,n]\nA : R[m,k]\nB : R[k,n]\nu : R[n]\nL = sum(x.^2)/2\nF = sum(x .* (A*B))\nz = x*u\n",
        {
            {"latex: \\frac{\\partial L}{\\partial x_{ij}} = (\\frac{x}{2}+\\frac{x}{2})_{ij}", "equal"},
            {"latex: \\frac{\\partial F}{\\partial x_{ij}} = (A B)_{ij}", "equal"},
            {"latex: \\frac{\\partial F}{\\partial x_{ij}} = \\left[ A B \\right]_{i,j}", "equal"},
            {"latex: \\frac{\\partial F}{\\partial x_{ij}} = (B^TA^T)_{ji}", "equal"},
            {"latex: \\left(\\frac{\\partial F}{\\partial x}\\right)_{ij} = \\sum_k A_{ik} B_{kj}", "equal"},
            {"latex: \\left[\\frac{\\partial z}{\\partial u}\\right]_{ij} = x_{ij}", "equal"},
            {"latex: \\left(\\frac{\\partial L}{\\partial x}\\right)_{ij} = 2 x_{ij}", "scaled"},
        });
}

TEST_CASE("a value with its arguments is the value, however it rests on them") {
  table(
      "x : R[n]\nf = sum(x.^2)\nL = exp(f)\nX : R[m,n]\nw : R[n]\ny : R[m]\nh = X*w\nJ = sum((h - y)^2)\n"
      "z : R[n]\ns : R positive\nk = exp(-sum((x - z)^2)/(2*s^2))\n",
      {
          {"latex: \\nabla_x L = 2x L(x)", "equal"},
          {"latex: \\nabla_x L = 2 L(x)", "wrong-shape"},
          {"latex: J(w) = \\|Xw - y\\|^2", "equal"},
          {"latex: J(w) = 2\\|Xw - y\\|^2", "scaled"},
          {"latex: \\nabla_w J(w) = 2X^T(Xw - y)", "equal"},
          {"latex: \\nabla_x k(x,z) = -\\frac{x - z}{s^2} k(x,z)", "equal"},
      });
}

TEST_CASE("two indices on a vector are of the matrix, or of Kronecker") {
  table("X : R[n,d]\nx : R[d]\ny, u : R[n]\ndelta = X'*y\na = sigmoid(u)\nf = sum((X*x - y).^2)\n",
        {
            {"latex: \\frac{\\partial f}{\\partial x_j} = 2\\sum_i x_{ij}(\\sum_k x_{ik} x_k - y_i)", "equal"},
            {"latex: \\frac{\\partial f}{\\partial x_j} = \\sum_i x_{ij}(\\sum_k x_{ik} x_k - y_i)", "scaled"},
            {"latex: \\frac{\\partial a_i}{\\partial u_j} = a_i (1 - a_i) \\delta_{ij}", "equal"},
            {"latex: \\frac{\\partial f}{\\partial x} = 2X^TXx - 2\\delta", "equal"},
        });
}

TEST_CASE("what stands beside a formula is no part of it") {
  table("X : R[m,n]\ny : R[m]\nparam w : R[n]\nL = sum((X*w - y)^2)/2\n",
        {
            {"latex: \\frac{\\partial L}{\\partial w} = X^T(Xw - y) \\quad (n \\times 1)", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^T(Xw - y) \\stackrel{!}{=} 0", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^T(Xw - y) \\overset{!}{=} 0", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^T(Xw - y) =: g", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = \\frac{1}{\\cancel{2}}\\cdot\\cancel{2}X^T(Xw - y)", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^T(Xw - y) \\quad \\text{by the chain rule}", "equal"},
            {"latex: \\frac{\\partial L}{\\partial w} = X^Ty \\quad (n \\times 1)", "wrong-value"},
        });
}

}  // namespace gradwright::claims_table

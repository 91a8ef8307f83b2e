// LaTeX as people write it: on question sites, in lecture notes and in papers. Each row against a reading written by hand.
#include "latex_rows.h"

namespace gradwright::latex_rows {

TEST_CASE("cases and indicators") {
  means("\\begin{cases} 1 & z_2 > 0 \\\\ 0 & z_2 \\le 0 \\end{cases}", "(z2 > 0)");
  means("\\begin{cases} 1 & \\text{if } z_2 > 0 \\\\ 0 & \\text{otherwise} \\end{cases}", "(z2 > 0)");
  means("\\begin{cases} x, & \\text{if } x \\ge 0, \\\\ 0, & \\text{else}. \\end{cases}", "x .* (x >= 0)");
  means("\\begin{cases} x & x > 0 \\\\ \\lambda x & x \\leq 0 \\end{cases}",
        "x .* (x > 0) + lambda*x .* (1 - (x > 0))");
  means("\\left\\{\\begin{array}{ll} 1 & x > 0 \\\\ 0 & x \\le 0 \\end{array}\\right.", "(x > 0)");
  means("v \\odot \\begin{cases} 1 & x > 0 \\\\ 0 & x \\le 0 \\end{cases}", "v .* (x > 0)");
  means("\\begin{dcases} 1 & \\text{for } x > 0 \\\\ 0 & \\text{for } x < 0 \\end{dcases}", "(x > 0)");
  means("\\begin{cases} 0 & x < 0 \\\\ 1 & x \\ge 0 \\end{cases}", "1 - (x < 0)");
  means("\\mathbb{1}[z_2 > 0]", "(z2 > 0)");
  means("\\mathbb{1}\\{z_2 > 0\\}", "(z2 > 0)");
  means("\\mathbb{I}(z_2 > 0)", "(z2 > 0)");
  means("\\mathbf{1}_{z_2>0}", "(z2 > 0)");
  means("\\mathbf{1}_{\\{z_2>0\\}}", "(z2 > 0)");
  means("\\mathbb{1}_{[x \\geq 0]}", "(x >= 0)");
  means("\\mathbb{1}\\left(x > 0\\right) \\odot v", "(x > 0) .* v");
  means("[x > 0]", "(x > 0)");
  means("I(x > 0)", "(x > 0)");
  means("I\\{x > 0\\}", "(x > 0)");
  means("\\mathbf{1}(x > 0)", "(x > 0)");
}

TEST_CASE("brackets, norms, inner products") {
  means("\\bigl( x + v \\bigr)", "x + v");
  means("X^T \\big( w \\odot (y - h_0) \\big)", "X'*(w .* (y - h0))");
  means("\\Bigl[ x + v \\Bigr]", "x + v");
  means("\\left\\{ x + v \\right\\}", "x + v");
  means("\\{x + v\\}", "x + v");
  means("\\exp\\{-x\\}", "exp(-x)");
  means("\\exp\\left\\{ -\\tfrac{1}{2} x \\right\\}", "exp(-1/2*x)");
  means("\\lVert Xx - y \\rVert_2^2", "norm2(X*x - y)^2");
  means("\\left\\| Xx - y \\right\\|^2", "norm2(X*x - y)^2");
  means("\\left\\Vert x \\right\\Vert_2", "norm2(x)");
  means("\\big\\| x \\big\\|_2^2", "norm2(x)^2");
  means("||Xx - y||^2", "norm2(X*x - y)^2");
  means("||x||_2", "norm2(x)");
  means("\\frac12 \\|y - h_0\\|_2^2", "1/2*norm2(y - h0)^2");
  means("\\left\\langle x, v \\right\\rangle", "dot(x, v)");
  means("\\langle x, A v\\rangle", "dot(x, A*v)");
  means("\\tfrac{1}{m}X^\\top y", "1/m*X'*y");
  means("\\dfrac{X^\\top y}{m}", "X'*y/m");
  means("\\frac1m X^T y", "1/m*X'*y");
  means("\\frac{1}{m} \\left( X^T \\left[ y - h_0 \\right] \\right)", "1/m*X'*(y - h0)");
}

TEST_CASE("primes, dots, powers of functions") {
  means("\\sigma'(z_2)", "sigmoid'(z2)");
  means("\\sigma^{\\prime}(z_2)", "sigmoid'(z2)");
  means("\\sigma^\\prime\\left(z_2\\right)", "sigmoid'(z2)");
  means("\\dot{\\sigma}(z_2)", "sigmoid'(z2)");
  means("\\dot\\sigma(z_2)", "sigmoid'(z2)");
  means("f'(z_2)", "f'(z2)");
  means("\\tanh'(x)", "tanh'(x)");
  means("1 - \\tanh^2(x)", "1 - tanh(x).^2");
  means("1-\\tanh^{2} x", "1 - tanh(x).^2");
  means("(1 - \\tanh^2(x)) \\odot v", "(1 - tanh(x).^2) .* v");
  means("\\sigma(z_2)^2", "sigmoid(z2).^2");
  means("\\sigma^2(z_2)", "sigmoid(z2).^2");
  means("\\log_{10} s", "log(s)/log(10)");
  means("\\frac{e^{-x}}{(1+e^{-x})^2}", "exp(-x) ./ (1 + exp(-x)).^2");
  means("\\mathrm{e}^{-x}", "exp(-x)");
  means("\\operatorname{sigmoid}(z_2)", "sigmoid(z2)");
  means("\\mathrm{sigmoid}'(z_2)", "sigmoid'(z2)");
  means("\\text{softmax}(z_2) - y", "softmax(z2) - y");
  means("\\mathrm{ReLU}'(b)", "relu'(b)");
  means("\\operatorname{ReLU}^{\\prime}(b)", "relu'(b)");
  means("\\sinh x", "sinh(x)");
}

TEST_CASE("scripts that turn, invert, name") {
  means("X^{\\mathsf T} y", "X'*y");
  means("X^{\\mathsf{T}} y", "X'*y");
  means("X^{\\mathrm T} y", "X'*y");
  means("X^{\\text{T}} y", "X'*y");
  means("X^{\\rm T} y", "X'*y");
  means("X^{\\bf T} y", "X'*y");
  means("X^{\\mathbf{T}}y", "X'*y");
  means("X^{\\mathtt{T}} y", "X'*y");
  means("X^{\\dagger\\!}y", "X'*y");
  means("{\\bf X}^T {\\bf y}", "X'*y");
  means("\\mathbf{X}^{\\intercal}\\mathbf{y}", "X'*y");
  means("A^{-1}", "inv(A)");
  means("A^{-\\top} x", "inv(A)'*x");
  means("A^{-\\mathsf{T}} x", "inv(A)'*x");
  means("(A^T A + \\lambda I_n)^{-1} x", "inv(A'*A + lambda*eye(n))*x");
  means("\\left(A^{-1}\\right)^T x", "inv(A)'*x");
  means("(A^T)^{-1} x", "inv(A')*x");
  means("{W^{(2)}}^T y", "W2'*y");
  means("{W_2}^{\\!\\top} y", "W2'*y");
  means("\\left(W^{[2]}\\right)^{T} y", "W2'*y");
  means("W^{[2]^T} y", "W2'*y");
  means("W^{[2]T} y", "W2'*y");
  means("W^{\\langle 2 \\rangle} b", "W2*b");
  means("a^{[2]} - y", "a2 - y");
  means("\\delta^{(2)}_1", "delta2[1]");
  means("W^{(2)}_{12}", "W2[1,2]");
  means("\\sum_j W^{(1)}_{1j} x_j", "sum(j, W1[1,j]*x[j])");
  means("\\sum_{j=1}^n w^{(1)}_{1j} x_j", "sum(j, W1[1,j]*x[j])");
  means("\\mathbf{a}^{(2)} (\\mathbf{a}^{(2)})^\\top", "a2*a2'");
  means("\\mathbf{W}_{2}\\,\\mathbf{b}", "W2*b");
}

TEST_CASE("operators and layout") {
  means("w \\ast y", "w .* y");
  means("x \\oslash v", "x ./ v");
  means("2 \\cdot s \\cdot x", "2*s*x");
  means("\\lambda s x", "lambda*s*x");
  means("s(x + v)", "s*(x + v)");
  means("\\lambda(x + v)", "lambda*(x + v)");
  means("\\lambda \\, x", "lambda*x");
  means("2\\lambda\\cdot x", "2*lambda*x");
  means("x\\cdot s", "x*s");
  means("\\quad X^T y \\quad", "X'*y");
  means("&= X^T y", "X'*y");
  means("X^T y \\tag{1}", "X'*y");
  means("X^T y \\label{eq:grad}", "X'*y");
  means("X^T y \\qquad \\text{(chain rule)}", "X'*y");
  means("\\therefore X^T y", "X'*y");
  means("\\underbrace{X^T}_{n \\times m} \\underbrace{y}_{m \\times 1}", "X'*y");
  means("\\underbrace{(a_2 - y)}_{\\delta^{(2)}} b^T", "(a2 - y)*b'");
  means("\\overset{\\text{def}}{=} X^T y", "X'*y");
  means("\\color{red}{X^T} y", "X'*y");
  means("\\textcolor{blue}{X^T} y", "X'*y");
  means("\\boxed{X^T y}", "X'*y");
  means("\\mathbf{1}^\\top x", "ones(n)'*x");
  means("\\mathbb{1}^\\top x", "ones(n)'*x");
  means("\\mathbf{1}_m^\\top X", "ones(m)'*X");
  means("I_n x", "x");
  means("\\mathbf{I}_n - A", "eye(n) - A");
  means("\\mathbb{I} - A", "eye(n) - A");
  means("\\operatorname{diag}\\left(\\sigma'(z_2)\\right) W_2", "diag(sigmoid'(z2))*W2");
  means("\\mathrm{diag}(x)\\, v", "diag(x)*v");
  means("\\operatorname{Diag}(x) v", "diag(x)*v");
  means("\\operatorname{tr}\\left(A^\\top B\\right)", "tr(A'*B)");
  means("\\operatorname{Tr}[A B]", "tr(A*B)");
  means("\\mathrm{vec}(A)", "vec(A)");
  means("\\frac{\\mathbf{x}}{\\|\\mathbf{x}\\|_2}", "x/norm2(x)");
}

TEST_CASE("pasted from a page") {
  means("W₂ᵀδ₂ ⊙ σ′(b)", "(W2'*delta2) .* sigmoid'(b)");
  means("(a₂ − y)bᵀ", "(a2 - y)*b'");
  means("Xᵀ(Xx − y)", "X'*(X*x - y)");
  means("½‖x‖²", "1/2*norm2(x)^2");
  means("λx + A⁻¹v", "lambda*x + inv(A)*v");
  means("A⁻ᵀv", "inv(A)'*v");
  means("x ∗ v", "x .* v");
  means("W⁽²⁾b", "W2*b");
  means("√s", "sqrt(s)");
  means("ŷ − y", "yhat - y");
  means("𝐗ᵀ𝐲", "X'*y");
  means("𝟙[x > 0]", "(x > 0)");
  means("x ≥ 0", "(x >= 0)");
  means("⟨x, v⟩", "dot(x, v)");
  means("A ⊗ B", "kron(A, B)");
  means("x ⊘ v", "x ./ v");
  means("∑ᵢ xᵢvᵢ", "sum(i, x[i]*v[i])");
}

TEST_CASE("products and sums over indices") {
  means("\\prod_{i=1}^n x_i", "prod(x)");
  means("\\prod_i x_i", "prod(x)");
  means("\\sum_{i : y_i = 1} x_i", "sum(i, x[i]*(y[i] == 1))");
  means("\\sum_{i : y_i < 1} x_i", "sum(i, x[i]*(y[i] < 1))");
  means("\\prod_i A_{ii}", "prod(diag(A))");
  means("\\prod_i A_{ij}", "prod(A[:,j])");
  means("\\prod_i 2 x_i^2", "prod(2*x.^2)");
  means("\\sum_{i=1}^{n} x_i A_{i1}", "sum(i, x[i]*A[i,1])");
  means("\\sum\\limits_{i=1}^{n} x_i^2", "sum(i, x[i]^2)");
  means("\\sum\\nolimits_i x_i^2", "sum(i, x[i]^2)");
  means("\\sum_{i = 1, j = 1}^{n} A_{ij}", "sum(i, j, A[i,j])");
  means("\\sum_{i \\in [n]} x_i", "sum(i, x[i])");
  means("-\\sum_{i} y_i \\log \\hat{y}_i", "-sum(i, y[i]*log(yhat[i]))");
  means("\\sum_i \\sum_{k \\le i} x_k v_i", "sum(i, sum(k, tril(ones(n,n))[i,k]*x[k]*v[i]))");
  means("\\sum_i v_i \\sum_{k < i} x_k", "sum(i, v[i]*sum(k, (1 - triu(ones(n,n))[i,k])*x[k]))");
  means("\\sum_{i=1}^n v_i \\sum_{k=1}^{i} x_k", "sum(i, v[i]*sum(k, tril(ones(n,n))[i,k]*x[k]))");
  means("\\sum_{i=1}^n v_i \\sum_{k=1}^{i-1} x_k", "sum(i, v[i]*sum(k, (1 - triu(ones(n,n))[i,k])*x[k]))");
  means("\\sum_i v_i \\sum_{k \\ge i} x_k", "sum(i, v[i]*sum(k, triu(ones(n,n))[i,k]*x[k]))");
  means("\\sum_{i<j} A_{ij}", "sum(i, j, (1 - triu(ones(n,n))[j,i])*A[i,j])");
  means("\\sum_{i \\neq j} A_{ij}", "sum(i, j, (1 - delta(i,j))*A[i,j])");
  means("\\sum_{k \\ne l} A_{kl} x_k x_l", "sum(k, l, (1 - delta(k,l))*A[k,l]*x[k]*x[l])");
  means("\\sum_{i=1}^n \\sum_{j=i}^n A_{ij}", "sum(i, sum(j, triu(ones(n,n))[i,j]*A[i,j]))");
  means("\\sum_{i=1}^n \\sum_{j=i+1}^n A_{ij}", "sum(i, sum(j, (1 - tril(ones(n,n))[i,j])*A[i,j]))");
  means("\\prod_i x_i \\sum_j v_j", "prod(x)*sum(v)");
  means("\\prod_i x_i \\cdot \\sum_j v_j", "prod(x)*sum(v)");
  means("\\sin^{-1} x", "asin(x)");
  means("\\tanh^{-1}(x)", "atanh(x)");
  means("\\operatorname{sech}^2 x", "(1 ./ cosh(x)).^2");
  means("\\cot x", "1 ./ tan(x)");
  means("\\sum_{i=0}^{n-1} x_i", "sum(i, x[i])");
  means("\\sum_{i=1}^{N} x_i", "sum(i, x[i])");
  means("\\sum_{i \\in \\mathcal{D}} x_i", "sum(i, x[i])");
  means("\\sum_i \\sum_j \\begin{cases} x_i & i = j \\\\ v_j & i \\neq j \\end{cases}",
        "sum(i, sum(j, x[i]*delta(i,j) + v[j]*(1 - delta(i,j))))");
  means("\\sum_i \\sum_j \\mathbb{1}[i = j] A_{ij}", "sum(i, sum(j, delta(i,j)*A[i,j]))");
  means("\\mathbb{1}[0 < x < 1]", "(0 < x) .* (x < 1)");
  means("\\begin{cases} -1 & x < -1 \\\\ x & -1 \\le x \\le 1 \\\\ 1 & x > 1 \\end{cases}",
        "-(x < -1) + x .* ((-1 <= x) .* (x <= 1)) + (x > 1)");
  means("\\sum_j \\sum_{k \\neq j} x_k v_j", "sum(j, sum(k, (1 - delta(k,j))*x[k]*v[j]))");
}

TEST_CASE("limits of sums and products are kept") {
  means("\\sum_{i=1}^{3} x_i", "sum(i, x[1:3][i])");
  means("\\sum_{i=1}^{n-1} x_i", "sum(i, x[1:n-1][i])");
  means("\\sum_{i=2}^n x_i", "sum(i, x[2:n][i])");
  means("\\sum_{i=1}^{n-1} x_i x_{i+1}", "sum(i, x[1:n-1][i]*x[2:n][i])");
  means("\\sum_{i=2}^{n} v_i x_{i-1}", "sum(i, v[2:n][i]*x[1:n-1][i])");
  means("\\sum_{i=0}^{n-2} x_{i+1} x_{i+2}", "sum(i, x[1:n-1][i]*x[2:n][i])");
  means("\\sum_{i=0}^{n-2} x_i x_{i+1}", "sum(i, x[1:n-1][i]*x[2:n][i])");
  means("\\sum_{i=0}^{2} x_{i+1}", "sum(i, x[1:3][i])");
  means("\\sum_{i=2}^{3} \\sum_{j=1}^{n} A_{ij} x_j", "sum(i, sum(j, A[2:3,:][i,j]*x[j]))");
  means("\\sum_{i,j=1}^{2} A_{ij}", "sum(i, j, A[1:2,1:2][i,j])");
  means("\\sum_{i=1}^{2} X_i v", "sum(i, X[1:2,:][i,:]*v)");
  means("\\sum_{i=2}^{m} y^{(i)}", "sum(i, y[2:m][i])");
  means("\\sum_{i=1}^{3} (Av)_i", "sum(i, (A*v)[1:3][i])");
  means("\\sum_{i=1}^{3} \\sum_{k=1}^{i} x_k v_i", "sum(i, sum(k, tril(ones(3,n))[i,k]*x[k]*v[1:3][i]))");
  means("\\prod_{i=1}^{3} x_i", "prod(x[1:3])");
  means("\\prod_{i=2}^{n} (x_i - x_{i-1})", "prod(x[2:n] - x[1:n-1])");
  means("\\sum_{i=1}^{4} s", "4*s");
  means("\\sum_{i=1}^{n} x", "sum(x)");
  means("\\sum_i \\sum_{j=0}^{n-1} \\delta_{ij} x_i v_j", "sum(i, sum(j, delta(i,j)*x[i]*v[j]))");
  means("\\sum_{i=2}^{3} \\sum_j x_i v_j \\mathbb{1}[i = j]", "sum(i, sum(j, x[2:3][i]*v[j]*delta(i+1,j)))");
}

TEST_CASE("brackets over sums of indices, as they are printed") {
  means("\\sum_{i,j,q} x_i v_j x_q \\mathbb{1}[q = i-j+1]", "sum(i, j, q, x[i]*v[j]*x[q]*delta(q, i-j+1))");
  means("\\sum_{i,j} x_i v_j \\mathbb{1}[i = 2j+n-1]", "sum(i, j, x[i]*v[j]*delta(i, 2*j+n-1))");
  means("\\sum_{j} v_j \\mathbb{1}[2 = j]", "sum(j, v[j]*delta(2, j))");
}

TEST_CASE("macros") {
  means("\\newcommand{\\R}{X} \\R^T y", "X'*y");
  means("\\newcommand\\T{^{\\mathsf T}} X\\T y", "X'*y");
  means("\\def\\half{\\tfrac12} \\half x", "1/2*x");
  means("\\def\\inner#1#2{\\langle #1, #2\\rangle} \\inner{x}{Av}", "dot(x, A*v)");
  means("\\newcommand{\\vect}[1]{\\mathbf{#1}} \\vect{x} + \\vect v", "x + v");
  means("\\renewcommand{\\vec}[1]{\\boldsymbol{#1}} \\vec{x}", "x");
  means("\\DeclareMathOperator{\\relu}{ReLU} \\relu(x)", "relu(x)");
  means("\\DeclareMathOperator*{\\softmax}{softmax} \\softmax(x)", "softmax(x)");
  means("\\newcommand{\\op}[1]{\\operatorname{#1}} \\op{tr}(A)", "tr(A)");
  means("\\newcommand{\\pow}[2][2]{{#2}^{#1}} \\pow{x} + \\pow[3]{x}", "x^2 + x^3");
  means("\\let\\hp\\odot x \\hp v", "x .* v");
  means("\\DeclarePairedDelimiter{\\nrm}{\\lVert}{\\rVert} \\nrm{x}", "norm2(x)");
  means("\\newcommand{\\a}{\\b}\\newcommand{\\b}{x} \\a", "x");
  fails("\\newcommand{\\a}{\\b}\\newcommand{\\b}{\\a} \\a + x", "G0602", "\\a",
        "the macro `\\a` has no end: it comes to itself again");
  fails("\\newcommand{\\two}[2]{#1 + #2} \\two{x}", "G0602", "\\two", "`\\two` takes 2 arguments");
}

TEST_CASE("an equation over two lines") {
  means("L = X^T \\\\ y", "X'*y");
  means("L = X^T y \\\\ {} + x", "X'*y + x");
}

TEST_CASE("what is not read is told, never left out") {
  fails("\\left.\\frac{x}{2}\\right|_{x = 0}", "G0602", "|_{x = 0}", "a value at a point is not read");
  fails("x \\big|_{x=v}", "G0602", "|_{x=v}", "a value at a point is not read");
  fails("\\sum_{k<i} x_k", "G0602", "<", "a sum over a part of an axis is not read");
  fails("\\sum_{i=1}^{m} x_i", "G0602", "m", "`i` runs from 1 to m here, and the axis it picks from has n");
  fails("\\sum_{i=0}^{n} x_i", "G0602", "n", "`i` runs from 0 to n here, and the axis it picks from has n");
  fails("\\sum_{i=1}^{n+1} x_i", "G0602", "n+1", "`i` runs from 1 to n + 1 here, and the axis it picks from has n");
  fails("\\prod_{i=2}^{n} x_{i+1}", "G0602", "n", "`i` runs from 2 to n here, and the axis it picks from has n");
  fails("\\sum_{i=0}^{n-1} x_i x_{i+1}", "G0602", "n-1",
        "`i` runs from 0 to n - 1 here, and the axis it picks from has n");
  fails("\\sum_{i=1}^{N-1} x_i", "G0602", "N-1", "a sum over a part of an axis is not read");
  fails("\\sum_{i=3}^{2} x_i", "G0602", "2", "this sum has no terms: it ends before it begins");
  fails("\\sum_{i=2} x_i", "G0602", "2", "a sum over a part of an axis is not read");
  fails("\\sum_{i=1}^{m} x", "G0602", "\\sum_{i=1}^{m} x", "no entry here is picked by `i`, which runs to m");
  fails("\\sum_{i=0}^{n-1} x_i + x_1", "G0602", "1", "a sum from 0 counts entries from 0 here, and a number picks one");
  fails("v_2 + \\sum_{i=0}^{n-1} x_i", "G0602", "0", "a sum from 0 counts entries from 0 here, and a number picks one");
  fails("\\sum_{i=0}^{n-1} \\sum_{j=1}^{n} \\delta_{ij} x_i v_j", "G0602", "\\delta_{ij}",
        "indices counted from 0 and from 1 are not compared");
  fails("\\prod_i x", "G0602", "\\prod_i x",
        "this product over an index is not read: no column has its factors as entries");
  fails("w \\oplus y", "G0602", "\\oplus", "`\\oplus` is not read");
  fails("x^2 … v", "G0602", "…", "dots leave the rest to the reader");
  fails("\\sum_{i>1} x_i", "G0602", ">", "a sum over a part of an axis is not read");
  fails("\\sum_{i \\in S} x_i", "G0602", "\\in S", "a sum over a part of an axis is not read");
  fails("\\sum_{i : S} x_i", "G0602", ":", "a sum over a part of an axis is not read");
  fails("\\prod_{k<i} x_k", "G0602", "<", "a product over a part of an axis is not read");
  fails("\\int x", "G0602", "\\int", "`\\int` is not read");
  fails("x \\pm v", "G0602", "\\pm", "two formulas in one are not read");
  fails("x \\approx v", "G0602", "\\approx", "this is no equality, so it is not checked");
  fails("x \\propto v", "G0602", "\\propto", "this is no equality, so it is not checked");
  fails("1 + x + \\dots + s", "G0602", "\\dots", "dots leave the rest to the reader");
  fails("\\begin{cases} 1 & x > 0 \\end{cases}", "G0602", "\\begin{cases} 1 & x > 0 \\end{cases}",
        "these cases do not say what holds otherwise");
  fails("\\E[x]", "G0602", "\\E", "`\\E` is not read");
}

}  // namespace gradwright::latex_rows

#include "source/catalogue.h"

#include <array>

namespace gradwright {
namespace {

constexpr auto rows = std::to_array<CatalogueRow>({
    {"G0001", "unknown character", "a character that the language does not know", "take one of the operators + - * / .* ./ ^ .^ ' \\ == < <= > >=", "x : R[2]\nf = x $ x"},
    {"G0002", "malformed number", "a number with a second point or an empty exponent", "write it as 12, 0.5 or 1e-3", "f = 1e+"},
    {"G0003", "unterminated bracket", "a bracket is opened and never closed", "close it; a line goes on while a bracket is open", "f = (1 + 2"},
    {"G0004", "invalid UTF-8", "the file holds bytes that are no UTF-8 text", "save the file as UTF-8", ""},
    {"G0005", "number too large", "an exact constant does not fit 64 bits", "scale the formula, or declare the number as data: `c : R`", "f = 99999999999999999999"},
    {"G0006", "division by zero", "a divisor that is exactly zero", "check the divisor", "x : R\nf = x/0"},
    {"G0101", "unexpected token", "a token stands where the statement should end or go on differently", "remove it, or add the missing operator", "f = 1 2"},
    {"G0102", "expected an expression", "an operator without its operand", "write the operand that is missing", "f = 1 +"},
    {"G0103", "expected a closing bracket", "the bracket closes with the wrong sign or not at all", "close it with the matching bracket", "f = (1]"},
    {"G0104", "malformed declaration", "a declaration that is not `name : R[sizes]`", "write `x : R[n]` or `W : R[m,n]`", "x : Q[2]"},
    {"G0105", "unknown property", "a fact about a matrix that the language does not know", "take one of the listed properties", "S : R[n,n] shiny"},
    {"G0106", "unknown initialiser", "an initialiser that the language does not know", "zeros ones glorot he lecun normal(m,s) uniform(a,b)", "param W : R[2,2] ~ magic"},
    {"G0107", "nesting too deep", "more than 200 brackets inside each other", "name a part of the formula on a line of its own", ""},
    {"G0108", "malformed request", "a `derive`, `hessian`, `layout` or `minimize` line that is not complete", "write `derive L wrt W`", "derive wrt W"},
    {"G0109", "malformed claim", "a claim without two sides", "write `claim dL/dW = …`", "claim 3"},
    {"G0110", "malformed function definition", "the parameters of a function are not names", "write `f(a, b) = …`", "f(1) = 2"},
    {"G0111", "unknown statement", "a line that is no declaration, definition, request or claim", "a line declares (`x : R[n]`), defines (`z = W*x`), asks (`derive L wrt W`) or claims (`claim dL/dW = …`)", "hello"},
    {"G0112", "update in a sheet", "`name := …` gives a name a new value: lines of an optimiser do that, a sheet does not", "define the name by `=`", "v := 1"},
    {"G0113", "optimiser without an end", "no line of the optimiser gives `theta` a new value", "end it with `theta := theta - rate*g`", ""},
    {"G0114", "only part of it would be minimised", "a second `minimize`, or `minimize L wrt …`: a sheet trains one loss, by every `param`", "one `minimize` line without `wrt`; declare what is not to be trained as `const`, or as data", "param w : R\nL = w^2\nminimize L\nminimize L"},
    {"G0115", "sheet too long", "more than 2 MiB of text, which no worksheet needs", "numbers are data: declare them (`X : R[n,d]`) and give them by `--input` or `--data`", ""},
    {"G0116", "empty sheet", "a file without a line that declares, defines, asks or claims", "declare inputs (`x : R[n]`), define a formula (`f = sum(x.^2)`), and ask (`derive f wrt x`)", "\n"},
    {"G0117", "notation of another language", "`**`, `//`, `W.T`, `np.exp(x)`, `|v|`, `[[1,2],[3,4]]`: what Python and mathematics write, and this language does not", "see what it would be here; NumPy is read after `claim numpy:`, LaTeX after `claim latex:`", "x : R[2]\nf = x**2"},
    {"G0201", "sizes differ in a sum", "the operands of + or - have different sizes", "make the sizes equal: change a declaration, or transpose", "x : R[2]\ny : R[3]\nf = x + y"},
    {"G0202", "sizes differ in an elementwise operation", "the operands of .* ./ .^ or a comparison have different sizes", "make the sizes equal: change a declaration, or transpose", "x : R[2]\ny : R[3]\nf = x .* y"},
    {"G0203", "inner sizes differ in a product", "the columns of the left factor are not the rows of the right one", "transpose a factor, or change the order", "A : R[2,3]\nf = A*A"},
    {"G0204", "a square matrix is needed", "det, inv, tr or a power of a matrix that is not square", "A'*A and A*A' are square", "A : R[2,3]\nf = det(A)"},
    {"G0205", "division by a matrix", "`/` with something that is no scalar on its right", "use ./ or *inv(B)", "x : R[2]\nf = x/x"},
    {"G0206", "two columns multiplied", "`*` between two columns", "write .* for entry by entry, x'*y for the scalar, x*y' for the matrix", "x : R[2]\nf = x*x"},
    {"G0207", "a vector added to a matrix", "nothing broadcasts but scalars", "write b*ones(B)' (a column added to every column)", "W : R[2,3]\nb : R[2]\nf = W + b"},
    {"G0208", "wrong shape of an argument", "a function was given an argument of a shape it does not take", "see the table of functions", "A : R[m,n]\nf = softmax(A)"},
    {"G0209", "blocks do not fit", "blocks of one row differ in height, or rows in width", "check the sizes of the blocks", "x : R[2]\nf = [x, 1]"},
    {"G0210", "a scalar is needed", "something with entries stands where one number is meant", "sum it, or take an entry", "W : R[2,3]\nZ[i] = W[i,:]"},
    {"G0211", "too many axes", "a matrix operator was given a tensor", "use index notation", "T : R[2,3,4]\nf = T*T"},
    {"G0212", "index out of range", "an index below 1 or above the size", "indices start at 1", "x : R[2]\nf = x[3]"},
    {"G0213", "dimension contradiction", "two `dim` lines, or a `dim` line and a size, disagree", "remove one of the two", "dim n = 2\ndim n = 3"},
    {"G0214", "the size of an index cannot be found", "no operand says how far the index runs", "use it once as a plain index", "f = sum(k, k)"},
    {"G0215", "unsuitable power of a matrix", "a power that is neither a whole number nor a size", "use .^ for entry by entry", "A : R[2,2]\nf = A^0.5"},
    {"G0216", "an update changes a size", "the new value of a name has not the size that the name has", "write it entry by entry: .* ./ .^", ""},
    {"G0301", "unknown name", "a name that was not declared or defined above", "declare it: `x : R[n]`", "f = q + 1"},
    {"G0302", "name already defined", "a name is declared or defined twice", "choose another name", "x : R\nx : R"},
    {"G0303", "unknown function", "a function that is neither built in, in the prelude, nor in the sheet", "check the spelling, or define it: `f(x) = …`", "f = foo(1)"},
    {"G0304", "wrong number of arguments", "a function was given too few or too many arguments", "give it as many arguments as it takes", "f = exp(1, 2)"},
    {"G0305", "used before its definition", "a definition that uses itself or a later line", "move the definition up", "f = f + 1"},
    {"G0306", "not a variable of the sheet", "what is derived, or by what, does not exist", "name a declaration or a definition", "f = 1\nderive f wrt q"},
    {"G0307", "reserved name", "a name that belongs to the language", "choose another name", "derive : R"},
    {"G0401", "not differentiable here", "the derivative of this cannot be taken here", "name the expression and derive the name", ""},
    {"G0402", "nothing depends on it", "the derivative is zero everywhere", "check the name after `wrt`", "x, y : R\nf = x\nderive f wrt y"},
    {"G0403", "no matrix form", "the result is written in index notation", "nothing is wrong", ""},
    {"G0404", "minimize needs a scalar", "the loss has entries", "sum it", "x : R[2]\nminimize x"},
    {"G0405", "no loss to minimise", "the sheet has no `minimize` line", "add `minimize L`", ""},
    {"G0501", "an input is missing", "the values hold no entry of this name", "add it to the values", ""},
    {"G0502", "an input has the wrong shape", "the values do not fit the declaration", "check rows and columns", ""},
    {"G0503", "malformed input values", "the file is no JSON object of numbers and arrays", "write {\"x\": [1, 2]}", ""},
    {"G0504", "a dimension has no value", "no input says how large the dimension is", "add `dim n = 3` or an input that has it", ""},
    {"G0505", "file cannot be read", "the file does not exist or may not be read", "check the path", ""},
    {"G0506", "malformed data file", "the file is not what its format says", "check how it was written", ""},
    {"G0507", "a value is not finite", "NaN or infinity", "lower the learning rate, or check the data", ""},
    {"G0508", "output cannot be written", "the disk is full, or the output is closed", "check where the output goes", ""},
    {"G0509", "malformed graph", "the text of a graph breaks its grammar or a law of its nodes", "print the graph again", ""},
    {"G0510", "too many parameters for the method", "a method that keeps a square matrix of all parameters has room for some thousand", "take an optimiser that keeps less: lbfgs, adam", ""},
    {"G0511", "too large to compute", "an intermediate result, or all of them together, take more memory than there is", "ask for a product with it instead of the whole; `ulimit -a` shows what bounds the memory", ""},
    {"G0512", "no compiler", "no C compiler was found, or it refused the program: it runs in the plain interpreter of loops", "install gcc or clang, or name one in GRADWRIGHT_CC", ""},
    {"G0513", "no LLVM", "the module that compiles by LLVM is not here, or LLVM refused the program: it is compiled as C instead", "install libllvm19 and the module libgradwright_llvm.so of this version", ""},
    {"G0520", "malformed tensor file", "the file is no safetensors file, or it is cut short or damaged", "write it again", ""},
    {"G0521", "checkpoint of another training", "what it was made with is not what this training has", "give the options, the sheet and the data that it was made with, or begin a checkpoint of another name", ""},
    {"G0522", "checkpoint is there already", "a new training would lose it", "go on from it: `--resume`, or give another name", ""},
    {"G0523", "data that cannot be streamed", "the file has no rows that could be read one by one, or the method takes all samples a step", "see what the message says, or leave `--stream` out", ""},
    {"G0530", "no MPI", "this process is to be one of several, and the module that holds MPI is not here, or could not start", "install openmpi-bin and the module libgradwright_mpi.so of this version, or train in one process: --ranks solo", ""},
    {"G0531", "a step cannot be divided", "several processes share the pieces of a step, and this one has too few, or none", "see what the message says", ""},
    {"G0532", "ranks that do not agree", "processes that train together have other data, options, versions or processors, and would compute other numbers", "give every process the same files, and the same version of this program on machines of one kind", ""},
    {"G0540", "an option without effect", "beside the other options, or for this file, it would change nothing", "leave it out, or what it conflicts with", ""},
    {"G0541", "a file would be lost", "an output is one of the files that are read, or two outputs are one file, by name or by a link", "give the output a name of its own", ""},
    {"G0542", "a name of another format", "the ending of a file's name says a format that is not written there", "name the file by what it holds", ""},
    {"G0543", "data that break a declaration", "a row of the data is not what the sheet declares of its input: `binary`, `pm1`, `prob` …", "correct the row, or the declaration", ""},
    {"G0545", "new data unlike those of the training", "a column or a category that the training had, or did not have", "give the columns that it was trained on, or train on data that have these", ""},
    {"G0546", "how features were scaled", "features are scaled as in the training that made the parameters, or it is not known how", "`--raw` takes them as they are", ""},
    {"G0547", "a property that training would not keep", "a step moves every number, and what is declared of the parameter (`prob`, `positive`, `orthogonal` …) would be false after it", "train what it is made of: `p = softmax(t)`, `w = exp(t)`; `symmetric`, `diagonal`, `lower` and `upper` are kept", ""},
    {"G0601", "malformed LaTeX", "a bracket, an argument or an operand is missing", "complete the formula", ""},
    {"G0602", "LaTeX that is not read", "a command or a notation that has no reading", "write it in the worksheet language, or name it there", ""},
    {"G0603", "a size cannot be found", "nothing beside it says how large `I` or a vector of ones is", "write its size: `I_n`, `np.ones((n, 1))`", ""},
    {"G0611", "malformed Python", "an expression that Python would not take either", "complete the expression", ""},
    {"G0612", "NumPy that is not read", "a function, an argument or a statement that has no reading", "write it in the worksheet language, or name it there", ""},
    {"G0613", "a line was left out", "a statement that assigns no array expression", "nothing is wrong", ""},
    {"G0614", "NumPy raises an error here", "`@` with a number, an axis that an array does not have, a reshape to another number of entries", "see the help beside it", ""},
    {"G0700", "a claim is right", "the claim and the derivative are one value", "nothing is wrong", ""},
    {"G0701", "a claim has a wrong value", "the size is right, and the value is not", "see the repair, or the witness: inputs at which the values differ", ""},
    {"G0702", "a claim is transposed", "it is right in the other layout", "transpose it, or say `layout numerator`", ""},
    {"G0703", "a claim is scaled", "it is a constant times the derivative", "divide by the factor", ""},
    {"G0704", "a claim is right for another loss", "it is the gradient of another loss on the same prediction and target", "derive the loss that the sheet has, or change the loss", ""},
    {"G0705", "a claim has a wrong size", "the derivative has other rows and columns", "compare the sizes factor by factor", ""},
    {"G0706", "a claim conforms by coincidence", "sizes that are the same number here are different axes", "write sizes as symbols: `R[m,n]`", ""},
    {"G0707", "a claim is undecided", "no point was found at which both sides are finite", "give facts of the inputs: `positive`, `prob`", ""},
    {"G0710", "it is not clear what is claimed", "a formula without a left side, or with names that the sheet does not have", "write `claim dL/dW = …`", ""},
    {"G0720", "no Python", "there is no Python 3, or it lacks NumPy or PyTorch", "install python3-numpy, or name an interpreter in GRADWRIGHT_PYTHON", ""},
    {"G0721", "a function cannot be checked", "it is not there, fails, or returns something else than a value and gradients", "write `module.py:function`; return (value, {\"W\": dW})", ""},
    {"G0902", "verification failed", "the formula and finite differences disagree: a fault of the program", "please report the worksheet", ""},
    {"G0903", "a step does not hold", "a step of a derivation and its numbers disagree: a fault of the program", "please report the worksheet", ""},
    {"G0904", "a compiled program does not hold", "what it computes and the slope of the formula disagree: a fault of the program, or of a compiler", "please report the worksheet", ""},
    {"G0999", "internal fault", "a fault of the program", "please report the worksheet", ""},
});

}  // namespace

std::span<const CatalogueRow> catalogue() { return rows; }

const CatalogueRow* catalogue_row(std::string_view code) {
  for (const CatalogueRow& row : rows) {
    if (row.code == code) return &row;
  }
  return nullptr;
}

void add_ways_out(std::vector<Diagnostic>& diagnostics) {
  for (Diagnostic& diagnostic : diagnostics) {
    const CatalogueRow* row = catalogue_row(diagnostic.code);
    const bool has_none = diagnostic.helps.empty() && diagnostic.fixits.empty();
    if (row != nullptr && diagnostic.severity == Severity::error && has_none)
      diagnostic.help(std::string(row->way_out));
  }
}

}  // namespace gradwright

// What `--help` says below the options: examples, and the table of exit codes; and how wide it is.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gradwright::cli {

constexpr const char* footer = R"(examples:
  gradwright derive network.gw                 formulas with the size under every factor
  gradwright derive network.gw --json          the same as data
  echo 'x : R[n]
  f = x'"'"'*x
  derive f wrt x' | gradwright derive -         a sheet from standard input
  gradwright check network.gw                  is your own derivation right?
  gradwright eval network.gw --inputs values.json
  gradwright train digits.gw --data digits.csv.gz --epochs 30
  gradwright predict digits.gw --parameters digits.safetensors --data new.csv
  gradwright export network.gw --to c > network.c
  gradwright completion bash > /etc/bash_completion.d/gradwright

exit codes: 0 fine, 1 a claim is wrong, 2 the input is at fault,
            3 a fault of the environment, 70 a fault of the program,
            130 and 143 a training left by SIGINT and SIGTERM, its checkpoint
            written
NO_COLOR is honoured; --color overrides it.)";

constexpr const char* derive_examples = R"(examples:
  gradwright derive network.gw                 formulas with the size under every factor
  gradwright derive network.gw --to latex      the formulas alone, for a paper
  gradwright derive network.gw --layout numerator --json
  cat network.gw | gradwright derive -)";

constexpr const char* eval_examples = R"(examples:
  gradwright eval network.gw --inputs values.json
  echo '{"x": [1, 2], "W": [[1, 0], [0, 1]]}' | gradwright eval network.gw --inputs -
A matrix is an array of rows, a column a flat array; a dimension symbol may be given as a number.)";

constexpr const char* check_examples = R"(examples:
  gradwright check network.gw                          every claim of the sheet
  gradwright check network.gw --explain                why, at length: sizes, the true chain, entry by entry, the repair
  gradwright check notes.tex backward.py --sheet network.gw
  gradwright check --github docs/*.gw                  annotations for GitHub Actions
exit codes: 0 all claims are right, 1 one is wrong, 2 the input is at fault)";

constexpr const char* grad_check_examples = R"(examples:
  gradwright grad-check network.gw --function backward.py:loss
  gradwright grad-check network.gw --function model.py:loss --framework torch --flat
The function takes inputs of the sheet by name, and returns (value, {"W": dW}); of a PyTorch function that returns the value alone, autograd's gradients are taken.
exit codes: 0 all agree, 1 one is wrong, 2 the function fails, 3 there is no Python or no NumPy)";

constexpr const char* fmt_examples = R"(examples:
  gradwright fmt network.gw            print it
  gradwright fmt --write network.gw    rewrite it)";

constexpr const char* export_examples = R"(examples:
  gradwright export network.gw --to c > network.c              value of the loss and its gradients
  gradwright export network.gw --to c --precision float32 --name step --size n=64,m=10
  gradwright export network.gw --output p --header network.h > network.c   a prediction, and where its numbers lie
The file needs a C11 compiler and <math.h>. It has one function, void NAME(double *w), over one workspace of NAME_workspace numbers; the constants NAME_x, NAME_dL_dW say where inputs are written and outputs are read.)";

constexpr const char* stage_examples = R"(examples:
  gradwright explain network.gw --stage passes   each pass: what it changed, and how long it took
  gradwright explain network.gw --stage plan     what is computed in which order, and what is stored
  gradwright explain network.gw --stage loops    every loop with its operations
  gradwright explain network.gw --stage llvm     the code, in vectors of this machine
  gradwright explain network.gw --stage c        the code, as C)";

constexpr const char* train_examples = R"(examples:
  gradwright train digits.gw --data digits.csv.gz --epochs 30
  gradwright train digits.gw --data images.idx.gz,labels.idx.gz --batch 64 --rate 0.05
  gradwright train cells.gw --data cells.csv --label diagnosis --test 0.25
  gradwright train cells.gw --data cells.csv --missing mean          lines with gaps; texts become one-hot columns
  gradwright train cells.gw --data cells.csv --validation 0.1 --test 0.2 --normalise minmax
  gradwright train digits.gw --data x.npy,y.npy --stream             data larger than memory
  gradwright train digits.gw --data digits.npz:images,labels         two arrays of an archive
  gradwright train digits.gw --data digits.csv.gz --batch 128 --threads 2
  gradwright train digits.gw --data digits.csv.gz --epochs 200 --patience 10 --log run.jsonl --plot loss.svg
  gradwright train digits.gw --data digits.csv.gz --checkpoint digits.ckpt --resume --save digits.safetensors)";

constexpr const char* run_examples = R"(examples:
  gradwright run network.gw --input x=x.npy --input W2=w2.npy --input W3=w3.csv --output a3
  gradwright run network.gw --input x=x.npy --input W2=w2.npy --input W3=w3.csv --output a3=a3.npy --precision float64
  gradwright run network.gw --input x=x.npy --parameters network.safetensors --output a3)";

constexpr const char* predict_examples = R"(examples:
  gradwright train cells.gw --data cells.csv --label diagnosis --save cells.safetensors
  gradwright predict cells.gw --parameters cells.safetensors --data new.csv
  gradwright predict cells.gw --parameters cells.safetensors --data new.csv.gz --probabilities --output out.csv
Features are scaled and texts encoded as in the training, which the file of parameters keeps. A row of the output for each row of the data.)";

constexpr const char* completion_examples = R"(examples:
  source <(gradwright completion bash)                                      for this shell
  gradwright completion zsh  > ~/.gradwright.zsh                            and source it from ~/.zshrc
  gradwright completion fish > ~/.config/fish/completions/gradwright.fish)";

/// An option or a command, and beside it from `column` on, or beneath it, what it is, in lines of at most `width` columns.
[[nodiscard]] std::string help_entry(const std::string& name, const std::string& description, std::size_t column,
                                     std::size_t width);
/// What stands below the options, in lines of at most `width` columns; an example is broken as a shell takes it.
[[nodiscard]] std::string help_footer(std::string_view footer, std::size_t width);

}  // namespace gradwright::cli

// A worksheet read and evaluated, for tests.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "ir/evaluate.h"
#include "ir/make.h"
#include "read/formula/program.h"

namespace gradwright {

struct Sheet {
  Text text;
  Pool pool;
  Program program;

  explicit Sheet(std::string content, const ReadOptions& options = {})
      : text("test.gw", std::move(content)), program(read_formula(text, pool, options)) {}

  [[nodiscard]] Expr operator[](std::string_view name) const {
    const Definition* found = program.definition(name);
    return found == nullptr ? Expr{} : found->expr;
  }
  [[nodiscard]] std::vector<std::string> codes() const {
    std::vector<std::string> found;
    for (const Diagnostic& diagnostic : program.diagnostics) found.push_back(diagnostic.code);
    return found;
  }
  /// Value of a definition where input k of the sheet holds the numbers k+1, k+1.5, k+2 … (constants: their values).
  [[nodiscard]] std::vector<double> value(std::string_view name, const DimValues& dims = {}) const {
    Bindings bindings;
    bindings.dims = dims;
    double first = 1;
    for (const Declaration& declaration : program.declarations) {
      Tensor tensor;
      std::size_t count = 1;
      for (const Dim dim : pool.shape(declaration.input)) {
        tensor.extents.push_back(*pool.dims().value(dim, dims));
        count *= static_cast<std::size_t>(tensor.extents.back());
      }
      for (std::size_t i = 0; i < count; ++i) tensor.values.push_back(first + 0.5 * static_cast<double>(i));
      if (!declaration.constant.empty()) tensor.values = declaration.constant;
      bindings.inputs[declaration.input] = tensor;
      first += 1;
    }
    return evaluate(pool, (*this)[name], bindings).values;
  }
};

}  // namespace gradwright

#include "sheet/session.h"

#include <fmt/format.h>

#include <algorithm>

#include "ir/make.h"
#include "sheet/derivatives.h"
#include "source/spelling.h"

namespace gradwright {
namespace {

/// Where it is too large: at the largest declaration that the derivative is made from.
Diagnostic too_large_to_verify(const Pool& pool, const Program& program, const Derived& result, Span place) {
  const auto count = [&](Expr e) {
    double product = 1;
    for (const Dim dim : pool.shape(e)) product *= static_cast<double>(pool.dims().constant_value(dim).value_or(1));
    return product;
  };
  const Declaration* largest = nullptr;
  const std::vector<Expr> reached = reachable(pool, {result.source, result.variable});
  for (const Declaration& declaration : program.declarations) {
    if (!std::binary_search(reached.begin(), reached.end(), declaration.input)) continue;
    if (largest == nullptr || count(declaration.input) > count(largest->input)) largest = &declaration;
  }
  Diagnostic diagnostic =
      error("G0511", fmt::format("comparing the derivative of `{}` by `{}` with numbers would take {}", result.of,
                                 result.wrt, bytes_text(result.verified.too_large->bytes)))
          .at(place);
  if (largest != nullptr && count(largest->input) > 1) {
    std::string size;
    for (const Dim dim : largest->surface) size += (size.empty() ? "" : ",") + pool.dims().to_string(dim);
    diagnostic.label(largest->span,
                     fmt::format("`{}` has {:.0f} entries: R[{}]", largest->name, count(largest->input), size));
    diagnostic.help("write a size as a symbol (`R[n]`): the comparison then takes a small one");
  }
  diagnostic.help("`derive --no-verify` derives without comparing");
  return diagnostic;
}

}  // namespace

Session::Session(Text text) : text_(std::move(text)), program_(read_formula(text_, pool_, reading_options())) {
  diagnostics_ = program_.diagnostics;
}

bool Session::has_errors() const {
  return std::any_of(diagnostics_.begin(), diagnostics_.end(),
                     [](const Diagnostic& d) { return d.severity == Severity::error; });
}

std::vector<Diagnostic> Session::taken_reports() {
  const auto first = diagnostics_.begin() + static_cast<std::ptrdiff_t>(program_.diagnostics.size());
  std::vector<Diagnostic> taken(std::make_move_iterator(first), std::make_move_iterator(diagnostics_.end()));
  diagnostics_.erase(first, diagnostics_.end());
  return taken;
}

std::vector<Derived> Session::derived(const DeriveOptions& options) {
  std::vector<Derived> results;
  for (const Request& request : program_.requests) {
    if (request.kind == Request::Kind::minimize) continue;
    for (Derived& result : derivatives(text_, pool_, program_, request, options)) {
      if (is_zero(pool_, result.expr)) {
        Span place = request.span;
        for (const Target& by : request.wrt) {
          if (by.name == result.wrt) place = by.span;
        }
        diagnostics_.push_back(
            warning("G0402", "`" + result.of + "` does not depend on `" + result.wrt + "`: the derivative is zero")
                .at(place)
                .help("check the name after `wrt`"));
      }
      if (result.verified.too_large) {
        diagnostics_.push_back(too_large_to_verify(pool_, program_, result, request.span));
        continue;
      }
      const auto is_refuted = [](const NumericCheck& check) { return check.points > 0 && !check.holds(1e-5); };
      if (is_refuted(result.verified) || (result.structured && is_refuted(result.structured->verified))) {
        diagnostics_.push_back(error("G0902", "the derivative of `" + result.of + "` by `" + result.wrt +
                                                  "` does not agree with the slope of the formula")
                                   .at(request.span)
                                   .help("this is a fault of the program; please report the worksheet"));
      }
      results.push_back(std::move(result));
    }
  }
  return results;
}

}  // namespace gradwright

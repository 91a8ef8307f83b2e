// Between the public values (include/gradwright) and those of the rooms: diagnostics, formulas and the texts they are about.
#pragma once

#include <gradwright/sheet.h>

#include "sheet/session.h"
#include "source/render.h"

namespace gw {

class Source {
 public:
  explicit Source(gradwright::Text of) : text(std::move(of)) {}
  gradwright::Text text;
};
using SharedSource = std::shared_ptr<const Source>;

struct Sheet::State {
  explicit State(gradwright::Text of) : source(std::make_shared<const Source>(of)), session(std::move(of)) {}
  SharedSource source;
  gradwright::Session session;
  std::vector<Diagnostic> diagnostics;  ///< of reading
};

[[nodiscard]] Place place_of(const gradwright::Text&, gradwright::Span);
/// With its place in the text, also where that is empty: at its beginning.
[[nodiscard]] Diagnostic public_diagnostic(const gradwright::Diagnostic&, const SharedSource&);
[[nodiscard]] std::vector<Diagnostic> public_diagnostics(const std::vector<gradwright::Diagnostic>&,
                                                         const SharedSource&);
/// What ended a computation: an empty span is no place.
[[nodiscard]] Diagnostic public_fault(const gradwright::Diagnostic&, const SharedSource&);
/// G0502: an array has another number of numbers than its extents say; `name` is what messages call it.
[[nodiscard]] std::optional<gradwright::Diagnostic> miscounted(const std::string& name, const Array&);
/// The first error of reading a sheet.
[[nodiscard]] std::optional<Diagnostic> first_error(const Sheet&);
/// What ended a computation on a sheet.
[[nodiscard]] tl::unexpected<Diagnostic> fault_of(const Sheet&, const gradwright::Diagnostic&);
[[nodiscard]] Formula public_formula(const gradwright::Formula&);
/// What led to a result, in order.
[[nodiscard]] std::vector<Step> steps_of(gradwright::Pool&, const gradwright::Derived&);
[[nodiscard]] std::vector<std::string> public_sizes(const gradwright::DimTable&, const gradwright::Shape&);
[[nodiscard]] std::optional<gradwright::Layout> layout_of(std::optional<Layout>);
[[nodiscard]] gradwright::TerminalStyle style_of(const Style&);

}  // namespace gw

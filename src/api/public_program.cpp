// The public face of computing: gw::evaluated, gw::Program, gw::exported_c.
#include <gradwright/program.h>

#include <fmt/format.h>

#include <algorithm>

#include "api/choices.h"
#include "api/compile.h"
#include "api/compiled_check.h"
#include "api/compiled_sheet.h"
#include "api/evaluated.h"
#include "sheet/public_values.h"

namespace gw {
namespace {

tl::unexpected<Diagnostic> fault(const Sheet& sheet, const gradwright::Diagnostic& one) {
  return tl::unexpected(public_fault(one, sheet.state().source));
}

/// The first error of the sheet.
std::optional<Diagnostic> error_of(const Sheet& sheet) {
  const auto& all = sheet.diagnostics();
  const auto found = std::ranges::find(all, Severity::error, &Diagnostic::severity);
  return found == all.end() ? std::nullopt : std::optional(*found);
}

gradwright::DimValues sizes_of(const Sizes& sizes) { return {sizes.begin(), sizes.end()}; }

std::vector<Port> ports_of(const std::vector<gradwright::Port>& ports) {
  std::vector<Port> found;
  for (const gradwright::Port& port : ports) found.push_back({port.name, port.extents});
  return found;
}

}  // namespace

Result<std::map<std::string, Array>> evaluated(const Sheet& sheet, const std::map<std::string, Array>& inputs,
                                               const Sizes& sizes) {
  if (const auto error = error_of(sheet)) return tl::unexpected(*error);
  gradwright::Session& session = sheet.state().session;
  std::vector<gradwright::GivenValue> values;
  for (const auto& [name, array] : inputs) {
    const gradwright::Declaration* declaration = session.program().declaration(name);
    if (declaration == nullptr)
      return fault(sheet, gradwright::error("G0306", fmt::format("`{}` is no input of the sheet", name))
                              .help("leave it out of the values"));
    values.push_back({declaration, {array.extents, array.values}});
  }
  const auto results = gradwright::evaluated(session, values, sizes_of(sizes));
  if (!results) return fault(sheet, results.error());
  std::map<std::string, Array> found;
  for (const gradwright::NamedTensor& one : *results)
    found.insert_or_assign(one.name, Array{one.extents, one.tensor.values});
  return found;
}

std::size_t Port::count() const {
  std::size_t product = 1;
  for (const std::int64_t extent : extents) product *= static_cast<std::size_t>(extent);
  return product;
}

template <class Real>
struct Program<Real>::State {
  SharedSource source;
  gradwright::CompiledSheet<Real> program;
  std::vector<Port> inputs, outputs;
};

template <class Real>
Result<Program<Real>> Program<Real>::of(const Sheet& sheet, const ProgramOptions& options) {
  if (const auto error = error_of(sheet)) return tl::unexpected(*error);
  gradwright::CompileRequest request;
  request.values = options.values;
  request.gradients = options.gradients;
  request.rate = options.rate;
  request.stream = options.stream;
  request.sizes = sizes_of(options.sizes);
  request.compile.backend = backend_of(options.backend);
  request.compile.threads = options.threads;
  auto program = gradwright::CompiledSheet<Real>::of(sheet.state().session, request);
  if (!program) return fault(sheet, program.error());
  std::vector<Port> inputs = ports_of(program->inputs()), outputs = ports_of(program->outputs());
  Program found;
  found.state_ =
      std::make_shared<State>(State{sheet.state().source, *std::move(program), std::move(inputs), std::move(outputs)});
  return found;
}

template <class Real>
const std::vector<Port>& Program<Real>::inputs() const {
  return state_->inputs;
}

template <class Real>
const std::vector<Port>& Program<Real>::outputs() const {
  return state_->outputs;
}

template <class Real>
void Program<Real>::initialise(std::uint64_t seed) {
  state_->program.initialise(seed);
}

template <class Real>
Result<void> Program<Real>::set(std::string_view input, std::span<const Real> numbers) {
  return state_->program.set(input, numbers).map_error([&](const gradwright::Diagnostic& one) {
    return public_fault(one, state_->source);
  });
}

template <class Real>
std::span<Real> Program<Real>::input(std::string_view name) {
  return state_->program.input(name);
}

template <class Real>
std::span<const Real> Program<Real>::output(std::string_view name) const {
  return std::as_const(state_->program).output(name);
}

template <class Real>
void Program<Real>::run() {
  state_->program.run();
}

template <class Real>
Result<void> Program<Real>::run(std::span<const Real> data, std::int64_t steps) {
  return state_->program.run(data, steps).map_error([&](const gradwright::Diagnostic& one) {
    return public_fault(one, state_->source);
  });
}

template <class Real>
Real Program<Real>::value() const {
  return state_->program.value();
}

template <class Real>
std::optional<Diagnostic> Program<Real>::note() const {
  const auto& note = state_->program.note();
  return note ? std::optional(public_fault(*note, state_->source)) : std::nullopt;
}

template class Program<float>;
template class Program<double>;

Result<ExportedC> exported_c(const Sheet& sheet, const ExportOptions& options) {
  if (const auto error = error_of(sheet)) return tl::unexpected(*error);
  gradwright::Session& session = sheet.state().session;
  const gradwright::DimValues sizes = sizes_of(options.sizes);
  const auto program = gradwright::loss_program(session, sizes, options.values);
  if (!program) return fault(sheet, program.error());
  const auto precision = precision_of(options.precision);
  if (options.values.empty()) {
    if (const auto wrong = checked_loss_program(session, sizes, precision)) return fault(sheet, *wrong);
  }
  const std::string name = gradwright::c_identifier(options.name.empty() ? program->plan.name : options.name);
  if (!options.name.empty() && name != options.name)
    return fault(sheet, gradwright::error(
                            "G0307", fmt::format("C cannot have a function `{}`, or has one already", options.name))
                            .help(fmt::format("name it `{}`", name)));
  return ExportedC{name, gradwright::exported_c(*program, name, precision),
                   gradwright::exported_header(*program, name, precision)};
}

}  // namespace gw

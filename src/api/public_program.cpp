// The public face of computing: gw::evaluated, gw::Program, gw::exported.
#include <gradwright/program.h>

#include <fmt/format.h>

#include <set>

#include "api/choices.h"
#include "api/compile.h"
#include "api/compiled_check.h"
#include "api/compiled_sheet.h"
#include "api/evaluated.h"
#include "lower/print.h"
#include "sheet/public_values.h"

namespace gw {
namespace {

gradwright::DimValues dim_values(const Sizes& sizes) { return {sizes.begin(), sizes.end()}; }

std::vector<Port> ports_of(const std::vector<gradwright::Port>& ports) {
  std::vector<Port> found;
  for (const gradwright::Port& port : ports) found.push_back({port.name, port.extents});
  return found;
}

/// In the order of the sheet.
Result<std::vector<gradwright::GivenValue>> given_values(const Sheet& sheet, const Inputs& inputs) {
  const gradwright::Program& program = sheet.state().session.program();
  std::vector<gradwright::GivenValue> values;
  for (const auto& [name, array] : inputs) {
    if (program.declaration(name) == nullptr)
      return fault_of(sheet, gradwright::error("G0306", fmt::format("`{}` is no input of the sheet", name))
                                 .help("leave it out of the values"));
    if (const auto wrong = miscounted("`" + name + "`", array)) return fault_of(sheet, *wrong);
  }
  for (const gradwright::Declaration& declaration : program.declarations) {
    const auto given = inputs.find(declaration.name);
    if (given != inputs.end()) values.push_back({&declaration, {given->second.extents, given->second.values}});
  }
  return values;
}

}  // namespace

Result<Sizes> sizes_of(const Sheet& sheet, const Inputs& inputs, const Sizes& sizes) {
  const auto values = given_values(sheet, inputs);
  if (!values) return tl::unexpected(values.error());
  const auto found = gradwright::bindings_of(sheet.state().session, *values, dim_values(sizes));
  if (!found) return fault_of(sheet, found.error());
  return Sizes(found->dims.begin(), found->dims.end());
}

Result<std::map<std::string, Array>> evaluated(const Sheet& sheet, const Inputs& inputs, const Sizes& sizes) {
  const auto values = given_values(sheet, inputs);
  if (!values) return tl::unexpected(values.error());
  const auto results = gradwright::evaluated(sheet.state().session, *values, dim_values(sizes));
  if (!results) return fault_of(sheet, results.error());
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
  if (const auto error = first_error(sheet)) return tl::unexpected(*error);
  gradwright::CompileRequest request;
  request.values = options.values;
  request.gradients = options.gradients;
  request.rate = options.rate;
  request.stream = options.stream;
  request.sizes = dim_values(options.sizes);
  request.compile.backend = backend_of(options.backend);
  request.compile.threads = options.threads;
  auto program = gradwright::CompiledSheet<Real>::of(sheet.state().session, request);
  if (!program) return fault_of(sheet, program.error());
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

namespace {

/// Of several derivatives those of one loss are exported.
std::vector<std::string> left_out(const gradwright::Program& program, const std::string& loss) {
  std::set<std::string> others;
  for (const gradwright::Request& request : program.requests) {
    if (request.kind == gradwright::Request::Kind::minimize) return {};
    if (request.of.name != loss || request.kind == gradwright::Request::Kind::hessian) others.insert(request.of.name);
  }
  return {others.begin(), others.end()};
}

std::string code_of(const gradwright::LossProgram& program, const std::string& name, const ExportOptions& options) {
  const auto precision = precision_of(options.precision);
  switch (options.to) {
    case Code::passes: return gradwright::passes_text(program.passes);
    case Code::plan: return gradwright::plan_text(program.plan);
    case Code::loops: return gradwright::loops_text(program.plan);
    case Code::llvm: return gradwright::exported_llvm(program, name, precision);
    case Code::c: break;
  }
  return gradwright::exported_c(program, name, precision);
}

}  // namespace

Result<Exported> exported(const Sheet& sheet, const ExportOptions& options) {
  if (const auto error = first_error(sheet)) return tl::unexpected(*error);
  gradwright::Session& session = sheet.state().session;
  const gradwright::DimValues sizes = dim_values(options.sizes);
  const bool is_of_loss = options.values.empty();
  const auto program = gradwright::loss_program(session, sizes, options.values);
  if (!program) return fault_of(sheet, program.error());
  const auto precision = precision_of(options.precision);
  if (const auto wrong = is_of_loss ? checked_loss_program(session, sizes, precision) : std::nullopt)
    return fault_of(sheet, *wrong);
  const std::string& loss = program->plan.name;
  const std::string name = gradwright::c_identifier(options.name.empty() ? loss : options.name);
  if (!options.name.empty() && name != options.name)
    return fault_of(sheet, gradwright::error("G0307", fmt::format("C cannot have a function {}, or has one already",
                                                                  in_backticks(options.name)))
                               .help(fmt::format("name it `{}`", name)));
  return Exported{name, is_of_loss ? loss : "",
                  is_of_loss ? left_out(session.program(), loss) : std::vector<std::string>(),
                  code_of(*program, name, options), gradwright::exported_header(*program, name, precision)};
}

}  // namespace gw

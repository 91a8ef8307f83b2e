#include "draw.h"

#include <algorithm>
#include <cmath>

#include "derive/differences.h"
#include "sheet/derivatives.h"

namespace gradwright::laws {
namespace {

constexpr std::size_t most_numbers = 36;
constexpr std::size_t longest_text = 150;
constexpr int redraws = 40;

/// Of what all derivatives are zero; seldom put around something.
bool has_no_slope(const std::string& name) {
  static const std::set<std::string> names{"step",        "sign",  "rows",   "cols",  "eye",    "ones",  "zeros",
                                           "commutation", "A > B", "A >= B", "A < B", "A <= B", "A == B"};
  return names.contains(name);
}

}  // namespace

Term Drawer::part() {
  if (must_ != nullptr && !must_used_ && chance(60)) {
    must_used_ = true;
    return *must_;
  }
  return pool_of_terms_[pick(pool_of_terms_.size())];
}

std::string Drawer::size() { return chance(60) ? palette_[pick(palette_.size())] : std::to_string(1 + pick(3)); }

std::string Drawer::number() {
  static const char* const numbers[] = {"2", "3", "0.5", "1", "-1", "1/3", "1.5", "4"};
  return numbers[pick(std::size(numbers))];
}

std::string Drawer::variable() { return sheet_.variables[pick(sheet_.variables.size())].name; }

std::optional<std::vector<std::int64_t>> Drawer::surface_of(const Term& term) {
  const SheetValue value = open_->value(text_of(term));
  if (!value.is_good()) return std::nullopt;
  std::vector<std::int64_t> sizes;
  for (const Dim dim : value.surface) sizes.push_back(pool_->dims().value(dim, point_.sizes).value_or(0));
  return sizes;
}

std::optional<std::size_t> Drawer::index_of(const Term& part, std::size_t axis) {
  const auto surface = surface_of(part);
  if (!surface || axis >= surface->size()) return std::nullopt;
  if (axis == 0 && surface->size() == 2 && (*surface)[0] == 1 && (*surface)[1] > 1) return std::nullopt;
  return (*surface)[axis] < 1 ? std::nullopt : std::optional(1 + pick(static_cast<std::size_t>((*surface)[axis])));
}

bool Drawer::open() {
  pool_ = std::make_unique<Pool>();
  open_ = std::make_unique<OpenSheet>(Text("sheet.gw", sheet_.text()), *pool_, reading_options());
  at_ = {};
  at_.dims = point_.sizes;
  const Program& program = open_->program();
  if (program.has_errors()) return false;
  for (const Declaration& one : program.declarations) {
    Tensor tensor;
    for (const Dim dim : pool_->shape(one.input))
      tensor.extents.push_back(pool_->dims().value(dim, at_.dims).value_or(1));
    tensor.values = point_.values.at(one.name);
    at_.inputs.emplace(one.input, std::move(tensor));
  }
  return true;
}

std::optional<Term> Drawer::accepted(Term term) {
  const std::string text = text_of(term);
  if (text.size() > longest_text) return std::nullopt;
  const SheetValue value = open_->value(text);
  if (!value.is_good() || value.surface.size() > 4) return std::nullopt;
  std::size_t count = 1;
  for (const Dim dim : value.surface) {
    const auto size = pool_->dims().value(dim, at_.dims);
    if (!size || *size < 1) return std::nullopt;
    count *= static_cast<std::size_t>(*size);
    term.surface += (term.surface.empty() ? "" : ",") + pool_->dims().to_string(dim);
  }
  if (count > most_numbers || !sizes_fit(*pool_, reachable(*pool_, {value.expr}), at_.dims)) return std::nullopt;
  return is_moderate(*pool_, value.expr, at_) ? std::optional(std::move(term)) : std::nullopt;
}

std::optional<Term> Drawer::defined(const std::string& head, Term term) {
  sheet_.lines.push_back({head, std::move(term)});
  const std::string name = sheet_.lines.back().name();
  if (open() && open_->program().definition(name) != nullptr && !open_->program().definition(name)->expr.is_none()) {
    if (auto found = accepted(leaf("", name))) return found;
  }
  sheet_.lines.pop_back();
  (void)open();
  return std::nullopt;
}

bool Drawer::declare_function(const std::string& text) {
  sheet_.functions.push_back(text);
  return open();
}

std::optional<Term> Drawer::made(const Construct& construct, int attempts, const Term* must) {
  for (int i = 0; i < attempts; ++i) {
    const std::size_t lines = sheet_.lines.size(), functions = sheet_.functions.size();
    must_ = must;
    must_used_ = must == nullptr;
    std::optional<Term> term = construct.make(*this);
    if (term && must_used_) {
      if (!term->surface.empty() || sheet_.lines.size() > lines) return term;  // a line, accepted already
      term = accepted(std::move(*term));
      if (term) return term;
    }
    if (sheet_.lines.size() > lines || sheet_.functions.size() > functions) {
      sheet_.lines.resize(lines);
      sheet_.functions.resize(functions);
      (void)open();
    }
  }
  return std::nullopt;
}

void Drawer::declare(bool is_narrow, bool with_tensors, const std::string& wanted) {
  sheet_ = {};
  names_ = 0;
  pool_of_terms_.clear();
  palette_.clear();
  static const char* const symbols[] = {"n", "m", "k", "n", "m"};
  static const char* const numbers[] = {"2", "3", "1", "4", "3"};
  const bool is_numeric = chance(35);
  const std::size_t kinds = is_narrow ? 1 + pick(2) : 2 + pick(2);
  while (palette_.size() < kinds) {
    const std::string size = is_numeric || chance(25) ? numbers[pick(5)] : symbols[pick(5)];
    if (std::find(palette_.begin(), palette_.end(), size) == palette_.end()) palette_.push_back(size);
  }
  for (const char* symbol : {"n", "m", "k"}) {
    static const std::int64_t values[] = {2, 3, 4, 2, 3, 4, 3, 1};
    sheet_.sizes[symbol] = values[pick(std::size(values))];
  }
  const auto one_of = [&] { return palette_[pick(palette_.size())]; };
  const std::size_t count = 6 + pick(4);
  for (std::size_t i = 0; i < count; ++i) {
    Variable one{std::string(1, "abcxyzuvw"[i]), {}, "", chance(45)};
    const bool is_first = i == 0;
    const std::size_t kind = is_first && wanted == "tensor"   ? 95
                             : is_first && wanted == "row"    ? 88
                             : is_first && wanted == "scalar" ? 0
                                                              : pick(100);
    if (with_tensors && i % 2 == 1) {
      one.sizes.assign(3 + pick(2), "");
      for (std::string& size : one.sizes) size = one_of();
    } else if (kind >= 92) {
      one.sizes = {one_of(), one_of(), one_of()};
    } else if (kind >= 85) {
      one.sizes = {"1", one_of()};
    } else if (kind >= 65) {
      one.sizes.assign(2, one_of());
    } else if (kind >= 45) {
      one.sizes = {one_of(), one_of()};
    } else if (kind >= 15) {
      one.sizes = {one_of()};
    }
    const bool is_fact = wanted.starts_with("fact ") && i < 3;
    if (is_fact || chance(30)) {
      one.fact = is_fact ? wanted.substr(5) : facts()[pick(facts().size())];
      if (is_fact && chance(70)) one.sizes.assign(2, one_of());
      Pool pool;
      Sheet alone;
      alone.variables = {one};
      if (read_formula(Text("fact.gw", alone.text()), pool).has_errors()) one.fact.clear();
    }
    sheet_.variables.push_back(std::move(one));
  }
  point_ = point_of(sheet_, random_());
  for (const Variable& one : sheet_.variables) {
    Term term = leaf("", one.name);
    for (const std::string& size : one.sizes) term.surface += (term.surface.empty() ? "" : ",") + size;
    pool_of_terms_.push_back(std::move(term));
  }
}

std::optional<Term> Drawer::grown(Term term) {
  const std::size_t steps = pick(4);
  for (std::size_t step = 0; step < steps; ++step) {
    if (chance(30) && !term.parts.empty()) {
      if (auto named = defined(fresh_name(), term)) {
        named->surface = term.surface;
        term = *std::move(named);
      }
    }
    for (int attempt = 0; attempt < 12; ++attempt) {
      const Construct& row = constructs()[pick(constructs().size())];
      if (row.arguments > 3 || (has_no_slope(row.name) && chance(85))) continue;
      if (auto next = made(row, 6, &term)) {
        term = *std::move(next);
        break;
      }
    }
  }
  return term;
}

bool Drawer::finish(Term top) {
  const auto value = surface_of(top);
  if (!value) return false;
  sheet_.lines.push_back({"F", top});
  if (!open()) return false;
  std::vector<Construct> ways;
  const Term whole = leaf("", "F");
  if (top.surface.empty()) {
    sheet_.lines.push_back({"L", whole});
    if (chance(50)) sheet_.lines.back().term = Term{"", {"", "^2"}, {whole}, {}};
  } else {
    static const std::vector<std::vector<std::string>> around{
        {"sum(", ")"}, {"sum(", ".^2)"}, {"mean(", ")"}, {"norm2(", ")"}, {"sum(tanh(", "))"}};
    const auto& pieces = around[pick(around.size())];
    Term scalar{"", pieces, {whole}, {}};
    if (value->size() <= 2 && chance(35)) {  // beside data of its shape
      Variable data{"d0", {}, "", false};
      std::string size;
      for (const char c : top.surface + ",") {
        if (c != ',')
          size += c;
        else
          data.sizes.push_back(std::exchange(size, ""));
      }
      sheet_.variables.push_back(data);
      const Point kept = point_;
      point_ = point_of(sheet_, random_());
      for (const auto& [name, numbers] : kept.values) point_.values[name] = numbers;
      if (open()) {
        scalar = Term{"", {"sum(", " .* d0)"}, {whole}, {}};
      } else {
        sheet_.variables.pop_back();
        (void)open();
      }
    }
    sheet_.lines.push_back({"L", std::move(scalar)});
  }
  if (!open()) return false;
  for (Term* term : {&sheet_.lines.back().term}) {
    if (!accepted(*term)) return false;
  }
  const std::set<std::string> used = sheet_.used_names();
  std::vector<std::string> candidates;
  for (const Variable& one : sheet_.variables) {
    if (used.contains(one.name)) candidates.push_back(one.name);
  }
  if (candidates.empty()) candidates.push_back(sheet_.variables[0].name);
  sheet_.wrt = candidates[pick(candidates.size())];
  for (const std::string& name : candidates) {  // a fact shows itself by what has it
    if (!sheet_.variable(name)->fact.empty() && chance(60)) sheet_.wrt = name;
  }
  sheet_.second = candidates[pick(candidates.size())];
  for (const Variable& one : sheet_.variables) {
    if (sheet_.second == sheet_.wrt || (used.contains(one.name) && !used.contains(sheet_.second)))
      sheet_.second = one.name;
  }
  if (sheet_.second == sheet_.wrt) sheet_.second = sheet_.variables.back().name;
  sheet_.tidy();
  return true;
}

std::optional<Sheet> Drawer::sheet_with(const std::string& wanted) {
  const auto row =
      std::find_if(constructs().begin(), constructs().end(), [&](const Construct& one) { return one.name == wanted; });
  for (int redraw = 0; redraw < redraws; ++redraw) {
    const int arguments = row == constructs().end() ? 0 : row->arguments;
    const bool with_tensors = wanted == "tensor" || (redraw % 4 == 3);
    declare(arguments > 2 || redraw % 3 == 1, with_tensors, wanted);
    if (!open()) continue;
    std::optional<Term> first;
    if (row == constructs().end()) {
      first = pool_of_terms_[pick(std::min<std::size_t>(3, pool_of_terms_.size()))];
    } else {
      const int attempts[] = {20, 20, 60, 200, 600, 1500, 1500, 1500};
      first = made(*row, attempts[std::min(arguments, 7)], nullptr);
    }
    if (!first) continue;
    auto top = grown(*std::move(first));
    if (!top || !finish(*std::move(top))) continue;
    if (sheet_.constructs().contains(wanted)) return sheet_;
  }
  return std::nullopt;
}

}  // namespace gradwright::laws

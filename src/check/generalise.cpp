#include "check/generalise.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "check/truth.h"

namespace gradwright::check {
namespace {

constexpr std::size_t most_rounds = 200;

bool is_number(const std::string& word) {
  return !word.empty() && word.size() < 9 &&
         std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

}  // namespace

void GeneralSheet::add(GeneralText text) {
  has_slices_ = has_slices_ || text.has_slices;
  texts_.push_back({std::move(text.pieces), sizes_.size()});
  for (const std::int64_t number : text.numbers) sizes_.push_back({number, sizes_.size(), false});
}

std::optional<GeneralSheet> GeneralSheet::of(const Text& text, GeneralOptions options) {
  GeneralSheet sheet;
  sheet.options_ = std::move(options);
  sheet.stem_ = "g_";
  while (text.content().find(sheet.stem_) != std::string::npos) sheet.stem_ += "_";
  sheet.add(general_sheet_text(text, sheet.stem_, sheet.options_, sheet.arrays_));
  sheet.sheet_sizes_ = sheet.sizes_.size();
  if (sheet.sizes_.empty() || !sheet.settled()) return std::nullopt;
  return sheet;
}

GeneralSheet GeneralSheet::with_formulas(const std::vector<std::string>& gw) const {
  GeneralSheet sheet = *this;
  for (const std::string& one : gw) {
    GeneralText text = general_formula_text(one, options_, arrays_);
    sheet.formulas_write_numbers_ = sheet.formulas_write_numbers_ || text.writes_numbers;
    sheet.add(std::move(text));
  }
  return sheet;
}

std::size_t GeneralSheet::root(std::size_t size) const {
  while (sizes_[size].same_as != size) size = sizes_[size].same_as;
  return size;
}

std::string GeneralSheet::name_of(std::size_t size) const {
  const std::size_t own = root(size);
  return sizes_[own].is_fixed ? std::to_string(sizes_[own].number) : stem_ + std::to_string(own + 1);
}

std::string GeneralSheet::text() const {
  // Each size has a line of its own first: one that stands in a formula only is declared nowhere else.
  std::string whole;
  for (std::size_t i = 0; i < sizes_.size(); ++i)
    whole += stem_ + "of" + std::to_string(i) + " : R[" + name_of(i) + "]\n";
  return whole + text_of(texts_[0]);
}

std::string GeneralSheet::text_of(const Holed& text) const {
  std::string whole = text.pieces[0];
  for (std::size_t i = 1; i < text.pieces.size(); ++i) whole += name_of(text.first_size + i - 1) + text.pieces[i];
  return whole;
}

std::string GeneralSheet::kept_by_slices() const {
  std::set<std::int64_t> numbers;
  for (std::size_t i = 0; i < sizes_.size() && has_slices_; ++i) {
    if (sizes_[root(i)].is_fixed) numbers.insert(sizes_[i].number);
  }
  std::string text;
  for (const std::int64_t number : numbers) text += (text.empty() ? "" : ", ") + std::to_string(number);
  return text;
}

std::string GeneralSheet::with_numbers(const std::string& text) const {
  std::string made;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + stem_.size();
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
    const bool is_size = text.compare(at, stem_.size(), stem_) == 0 && end > at + stem_.size();
    const std::size_t size =
        is_size ? std::stoul(text.substr(at + stem_.size(), end - at - stem_.size())) - 1 : sizes_.size();
    if (size < sizes_.size()) {
      made += std::to_string(sizes_[size].number);
      at = end;
    } else {
      made += text[at++];
    }
  }
  return made;
}

bool GeneralSheet::join(const std::string& a, const std::string& b) {
  const auto size_named = [&](const std::string& name) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
      if (root(i) == i && !sizes_[i].is_fixed && name_of(i) == name) return i;
    }
    return std::nullopt;
  };
  const auto first = size_named(a);
  const auto second = size_named(b);
  if (!first && !second) return false;
  if (first && second) {
    if (*first == *second || sizes_[*first].number != sizes_[*second].number) return false;
    sizes_[std::max(*first, *second)].same_as = std::min(*first, *second);
    return true;
  }
  const std::size_t own = first ? *first : *second;
  const std::string& number = first ? b : a;
  if (!is_number(number) || std::stoll(number) != sizes_[own].number) return false;
  sizes_[own].is_fixed = true;
  return true;
}

GeneralSheet::Apart GeneralSheet::sizes_apart(const Diagnostic& diagnostic) const {
  Apart apart;
  const auto* fact = diagnostic.fact_as<SizeMismatch>();
  if (fact == nullptr) return apart;
  apart.is_inner = fact->rule == SizeMismatch::Rule::inner;
  for (const std::vector<Extent>& size : fact->sizes) {
    if (size.size() == 1 && is_number(size[0].atom)) continue;  // it stays what it is
    apart.sizes.emplace_back();
    for (const Extent& extent : size) {
      apart.sizes.back().push_back(extent.atom);
      if (is_number(extent.atom)) apart.names.push_back(extent.atom);
      for (const std::string& symbol : extent.symbols) {
        if (symbol.starts_with(stem_)) apart.names.push_back(symbol);
      }
    }
  }
  return apart;
}

bool GeneralSheet::settled() {
  const auto first_error = [](const GeneralSheet& sheet) -> std::optional<Diagnostic> {
    Pool pool;
    const Program program = read_formula(Text("sheet.gw", sheet.text()), pool, reading_options());
    std::optional<Diagnostic> first;
    for (const Diagnostic& one : program.diagnostics) {
      if (one.severity == Severity::error && (!first || one.span.begin < first->span.begin)) first = one;
    }
    return first;
  };
  const auto progress = [&](const GeneralSheet& sheet, const Diagnostic& before) {
    // A place further down; the text before the place may have changed its length, so lines are compared.
    const auto after = first_error(sheet);
    if (!after) return true;
    const auto line_of = [](const std::string& text, std::uint32_t at) {
      return std::count(text.begin(),
                        text.begin() + std::min<std::ptrdiff_t>(at, static_cast<std::ptrdiff_t>(text.size())), '\n');
    };
    const auto then = line_of(text(), before.span.begin);
    const auto now = line_of(sheet.text(), after->span.begin);
    return now > then || (now == then && (after->code != before.code || after->fact != before.fact));
  };
  for (std::size_t round = 0; round < most_rounds; ++round) {
    const auto error = first_error(*this);
    if (!error) return true;
    const auto [sizes, all, is_inner] = sizes_apart(*error);
    std::vector<GeneralSheet> tries;
    const auto attempt = [&](const std::vector<std::pair<std::string, std::string>>& pairs) {
      GeneralSheet next = *this;
      bool changes = false;
      for (const auto& [a, b] : pairs) changes = next.join(a, b) || changes;
      if (changes) tries.push_back(std::move(next));
    };
    if (sizes.size() >= 2) {
      const auto& a = sizes[0];
      const auto& b = sizes[1];
      if (is_inner) attempt({{a.back(), b.front()}});
      if (a.size() == b.size()) {
        std::vector<std::pair<std::string, std::string>> pairs;
        for (std::size_t i = 0; i < a.size(); ++i) pairs.emplace_back(a[i], b[i]);
        attempt(pairs);
      }
    }
    for (std::size_t i = 0; i < all.size(); ++i)
      for (std::size_t k = i + 1; k < all.size(); ++k) attempt({{all[i], all[k]}});
    for (std::size_t i = 0; i < sizes_.size(); ++i) {  // at the worst, the number itself
      if (std::find(all.begin(), all.end(), name_of(i)) != all.end())
        attempt({{name_of(i), std::to_string(sizes_[i].number)}});
    }
    const auto good =
        std::find_if(tries.begin(), tries.end(), [&](const GeneralSheet& next) { return progress(next, *error); });
    if (good == tries.end()) return false;
    GeneralSheet chosen = *good;
    *this = std::move(chosen);
  }
  return false;
}

/// Only a size of a formula gives way; one of the sheet takes a number that a formula writes and that is no size of a hole.
bool GeneralSheet::may_join(const std::string& a, const std::string& b) const {
  if (is_number(a) || is_number(b)) {
    const std::string& symbol = is_number(a) ? b : a;
    for (std::size_t i = sheet_sizes_; i < sizes_.size(); ++i) {
      if (root(i) == i && name_of(i) == symbol) return true;
    }
    return formulas_write_numbers_;
  }
  for (std::size_t i = sheet_sizes_; i < sizes_.size(); ++i) {
    if (root(i) == i && (name_of(i) == a || name_of(i) == b)) return true;
  }
  return false;
}

std::optional<GeneralSheet> GeneralSheet::joined(const Diagnostic& mismatch) const {
  const auto [sizes, all, is_inner] = sizes_apart(mismatch);
  std::vector<std::pair<std::string, std::string>> pairs;
  if (sizes.size() >= 2) {
    if (is_inner) pairs.emplace_back(sizes[0].back(), sizes[1].front());
    for (std::size_t i = 0; i < sizes[0].size() && sizes[0].size() == sizes[1].size() && pairs.empty(); ++i) {
      if (sizes[0][i] != sizes[1][i] && may_join(sizes[0][i], sizes[1][i]))
        pairs.emplace_back(sizes[0][i], sizes[1][i]);
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = i + 1; k < all.size(); ++k) pairs.emplace_back(all[i], all[k]);
  for (const auto& [a, b] : pairs) {
    if (auto next = joined(a, b)) return next;
  }
  return std::nullopt;
}

std::optional<GeneralSheet> GeneralSheet::joined(const std::string& size, const std::string& other) const {
  if (size == other || !may_join(size, other)) return std::nullopt;
  GeneralSheet next = *this;
  if (!next.join(size, other)) return std::nullopt;
  return next;
}

std::optional<GeneralSheet> joined_sizes(const GeneralSheet& general, const DimTable& dims, const Shape& claim,
                                         Shape truth) {
  for (const bool is_transposed : {false, true}) {
    if (is_transposed) std::reverse(truth.begin(), truth.end());
    std::optional<GeneralSheet> next;
    bool fits = claim.size() == truth.size();
    for (std::size_t axis = 0; axis < claim.size() && fits; ++axis) {
      const bool is_joined = axis > 0 && next && claim[axis] == claim[axis - 1] && truth[axis] == truth[axis - 1];
      if (claim[axis] == truth[axis] || is_joined) continue;
      auto one = (next ? *next : general).joined(dims.to_string(claim[axis]), dims.to_string(truth[axis]));
      fits = one.has_value();
      next = std::move(one);
    }
    if (fits) return next;
  }
  return std::nullopt;
}

}  // namespace gradwright::check

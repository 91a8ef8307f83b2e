#include "train/declared.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "data/bytes.h"

namespace gradwright {
namespace {

struct Word {
  Property property;
  const char* text;
  const char* means;
  const char* of_vector = nullptr;  ///< where a vector has a word of its own
  const char* means_of_vector = nullptr;
};

constexpr Word declared_words[] = {
    {Property::binary, "binary", "0 or 1"},
    {Property::pm1, "pm1", "-1 or 1"},
    {Property::positive, "positive", "more than 0"},
    {Property::prob, "prob", "0 or more, together 1"},
    {Property::simplex_rows, "simplex_rows", "0 or more, and each row adds up to 1", "simplex",
     "0 or more, together 1"},
    {Property::simplex_cols, "simplex_cols", "0 or more, and each column adds up to 1", "simplex",
     "0 or more, together 1"},
    {Property::onehot_rows, "onehot_rows", "0 but for one 1 in each row", "onehot", "0 but for one 1"},
    {Property::onehot_cols, "onehot_cols", "0 but for one 1 in each column", "onehot", "0 but for one 1"},
    {Property::diagonal, "diagonal", "0 off its diagonal"},
    {Property::lower, "lower", "0 above its diagonal"},
    {Property::upper, "upper", "0 below its diagonal"},
    {Property::symmetric, "symmetric", "equal to its transpose"},
    {Property::spd, "spd", "symmetric, with a positive diagonal"},
    {Property::orthogonal, "orthogonal", "with columns of length 1 that stand at right angles"}};

constexpr Property of_entries[] = {Property::binary,      Property::pm1,          Property::positive,
                                   Property::prob,        Property::simplex_rows, Property::simplex_cols,
                                   Property::onehot_rows, Property::onehot_cols};

const char* text_of(const Word& word, bool is_vector) {
  return is_vector && word.of_vector != nullptr ? word.of_vector : word.text;
}
const char* meaning_of(const Word& word, bool is_vector) {
  return is_vector && word.of_vector != nullptr ? word.means_of_vector : word.means;
}

bool is_off(double x, double wanted) { return !(std::fabs(x - wanted) <= 1e-6 * std::max(1.0, std::fabs(wanted))); }

}  // namespace

bool is_declared_vector(const Pool& pool, const InputInfo& info) {
  const Shape& surface = info.surface;
  return surface.size() < 2 ||
         (surface.size() == 2 && (pool.dims().is_one(surface[0]) || pool.dims().is_one(surface[1])));
}

Declared::Declared(const Pool& pool, Expr input, const Slot& slot, bool is_batched) {
  const InputInfo& info = pool.payload<InputInfo>(input);
  name_ = info.name;
  is_matrix_ = !is_batched && slot.extents.size() == 2;
  is_vector_ = is_declared_vector(pool, info);
  const std::size_t width = slot.width;
  if (slot.extents.size() == 2) {
    rows_ = static_cast<std::size_t>(slot.extents[0]);
    columns_ = static_cast<std::size_t>(slot.extents[1]);
  } else {
    const bool is_row =
        is_batched ? slot.samples_first : info.surface.size() == 2 && pool.dims().is_one(info.surface[0]);
    rows_ = is_row ? 1 : width;
    columns_ = is_row ? width : 1;
  }
  for (const Word& word : declared_words) {
    const bool is_kept = std::ranges::find(of_entries, word.property) != std::end(of_entries) || is_matrix_;
    const bool spans_samples =
        is_batched && slot.extents.size() == 1 &&
        (slot.samples_first ? word.property == Property::onehot_cols || word.property == Property::simplex_cols
                            : word.property == Property::onehot_rows || word.property == Property::simplex_rows);
    if (!has(info.properties, word.property) || !is_kept || spans_samples) continue;
    properties_ = properties_ | word.property;
    words_ += (words_.empty() ? "" : " ") + std::string(text_of(word, is_vector_));
  }
}

std::optional<Diagnostic> Declared::broken(std::span<const double> sample, std::size_t row) const {
  const auto why = what_breaks(sample);
  return why ? std::optional(fault(fmt::format("in row {} of the data {}", row, *why), "correct the row"))
             : std::nullopt;
}

std::optional<Diagnostic> Declared::broken(std::span<const double> value) const {
  const auto why = what_breaks(value);
  return why ? std::optional(fault(*why, "correct the value")) : std::nullopt;
}

Diagnostic Declared::fault(const std::string& what, const char* help) const {
  std::string meant;
  for (const Word& word : declared_words) {
    if (has(properties_, word.property))
      meant +=
          fmt::format("{}`{}`: {}", meant.empty() ? "" : "; ", text_of(word, is_vector_), meaning_of(word, is_vector_));
  }
  Diagnostic told = error("G0543", fmt::format("`{}` is declared `{}`, and {}", name_, words_, what))
                        .help(fmt::format("{}, or leave the word out of the declaration of `{}`", help, name_));
  told.note(meant);
  return told;
}

std::optional<std::string> Declared::what_breaks(std::span<const double> sample) const {
  if (words_.empty()) return std::nullopt;
  if (auto why = entry_breaks(sample)) return why;
  if (auto why = sum_breaks(sample)) return why;
  if (!is_matrix_) return std::nullopt;
  if (auto why = structure_breaks(sample)) return why;
  return has(properties_, Property::orthogonal) && rows_ == columns_ ? orthogonality_breaks(sample) : std::nullopt;
}

std::string Declared::place(std::size_t entry) const {
  if (rows_ * columns_ == 1) return "it";
  if (columns_ == 1 || rows_ == 1) return fmt::format("entry [{}]", entry + 1);
  return fmt::format("entry [{},{}]", entry % rows_ + 1, entry / rows_ + 1);
}

std::optional<std::string> Declared::entry_breaks(std::span<const double> sample) const {
  const bool is_share = has(properties_, Property::prob | Property::simplex_rows | Property::simplex_cols);
  const bool is_onehot = has(properties_, Property::onehot_rows | Property::onehot_cols | Property::binary);
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double x = sample[i];
    const bool is_good = (!is_onehot || x == 0 || x == 1) && (!has(properties_, Property::pm1) || x == 1 || x == -1) &&
                         (!has(properties_, Property::positive) || x > 0) && (!is_share || (x >= 0 && x <= 1 + 1e-6));
    if (!is_good) return fmt::format("{} is {}", place(i), x);
  }
  return std::nullopt;
}

std::optional<std::string> Declared::sum_breaks(std::span<const double> sample) const {
  if (has(properties_, Property::prob) && sample.size() > 1) {
    const double sum = std::accumulate(sample.begin(), sample.end(), 0.0);
    if (is_off(sum, 1)) return fmt::format("its entries add up to {}", sum);
  }
  if (has(properties_, Property::simplex_rows | Property::onehot_rows)) {
    for (std::size_t i = 0; i < rows_; ++i) {
      double sum = 0;
      for (std::size_t j = 0; j < columns_; ++j) sum += sample[i + rows_ * j];
      if (is_off(sum, 1))
        return rows_ == 1 ? fmt::format("its entries add up to {}", sum)
                          : fmt::format("its row {} adds up to {}", i + 1, sum);
    }
  }
  if (has(properties_, Property::simplex_cols | Property::onehot_cols)) {
    for (std::size_t j = 0; j < columns_; ++j) {
      double sum = 0;
      for (std::size_t i = 0; i < rows_; ++i) sum += sample[i + rows_ * j];
      if (is_off(sum, 1))
        return columns_ == 1 ? fmt::format("its entries add up to {}", sum)
                             : fmt::format("its column {} adds up to {}", j + 1, sum);
    }
  }
  return std::nullopt;
}

std::optional<std::string> Declared::structure_breaks(std::span<const double> sample) const {
  for (std::size_t j = 0; j < columns_; ++j) {
    for (std::size_t i = 0; i < rows_; ++i) {
      const double x = sample[i + rows_ * j];
      const bool is_zero_place = (i != j && has(properties_, Property::diagonal)) ||
                                 (i < j && has(properties_, Property::lower)) ||
                                 (i > j && has(properties_, Property::upper));
      if (is_zero_place && x != 0) return fmt::format("{} is {}", place(i + rows_ * j), x);
      const bool is_mirrored = has(properties_, Property::symmetric | Property::spd) && rows_ == columns_;
      if (is_mirrored && is_off(x, sample[j + rows_ * i]))
        return fmt::format("{} is {}, and {} is {}", place(i + rows_ * j), x, place(j + rows_ * i),
                           sample[j + rows_ * i]);
      if (i == j && has(properties_, Property::spd) && x <= 0) return fmt::format("{} is {}", place(i + rows_ * j), x);
    }
  }
  return std::nullopt;
}

std::optional<std::string> Declared::orthogonality_breaks(std::span<const double> sample) const {
  constexpr double single = 1e-4;  // of numbers with seven digits
  for (std::size_t i = 0; i < columns_; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      const auto first = sample.begin() + static_cast<std::ptrdiff_t>(rows_ * i),
                 second = sample.begin() + static_cast<std::ptrdiff_t>(rows_ * j);
      const double product = std::inner_product(first, first + static_cast<std::ptrdiff_t>(rows_), second, 0.0);
      if (std::fabs(product - (i == j ? 1 : 0)) > single)
        return i == j ? fmt::format("the squares of its column {} add up to {}", i + 1, product)
                      : fmt::format("its columns {} and {} have the product {}", j + 1, i + 1, product);
    }
  }
  return std::nullopt;
}

std::optional<Diagnostic> undeclared(const Pool& pool, Expr input, const std::vector<std::int64_t>& extents,
                                     std::span<const double> value) {
  return Declared(pool, input, {extents, value.size(), false}, false).broken(value);
}

}  // namespace gradwright

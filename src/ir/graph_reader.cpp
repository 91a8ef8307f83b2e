#include "ir/graph_reader.h"

#include <algorithm>
#include <cctype>
#include <limits>

namespace gradwright {
namespace {

constexpr std::size_t most_terms = 1024;
constexpr std::size_t highest_degree = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
int hexadecimal(char c) {
  if (is_digit(c)) return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

bool GraphReader::fail(Span span, std::string message, std::string help) {
  if (failure_) return false;
  const auto size = static_cast<std::uint32_t>(text_.size());
  failure_ = error("G0509", std::move(message)).at({std::min(span.begin, size), std::min(span.end, size)});
  if (!help.empty()) failure_->help(std::move(help));
  return false;
}

void GraphReader::skip_blanks() {
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r')) ++at_;
}

char GraphReader::next() {
  skip_blanks();
  return at_ < text_.size() && text_[at_] != '\n' ? text_[at_] : '\0';
}

void GraphReader::skip_empty_lines() {
  while (next() == '\0' && at_ < text_.size() && text_[at_] == '\n') ++at_;
}

bool GraphReader::at_end() {
  skip_empty_lines();
  return at_ >= text_.size();
}

bool GraphReader::accept(char c) {
  if (next() != c || c == '\0') return false;
  ++at_;
  return true;
}

bool GraphReader::expect(char c) {
  if (accept(c)) return true;
  return fail({at(), at() + 1}, std::string("expected `") + c + "`");
}

bool GraphReader::word(std::string& value) {
  skip_blanks();
  const std::size_t begin = at_;
  constexpr std::string_view ends = " \t\r\n()[]\",";
  while (at_ < text_.size() && ends.find(text_[at_]) == std::string_view::npos) ++at_;
  value = text_.substr(begin, at_ - begin);
  return !value.empty() || fail({at(), at() + 1}, "expected a word");
}

bool GraphReader::expect_word(std::string_view expected) {
  std::string found;
  skip_blanks();
  const std::uint32_t begin = at();
  return word(found) && (found == expected || fail(since(begin), "expected `" + std::string(expected) + "`"));
}

bool GraphReader::count(std::int64_t& value, std::int64_t most, std::string_view what) {
  if (!is_digit(next())) return fail({at(), at() + 1}, "expected " + std::string(what));
  const std::uint32_t begin = at();
  value = 0;
  bool fits = true;
  for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
    fits = fits && !__builtin_mul_overflow(value, std::int64_t{10}, &value) &&
           !__builtin_add_overflow(value, std::int64_t{text_[at_] - '0'}, &value) && value <= most;
  }
  return fits || fail(since(begin), std::string(what) + " is at most " + std::to_string(most));
}

bool GraphReader::rational(Rational& value) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const bool negative = accept('-');
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;
  if (!count(numerator, most, "a number")) return false;
  const std::uint32_t bar = at();
  if (accept('/') && !count(denominator, most, "a denominator")) return false;
  if (denominator == 0) return fail(since(bar), "a denominator of zero");
  value = Rational(negative ? -numerator : numerator, denominator);
  return true;
}

bool GraphReader::quoted(std::string& value) {
  value.clear();
  if (!expect('"')) return false;
  const std::uint32_t begin = at() - 1;
  for (; at_ < text_.size() && text_[at_] != '\n'; ++at_) {
    if (text_[at_] == '"') {
      ++at_;
      return true;
    }
    if (text_[at_] != '\\') {
      value += text_[at_];
      continue;
    }
    const auto ahead = [&](std::size_t distance) {
      return at_ + distance < text_.size() ? text_[at_ + distance] : '\0';
    };
    if (ahead(1) == '"' || ahead(1) == '\\') {
      value += text_[++at_];
    } else if (ahead(1) == 'x' && hexadecimal(ahead(2)) >= 0 && hexadecimal(ahead(3)) >= 0) {
      value += static_cast<char>(16 * hexadecimal(ahead(2)) + hexadecimal(ahead(3)));
      at_ += 3;
    } else {
      return fail({at(), at() + 2}, "unknown escape in a name", R"(write \", \\ or two lower-case digits as in \x0a)");
    }
  }
  return fail(since(begin), "a name whose quote is never closed");
}

bool GraphReader::multiply(Polynomial& product, const Polynomial& factor, std::uint32_t begin) {
  Polynomial total;
  for (const auto& [left, a] : product) {
    for (const auto& [right, b] : factor) {
      DimTable::Monomial both = left;
      both.insert(both.end(), right.begin(), right.end());
      std::sort(both.begin(), both.end());
      std::int64_t scaled = 0;
      std::int64_t& place = total[both];
      if (__builtin_mul_overflow(a, b, &scaled) || __builtin_add_overflow(place, scaled, &place)) {
        return fail(since(begin), "a size beyond 64 bits");
      }
      if (both.size() > highest_degree || total.size() > most_terms)
        return fail(since(begin), "a size with too many factors");
    }
  }
  product = std::move(total);
  return true;
}

bool GraphReader::size_term(Polynomial& total, bool negative) {
  skip_blanks();
  const std::uint32_t begin = at();
  Polynomial term{{{}, negative ? -1 : 1}};
  do {
    Polynomial factor;
    if (is_digit(next())) {
      std::int64_t number = 0;
      if (!count(number, std::numeric_limits<std::int64_t>::max(), "a size")) return false;
      factor[{}] = number;
    } else {
      std::string name;
      const std::uint32_t start = at();
      if (next() == '"') {
        if (!quoted(name)) return false;
      } else {
        while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) name += text_[at_++];
      }
      if (name.empty()) return fail({start, start + 1}, "expected a size");
      factor = dims_.polynomial(dims_.symbol(name, since(start)));
    }
    if (!multiply(term, factor, begin)) return false;
  } while (accept('*'));
  for (const auto& [monomial, coefficient] : term) {
    std::int64_t& place = total[monomial];
    if (__builtin_add_overflow(place, coefficient, &place)) return fail(since(begin), "a size beyond 64 bits");
  }
  return true;
}

bool GraphReader::size(Dim& dim) {
  Polynomial total;
  bool negative = accept('-');
  while (true) {
    if (!size_term(total, negative)) return false;
    negative = next() == '-';
    if (!accept('+') && !accept('-')) break;
  }
  const auto has_opposite = [](const auto& term) { return term.second != std::numeric_limits<std::int64_t>::min(); };
  if (!std::all_of(total.begin(), total.end(), has_opposite)) return fail(since(at()), "a size beyond 64 bits");
  dim = dims_.interned(std::move(total));
  return true;
}

bool GraphReader::extent(Dim& dim) {
  skip_blanks();
  const std::uint32_t begin = at();
  if (!size(dim)) return false;
  return dims_.constant_value(dim).value_or(0) >= 0 || fail(since(begin), "an extent below zero");
}

bool GraphReader::end_of_line() {
  if (next() != '\0') return fail({at(), at() + 1}, "expected the end of the line");
  if (at_ < text_.size() && text_[at_] == '\0') return fail({at(), at() + 1}, "expected the end of the line");
  return true;
}

}  // namespace gradwright

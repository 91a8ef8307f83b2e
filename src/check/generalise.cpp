#include "check/generalise.h"

#include <algorithm>
#include <cctype>

#include "check/truth.h"

namespace gradwright::check {
namespace {

constexpr std::size_t most_rounds = 60;

bool is_number(const std::string& word) {
  return !word.empty() && word.size() < 9 && std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return std::string(text);
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == at) parts.emplace_back();
    else parts.back() += c;
  }
  return parts;
}

/// The sheet without its claims and requests, blanks in their place.
std::string without_questions(const Text& text, const Program& program) {
  std::string content = text.content();
  const auto blank = [&](Span span) {
    std::uint32_t begin = span.begin;
    while (begin > 0 && content[begin - 1] != '\n') --begin;
    for (std::uint32_t i = begin; i < span.end && i < content.size(); ++i) content[i] = content[i] == '\n' ? '\n' : ' ';
  };
  for (const Claim& claim : program.claims) blank(claim.right.empty() ? claim.span : joined(claim.span, claim.right.back()));
  for (const Request& request : program.requests) blank(request.span);
  return content;
}

}  // namespace

std::optional<GeneralSheet> GeneralSheet::of(const Text& text, const Program& program) {
  GeneralSheet sheet;
  const std::string content = without_questions(text, program);
  sheet.stem_ = "g_";
  while (content.find(sheet.stem_) != std::string::npos) sheet.stem_ += "_";
  sheet.pieces_.emplace_back();
  for (const std::string& line : split(content, '\n')) {
    const std::string code = line.substr(0, line.find('#'));
    const std::size_t colon = code.find(": R[");
    const std::size_t close = colon == std::string::npos ? colon : code.find(']', colon);
    const std::size_t equals = code.find('=');
    if (close != std::string::npos && equals == std::string::npos) {
      std::string names = trimmed(code.substr(0, colon));
      std::string prefix;
      for (const char* word : {"param ", "const ", "data "}) {
        if (names.starts_with(word)) {
          prefix = word;
          names = names.substr(prefix.size());
        }
      }
      for (const std::string& name : split(names, ',')) {
        sheet.pieces_.back() += prefix + trimmed(name) + " : R[";
        std::size_t axis = 0;
        for (const std::string& part : split(code.substr(colon + 4, close - colon - 4), ',')) {
          if (axis++ > 0) sheet.pieces_.back() += ",";
          const std::string word = trimmed(part);
          if (is_number(word) && std::stoll(word) > 1) {
            sheet.sizes_.push_back({std::stoll(word), sheet.sizes_.size(), false});
            sheet.pieces_.emplace_back();
          } else {
            sheet.pieces_.back() += word;
          }
        }
        sheet.pieces_.back() += code.substr(close) + "\n";
      }
      continue;
    }
    if (code.starts_with("dim ") && equals != std::string::npos && is_number(trimmed(code.substr(equals + 1)))) {
      sheet.sizes_.push_back({std::stoll(trimmed(code.substr(equals + 1))), sheet.sizes_.size(), false});
      sheet.pieces_.back() += code.substr(0, equals + 1) + " ";
      sheet.pieces_.emplace_back("\n");
      continue;
    }
    sheet.pieces_.back() += line + "\n";
  }
  if (sheet.sizes_.empty() || !sheet.settled()) return std::nullopt;
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
  std::string whole = pieces_[0];
  for (std::size_t i = 0; i < sizes_.size(); ++i) whole += name_of(i) + pieces_[i + 1];
  return whole;
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

std::vector<std::vector<std::string>> GeneralSheet::sizes_in(const Diagnostic& diagnostic) const {
  // `g_1×3` in labels first, then in the message and its notes.
  std::vector<std::vector<std::string>> found;
  const auto collect = [&](const std::string& text) {
    std::vector<std::string> words(1);
    std::vector<std::string> separators;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      if (std::isalnum(c) != 0 || c == '_') words.back() += text[i];
      else if (text.compare(i, 2, "×") == 0 && !words.back().empty()) {
        separators.emplace_back("×");
        words.emplace_back();
        ++i;
      } else if (!words.back().empty()) {
        separators.emplace_back("");
        words.emplace_back();
      }
    }
    for (std::size_t i = 0; i < words.size(); ++i) {
      const bool follows = i > 0 && separators[i - 1] == "×";
      const bool is_size = is_number(words[i]) || words[i].starts_with(stem_);
      if (!is_size) continue;
      if (follows && !found.empty()) found.back().push_back(words[i]);
      else found.push_back({words[i]});
    }
  };
  for (const SpanLabel& label : diagnostic.labels) collect(label.text);
  collect(diagnostic.message);
  for (const std::string& note : diagnostic.notes) collect(note);
  std::erase_if(found, [](const std::vector<std::string>& size) { return size.size() == 1 && is_number(size[0]); });  // "line 3"
  return found;
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
    const auto line_of = [](const std::string& text, std::uint32_t at) { return std::count(text.begin(), text.begin() + std::min<std::ptrdiff_t>(at, static_cast<std::ptrdiff_t>(text.size())), '\n'); };
    const auto then = line_of(text(), before.span.begin);
    const auto now = line_of(sheet.text(), after->span.begin);
    return now > then || (now == then && after->message != before.message);
  };
  for (std::size_t round = 0; round < most_rounds; ++round) {
    const auto error = first_error(*this);
    if (!error) return true;
    const std::vector<std::vector<std::string>> sizes = sizes_in(*error);
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
      if (error->code == "G0203") attempt({{a.back(), b.front()}});
      if (a.size() == b.size()) {
        std::vector<std::pair<std::string, std::string>> pairs;
        for (std::size_t i = 0; i < a.size(); ++i) pairs.emplace_back(a[i], b[i]);
        attempt(pairs);
      }
    }
    std::vector<std::string> all;
    for (const auto& one : sizes) all.insert(all.end(), one.begin(), one.end());
    for (std::size_t i = 0; i < all.size(); ++i)
      for (std::size_t k = i + 1; k < all.size(); ++k) attempt({{all[i], all[k]}});
    for (std::size_t i = 0; i < sizes_.size(); ++i) {  // at the worst, the number itself
      if (std::find(all.begin(), all.end(), name_of(i)) != all.end()) attempt({{name_of(i), std::to_string(sizes_[i].number)}});
    }
    const auto good = std::find_if(tries.begin(), tries.end(), [&](const GeneralSheet& next) { return progress(next, *error); });
    if (good == tries.end()) return false;
    GeneralSheet chosen = *good;
    *this = std::move(chosen);
  }
  return false;
}

std::optional<GeneralSheet> GeneralSheet::with_numbers(const Diagnostic& mismatch) const {
  std::vector<std::string> all;
  for (const auto& one : sizes_in(mismatch)) all.insert(all.end(), one.begin(), one.end());
  GeneralSheet next = *this;
  bool changes = false;
  for (const std::string& symbol : all) {
    if (is_number(symbol)) continue;
    for (const std::string& number : all) changes = (is_number(number) && next.join(symbol, number)) || changes;
  }
  if (!changes) return std::nullopt;
  return next;
}

std::optional<GeneralSheet> GeneralSheet::with_number(const std::string& symbol, std::int64_t number) const {
  GeneralSheet next = *this;
  if (!next.join(symbol, std::to_string(number))) return std::nullopt;
  return next;
}

}  // namespace gradwright::check

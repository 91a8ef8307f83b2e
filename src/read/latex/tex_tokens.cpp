#include <algorithm>
#include <array>
#include <utility>

#include "read/formula/lexer.h"
#include "read/latex/tex.h"

namespace gradwright::latex {
namespace {

constexpr std::array<std::string_view, 43> greek{
    "alpha",    "beta",   "gamma",   "delta", "epsilon", "varepsilon", "zeta", "eta",   "theta", "vartheta", "iota",
    "kappa",    "lambda", "mu",      "nu",    "xi",      "omicron",    "pi",   "varpi", "rho",   "varrho",   "sigma",
    "varsigma", "tau",    "upsilon", "phi",   "varphi",  "chi",        "psi",  "omega", "Gamma", "Delta",    "Theta",
    "Lambda",   "Xi",     "Pi",      "Sigma", "Upsilon", "Phi",        "Psi",  "Omega", "Alpha", "Beta"};

/// U+03B1 … U+03C9, without the final sigma.
constexpr std::array<std::string_view, 25> small{"alpha",   "beta", "gamma", "delta",    "epsilon", "zeta", "eta",
                                                 "theta",   "iota", "kappa", "lambda",   "mu",      "nu",   "xi",
                                                 "omicron", "pi",   "rho",   "varsigma", "sigma",   "tau",  "upsilon",
                                                 "phi",     "chi",  "psi",   "omega"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 42> signs{{
    {"∂", "partial"}, {"∇", "nabla"},  {"⊙", "odot"},       {"∘", "circ"},  {"·", "cdot"},   {"⋅", "cdot"},
    {"×", "times"},   {"⊗", "otimes"}, {"−", "-"},          {"≤", "le"},    {"≥", "ge"},     {"∑", "sum"},
    {"Σ", "Sigma"},   {"∗", "ast"},    {"‖", "Vert"},       {"⊤", "top"},   {"∥", "Vert"},   {"∏", "prod"},
    {"⊘", "oslash"},  {"√", "sqrt"},   {"′", "'"},          {"’", "'"},     {"ℓ", "ell"},    {"≔", "coloneqq"},
    {"⟨", "langle"},  {"⟩", "rangle"}, {"…", "dots"},       {"⋯", "cdots"}, {"∈", "in"},     {"≠", "ne"},
    {"≈", "approx"},  {"∝", "propto"}, {"⇒", "Rightarrow"}, {"→", "to"},    {"∀", "forall"}, {"∴", "therefore"},
    {"±", "pm"},      {"≡", "equiv"},  {"≜", "triangleq"},  {"∞", "infty"}, {"÷", "div"},    {"⊺", "top"},
}};
/// Fractions in one sign: above, below.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> fractions{
    {{"½", "12"}, {"⅓", "13"}, {"¼", "14"}, {"¾", "34"}}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 27> raised{{
    {"⁰", "0"}, {"¹", "1"}, {"²", "2"}, {"³", "3"}, {"⁴", "4"}, {"⁵", "5"}, {"⁶", "6"}, {"⁷", "7"}, {"⁸", "8"},
    {"⁹", "9"}, {"⁺", "+"}, {"⁻", "-"}, {"⁼", "="}, {"⁽", "("}, {"⁾", ")"}, {"ᵀ", "T"}, {"ᵗ", "t"}, {"ᴴ", "H"},
    {"ⁿ", "n"}, {"ⁱ", "i"}, {"ʲ", "j"}, {"ᵏ", "k"}, {"ˡ", "l"}, {"ᵐ", "m"}, {"ˣ", "x"}, {"ʸ", "y"}, {"ᶻ", "z"},
}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 32> lowered{{
    {"₀", "0"}, {"₁", "1"}, {"₂", "2"}, {"₃", "3"}, {"₄", "4"}, {"₅", "5"}, {"₆", "6"}, {"₇", "7"},
    {"₈", "8"}, {"₉", "9"}, {"₊", "+"}, {"₋", "-"}, {"₌", "="}, {"₍", "("}, {"₎", ")"}, {"ₐ", "a"},
    {"ₑ", "e"}, {"ₒ", "o"}, {"ₓ", "x"}, {"ₕ", "h"}, {"ₖ", "k"}, {"ₗ", "l"}, {"ₘ", "m"}, {"ₙ", "n"},
    {"ₚ", "p"}, {"ₛ", "s"}, {"ₜ", "t"}, {"ᵢ", "i"}, {"ⱼ", "j"}, {"ᵣ", "r"}, {"ᵤ", "u"}, {"ᵥ", "v"},
}};
/// A letter with its mark in one sign.
constexpr std::array<std::pair<std::string_view, std::string_view>, 17> marked{{
    {"ŷ", "hat y"},
    {"ŵ", "hat w"},
    {"â", "hat a"},
    {"ĥ", "hat h"},
    {"ẑ", "hat z"},
    {"ĝ", "hat g"},
    {"ô", "hat o"},
    {"û", "hat u"},
    {"ŝ", "hat s"},
    {"ȳ", "bar y"},
    {"ā", "bar a"},
    {"ū", "bar u"},
    {"ỹ", "tilde y"},
    {"ã", "tilde a"},
    {"ũ", "tilde u"},
    {"ẏ", "dot y"},
    {"ẋ", "dot x"},
}};
/// What stands on the letter before it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> combining{
    {{"\u0302", "hat"}, {"\u0304", "bar"}, {"\u0303", "tilde"}, {"\u0307", "dot"}}};

template <class Table>
const std::pair<std::string_view, std::string_view>* found_at(const Table& table, std::string_view text) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const auto& row) { return text.starts_with(row.first); });
  return found == table.end() ? nullptr : &*found;
}

/// The plain letter of 𝐗, 𝑥, 𝓛 …: Latin by itself, Greek and signs by their names, a digit of ones in bold as `1`.
std::string plain_of_styled(char32_t point) {
  constexpr char32_t latin = 0x1D400, greek_begin = 0x1D6A8, digits = 0x1D7CE;
  if (point >= latin && point < latin + 13 * 52) {
    const auto at = static_cast<int>((point - latin) % 52);
    return std::string(1, static_cast<char>(at < 26 ? 'A' + at : 'a' + at - 26));
  }
  if (point >= greek_begin && point < greek_begin + 5 * 58) {
    const auto at = (point - greek_begin) % 58;
    if (at == 25) return "nabla";
    if (at == 51) return "partial";
    if (at >= 26 && at < 51) return std::string(small[at - 26]);
    static constexpr std::array<std::string_view, 25> capitals{
        "A",  "B", "Gamma", "Delta", "E",     "Z",     "H", "Theta",   "I",   "K", "Lambda", "M",    "N",
        "Xi", "O", "Pi",    "P",     "Theta", "Sigma", "T", "Upsilon", "Phi", "X", "Psi",    "Omega"};
    if (at < 25) return std::string(capitals[at]);
  }
  if (point >= digits && point < digits + 50) return std::string(1, static_cast<char>('0' + (point - digits) % 10));
  return {};
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
 public:
  Lexer(std::string_view text, Span range) : text_(text.substr(0, range.end)), at_(range.begin) {}

  std::vector<TexToken> run() {
    while (at_ < text_.size()) step();
    push(TexTokenKind::end, at_, "");
    return std::move(tokens_);
  }

 private:
  void push(TexTokenKind kind, std::size_t begin, std::string text) {
    const Span span{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(std::max(begin, at_))};
    tokens_.push_back({kind, std::move(text), span, space_});
    space_ = false;
  }

  void step() {
    const char c = text_[at_];
    const std::size_t begin = at_;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '~') {
      ++at_;
      space_ = true;
      return;
    }
    if (c == '%') {
      at_ = std::min(text_.find('\n', at_), text_.size());
      return;
    }
    if (c == '\\') return command();
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) return number();
    ++at_;
    if (is_letter(c)) return push(TexTokenKind::letter, begin, std::string(1, c));
    switch (c) {
      case '{': return push(TexTokenKind::open, begin, "{");
      case '}': return push(TexTokenKind::close, begin, "}");
      case '^': return push(TexTokenKind::sup, begin, "^");
      case '_': return push(TexTokenKind::sub, begin, "_");
      case '\'': return push(TexTokenKind::prime, begin, "'");
      case '&': return push(TexTokenKind::cell, begin, "&");
      case '|': return bar(begin);
      case '$': space_ = true; return;
      default: break;
    }
    if (static_cast<unsigned char>(c) < 0x80) return push(TexTokenKind::sign, begin, std::string(1, c));
    at_ = begin;
    unicode();
  }

  void command() {
    const std::size_t begin = at_++;
    if (at_ >= text_.size()) return push(TexTokenKind::sign, begin, "\\");
    if (!is_letter(text_[at_])) {
      const char c = text_[at_++];
      if (c == '\\') {
        if (at_ < text_.size() && text_[at_] == '*') ++at_;
        if (at_ < text_.size() && text_[at_] == '[') {  // \\[2pt]
          const std::size_t close = text_.find(']', at_);
          if (close != std::string_view::npos && close - at_ < 12 &&
              text_.substr(at_, close - at_).find_first_of("ptemx") != std::string_view::npos)
            at_ = close + 1;
        }
        bars_.clear();
        return push(TexTokenKind::line, begin, "\\\\");
      }
      if (std::string_view(",;:! >\n\t()[]/").find(c) != std::string_view::npos) {
        space_ = true;
        return;
      }
      return push(TexTokenKind::command, begin, std::string(1, c));
    }
    while (at_ < text_.size() && is_letter(text_[at_])) ++at_;
    std::string name(text_.substr(begin + 1, at_ - begin - 1));
    if (at_ < text_.size() && text_[at_] == '*' && (name == "operatorname" || name == "tag" || name == "hspace")) ++at_;
    push(TexTokenKind::command, begin, std::move(name));
  }

  void number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    if (at_ + 1 < text_.size() && text_[at_] == '.' && is_digit(text_[at_ + 1])) {
      ++at_;
      while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    }
    push(TexTokenKind::digits, begin, std::string(text_.substr(begin, at_ - begin)));
  }

  /// A run of raised or lowered signs is one script: ⁻¹, ₁₂.
  template <class Table>
  bool script(const Table& table, TexTokenKind kind) {
    const std::size_t begin = at_;
    std::string content;
    while (const auto* one = found_at(table, text_.substr(at_))) {
      content += one->second;
      at_ += one->first.size();
    }
    if (content.empty()) return false;
    push(kind, begin, std::string(text_.substr(begin, at_ - begin)));
    push(TexTokenKind::open, begin, "{");
    for (std::size_t i = 0; i < content.size(); ++i) {
      const char c = content[i];
      if (is_letter(c)) {
        push(TexTokenKind::letter, begin, std::string(1, c));
      } else if (is_digit(c)) {
        std::size_t end = i;
        while (end < content.size() && is_digit(content[end])) ++end;
        push(TexTokenKind::digits, begin, content.substr(i, end - i));
        i = end - 1;
      } else {
        push(TexTokenKind::sign, begin, std::string(1, c));
      }
    }
    push(TexTokenKind::close, begin, "}");
    return true;
  }

  /// ½, ŷ, 𝐗: one sign that stands for a command and what it takes.
  bool composed() {
    const std::size_t begin = at_;
    const std::string_view rest = text_.substr(at_);
    if (const auto* one = found_at(fractions, rest)) {
      at_ += one->first.size();
      push(TexTokenKind::command, begin, "frac");
      push(TexTokenKind::digits, begin, std::string(one->second.substr(0, 1)));
      push(TexTokenKind::digits, begin, std::string(one->second.substr(1)));
      return true;
    }
    if (const auto* one = found_at(marked, rest)) {
      at_ += one->first.size();
      push(TexTokenKind::command, begin, std::string(one->second.substr(0, one->second.find(' '))));
      push(TexTokenKind::letter, begin, std::string(one->second.substr(one->second.find(' ') + 1)));
      return true;
    }
    if (const auto* one = found_at(combining, rest); one != nullptr && !tokens_.empty()) {
      TexToken base = tokens_.back();
      const bool is_name =
          base.kind == TexTokenKind::letter || (base.kind == TexTokenKind::command && is_greek(base.text));
      if (!is_name || base.span.end != begin) return false;
      at_ += one->first.size();
      base.span.end = static_cast<std::uint32_t>(at_);
      tokens_.back() = {TexTokenKind::command, std::string(one->second), base.span, base.after_space};
      base.after_space = false;
      tokens_.push_back(std::move(base));
      return true;
    }
    const formula::CodePoint point = formula::code_point_at(text_, at_);
    const std::string plain = plain_of_styled(point.value);
    if (plain.empty()) return false;
    at_ += point.length;
    if (is_digit(plain[0])) {
      push(TexTokenKind::command, begin, "mathbf");
      push(TexTokenKind::digits, begin, plain);
    } else {
      push(plain.size() == 1 ? TexTokenKind::letter : TexTokenKind::command, begin, plain);
    }
    return true;
  }

  void unicode() {
    const std::size_t begin = at_;
    if (const auto* one = found_at(signs, text_.substr(at_))) {
      at_ += one->first.size();
      const std::string name(one->second);
      if (name == "'") return push(TexTokenKind::prime, begin, name);
      if (name == "-") return push(TexTokenKind::sign, begin, name);
      return push(TexTokenKind::command, begin, name);
    }
    if (script(raised, TexTokenKind::sup) || script(lowered, TexTokenKind::sub) || composed()) return;
    const formula::CodePoint point = formula::code_point_at(text_, at_);
    at_ += std::max<std::uint32_t>(point.length, 1);
    if (point.value >= 0x3B1 && point.value <= 0x3C9)
      return push(TexTokenKind::command, begin, std::string(small[point.value - 0x3B1]));
    if (formula::is_dash(point.value)) return push(TexTokenKind::sign, begin, "-");
    if (point.value == 0xA0 || (point.value >= 0x2000 && point.value <= 0x200B) || point.value == 0xFEFF) {
      space_ = true;
      return;
    }
    const bool is_name = point.length > 1 && point.value >= 0xC0 && point.value <= 0x52F;
    push(is_name ? TexTokenKind::letter : TexTokenKind::sign, begin, std::string(text_.substr(begin, at_ - begin)));
  }

  /// `||` opens or closes a norm, unless a single bar is open: |a||b|.
  void bar(std::size_t begin) {
    const bool are_two = at_ < text_.size() && text_[at_] == '|';
    const bool is_norm = are_two && (bars_.empty() || bars_.back() == 2);
    const int kind = is_norm ? 2 : 1;
    if (is_norm) ++at_;
    if (!bars_.empty() && bars_.back() == kind)
      bars_.pop_back();
    else if (bars_.size() < 60)
      bars_.push_back(kind);
    push(is_norm ? TexTokenKind::command : TexTokenKind::sign, begin, is_norm ? "Vert" : "|");
  }

  std::string_view text_;
  std::size_t at_;
  bool space_ = false;
  std::vector<int> bars_;
  std::vector<TexToken> tokens_;
};

}  // namespace

std::vector<TexToken> tokens_of_tex(std::string_view text, Span range) { return Lexer(text, range).run(); }

bool is_greek(std::string_view command) { return std::find(greek.begin(), greek.end(), command) != greek.end(); }

Span span_of(const TexRow& row) { return row.empty() ? Span{} : joined(row.front().span, row.back().span); }

}  // namespace gradwright::latex

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

constexpr std::array<std::pair<std::string_view, std::string_view>, 26> signs{{
    {"∂", "partial"}, {"∇", "nabla"},  {"⊙", "odot"}, {"∘", "circ"}, {"·", "cdot"}, {"⋅", "cdot"},
    {"×", "times"},   {"⊗", "otimes"}, {"−", "-"},    {"≤", "le"},   {"≥", "ge"},   {"∑", "sum"},
    {"Σ", "Sigma"},   {"∗", "ast"},    {"‖", "Vert"}, {"⊤", "top"},  {"ᵀ", "^top"}, {"²", "^2"},
    {"³", "^3"},      {"⁻¹", "^-1"},   {"′", "'"},    {"’", "'"},    {"ℓ", "ell"},  {"≔", "coloneqq"},
    {"⟨", "langle"},  {"⟩", "rangle"},
}};

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
      case '{':
        return push(TexTokenKind::open, begin, "{");
      case '}':
        return push(TexTokenKind::close, begin, "}");
      case '^':
        return push(TexTokenKind::sup, begin, "^");
      case '_':
        return push(TexTokenKind::sub, begin, "_");
      case '\'':
        return push(TexTokenKind::prime, begin, "'");
      case '&':
        return push(TexTokenKind::cell, begin, "&");
      case '$':
        space_ = true;
        return;
      default:
        break;
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

  void unicode() {
    const std::size_t begin = at_;
    for (const auto& [spelling, name] : signs) {
      if (!text_.substr(at_).starts_with(spelling)) continue;
      at_ += spelling.size();
      if (name == "'") return push(TexTokenKind::prime, begin, "'");
      if (name == "-") return push(TexTokenKind::sign, begin, "-");
      if (name[0] != '^') return push(TexTokenKind::command, begin, std::string(name));
      push(TexTokenKind::sup, begin, "^");
      if (name == "^top") return push(TexTokenKind::command, begin, "top");
      if (name == "^-1") return push(TexTokenKind::digits, begin, "-1");
      return push(TexTokenKind::digits, begin, std::string(name.substr(1)));
    }
    const formula::CodePoint point = formula::code_point_at(text_, at_);
    at_ += std::max<std::uint32_t>(point.length, 1);
    if (point.value >= 0x3B1 && point.value <= 0x3C9)
      return push(TexTokenKind::command, begin, std::string(small[point.value - 0x3B1]));
    if (point.value == 0xA0 || (point.value >= 0x2000 && point.value <= 0x200B)) {
      space_ = true;
      return;
    }
    const bool is_name = point.length > 1 && ((point.value >= 0xC0 && point.value <= 0x52F) || point.value >= 0x1D400);
    push(is_name ? TexTokenKind::letter : TexTokenKind::sign, begin, std::string(text_.substr(begin, at_ - begin)));
  }

  std::string_view text_;
  std::size_t at_;
  bool space_ = false;
  std::vector<TexToken> tokens_;
};

}  // namespace

std::vector<TexToken> tokens_of_tex(std::string_view text, Span range) { return Lexer(text, range).run(); }

bool is_greek(std::string_view command) { return std::find(greek.begin(), greek.end(), command) != greek.end(); }

Span span_of(const TexRow& row) { return row.empty() ? Span{} : joined(row.front().span, row.back().span); }

}  // namespace gradwright::latex

// The unicode formula over the sizes of its factors:
//   (W₃ᵀ · δ₃) ⊙ relu′(z₂)
//    3×2  2×1      3×1
#include <algorithm>

#include "present/print.h"
#include "source/text.h"

namespace gradwright::view {
namespace {

constexpr std::size_t widest_line = 110;

struct Token {
  std::string text, size;
  bool may_break = false;
};

class Tokens {
 public:
  explicit Tokens(const Docs& docs) : docs_(docs) {}

  void add(DocId id) {
    const Doc& doc = docs_[id];
    switch (doc.kind) {
      case DocKind::sum:
        for (std::size_t i = 0; i < doc.args.size(); ++i) {
          if (i > 0) sign(doc.negative[i] ? " − " : " + ", true);
          if (i == 0 && doc.negative[i]) sign("−", false);
          argument(id, i);
        }
        return;
      case DocKind::product: return joined(id, " · ");
      case DocKind::hadamard: return joined(id, " ⊙ ");
      case DocKind::quotient: return joined(id, doc.pointwise ? " ⊘ " : "/");
      case DocKind::call:
        if (doc.text == "kron") return joined(id, " ⊗ ");
        if (doc.args.size() != 1 || docs_.is_scalar(doc.args[0]) || !is_reduction(doc.text)) return factor(id);
        // What is summed up is looked into.
        tokens_.push_back({doc.text + "(", docs_.is_scalar(id) ? "" : size(id), false});
        add(doc.args[0]);
        return sign(")", false);
      default: factor(id);
    }
  }

  std::string lines() const {
    std::string all, upper, lower;
    std::size_t width = 0;
    const auto flush = [&] {
      while (!upper.empty() && upper.back() == ' ') upper.pop_back();
      while (!lower.empty() && lower.back() == ' ') lower.pop_back();
      all += (all.empty() ? "" : "\n") + upper + "\n" + lower;
      upper = lower = "";
      width = 0;
    };
    for (const Token& token : tokens_) {
      const std::size_t column = std::max(display_width(token.text), display_width(token.size));
      if (width + column > widest_line && token.may_break) {
        flush();
        upper = lower = "   ";
        width = 3;
      }
      upper += centred(token.text, column);
      lower += centred(token.size, column);
      width += column;
    }
    flush();
    return all;
  }

 private:
  static std::string centred(const std::string& text, std::size_t width) {
    const std::size_t gap = width - std::min(width, display_width(text));
    return std::string(gap / 2, ' ') + text + std::string(gap - gap / 2, ' ');
  }
  void sign(std::string text, bool may_break) { tokens_.push_back({std::move(text), "", may_break}); }
  static bool is_reduction(std::string_view word) {
    return word.ends_with("sum") || word.ends_with("mean") || word == "tr" || word == "diag" || word == "vec" || word.starts_with("norm");
  }
  [[nodiscard]] std::string size(DocId id) const {
    const auto extent = [&](Dim dim) {
      const std::string text = docs_.dims().to_string(dim);
      return text.find_first_of(" *+-") == std::string::npos ? text : "(" + text + ")";
    };
    return extent(docs_[id].rows) + "×" + extent(docs_[id].cols);
  }
  void factor(DocId id) {
    tokens_.push_back({unicode_text(docs_, id), docs_.is_scalar(id) || docs_[id].rows.is_none() ? "" : size(id), false});
  }
  void argument(DocId parent, std::size_t place) {
    const bool wrap = needs_parentheses(docs_, parent, place);
    if (wrap) sign("(", false);
    add(docs_[parent].args[place]);
    if (wrap) sign(")", false);
  }
  void joined(DocId id, const std::string& between) {
    for (std::size_t i = 0; i < docs_[id].args.size(); ++i) {
      if (i > 0) sign(between, true);
      argument(id, i);
    }
  }
  const Docs& docs_;
  std::vector<Token> tokens_;
};

}  // namespace

std::string sized_text(const Docs& docs, DocId id) {
  Tokens tokens(docs);
  tokens.add(id);
  return tokens.lines();
}

}  // namespace gradwright::view

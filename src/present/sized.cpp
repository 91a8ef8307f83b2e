// The unicode formula over the sizes of its factors:
//   (W₃ᵀ · δ₃) ⊙ relu′(z₂)
//    3×2  2×1      3×1
#include "present/print.h"
#include "source/text.h"

namespace gradwright::view {
namespace {

/// A call or a transposed sum wider than this is looked into, so that it can be broken.
constexpr std::size_t widest_factor = 40;

class Sized {
 public:
  explicit Sized(const Docs& docs) : docs_(docs) {}

  void add(DocId id) {
    const Doc& doc = docs_[id];
    switch (doc.kind) {
      case DocKind::sum: return sum(id);
      case DocKind::product: return joined(id, " · ");
      case DocKind::hadamard: return joined(id, " ⊙ ");
      case DocKind::quotient: return joined(id, doc.pointwise ? " ⊘ " : "/");
      case DocKind::call:
        if (doc.text == "kron") return joined(id, " ⊗ ");
        if (doc.args.size() == 1 && !docs_.is_scalar(doc.args[0]) && is_reduction(doc.text)) return opened(id);
        return factor(id);
      default: return factor(id);
    }
  }

  [[nodiscard]] Aligned made() && { return std::move(lines_); }

 private:
  void sign(std::string_view text) { lines_.put(text); }
  void breaking_sign(std::string_view text) {
    lines_.allow_break();
    lines_.put(text);
  }
  /// What is summed up is looked into.
  static bool is_reduction(std::string_view word) {
    return word.ends_with("sum") || word.ends_with("mean") || word == "tr" || word == "diag" || word == "vec" ||
           word.starts_with("norm");
  }
  [[nodiscard]] std::string size(DocId id) const {
    if (docs_.is_scalar(id) || docs_[id].rows.is_none()) return {};
    const auto extent = [&](Dim dim) {
      const std::string text = docs_.dims().to_string(dim);
      return text.find_first_of(" *+-") == std::string::npos ? text : "(" + text + ")";
    };
    return extent(docs_[id].rows) + "×" + extent(docs_[id].cols);
  }
  void factor(DocId id) {
    const std::string text = unicode_text(docs_, id);
    if (display_width(text) > widest_factor && can_open(docs_[id])) return opened(id);
    lines_.put(text, size(id));
  }
  static bool can_open(const Doc& doc) {
    switch (doc.kind) {
      case DocKind::transpose:
      case DocKind::power:
      case DocKind::call:
      case DocKind::derivative:
      case DocKind::compare:
      case DocKind::index_sum:
      case DocKind::block: return !doc.args.empty();
      default: return false;
    }
  }
  /// Its parts one by one, its own size under what opens or closes it.
  void opened(DocId id) {
    const Doc& doc = docs_[id];
    switch (doc.kind) {
      case DocKind::transpose:
      case DocKind::power: {
        argument(id, 0);
        const std::string all = unicode_text(docs_, id);
        const bool wraps = needs_parentheses(docs_, id, 0);
        const std::size_t inner = unicode_text(docs_, doc.args[0]).size() + (wraps ? 2 : 0);
        return sign(std::string_view(all).substr(inner));
      }
      case DocKind::call: return listed(id, doc.text + "(", ")", doc.args.size());
      case DocKind::derivative: return listed(id, doc.text + "′(", ")", doc.args.size());
      case DocKind::block: return listed(id, "[", "]", doc.columns);
      case DocKind::index_sum: {
        const std::string all = unicode_text(docs_, id);
        sign(std::string_view(all).substr(0, all.size() - unicode_text(docs_, doc.args[0]).size() - 1));
        add(doc.args[0]);
        return sign(")");
      }
      default: return joined(id, " " + doc.text + " ");
    }
  }
  /// Arguments between signs, rows of `columns` of them.
  void listed(DocId id, const std::string& opening, std::string_view closing, std::size_t columns) {
    const Doc& doc = docs_[id];
    lines_.put(opening, size(id));
    for (std::size_t i = 0; i < doc.args.size(); ++i) {
      if (i > 0) sign(i % columns == 0 ? "; " : ", ");
      if (i > 0) lines_.allow_break();
      add(doc.args[i]);
    }
    sign(closing);
  }
  void sum(DocId id) {
    const Doc& doc = docs_[id];
    for (std::size_t i = 0; i < doc.args.size(); ++i) {
      if (i > 0) breaking_sign(doc.negative[i] ? " − " : " + ");
      if (i == 0 && doc.negative[i]) sign("−");
      argument(id, i);
    }
  }
  void argument(DocId parent, std::size_t place) {
    const bool wrap = needs_parentheses(docs_, parent, place);
    if (wrap) sign("(");
    add(docs_[parent].args[place]);
    if (wrap) sign(")");
  }
  void joined(DocId id, std::string_view between) {
    for (std::size_t i = 0; i < docs_[id].args.size(); ++i) {
      if (i > 0) breaking_sign(between);
      argument(id, i);
    }
  }
  const Docs& docs_;
  Aligned lines_;
};

}  // namespace

Aligned sized(const Docs& docs, DocId id) {
  Sized formula(docs);
  formula.add(id);
  return std::move(formula).made();
}

}  // namespace gradwright::view

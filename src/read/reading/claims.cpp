#include "read/reading/claims.h"

#include <algorithm>
#include <array>

namespace gradwright {

ClaimReadings readings_of(const Text& text, const Claim& claim, OpenSheet& sheet, const std::optional<Shape>& wanted) {
  ClaimReadings found;
  const Span span = claim.right.empty() ? claim.span : joined(claim.right.front(), claim.right.back());
  if (claim.kind == Claim::Kind::latex) {
    LatexOptions options;
    options.wanted = wanted;
    found.latex = read_latex(text, span, sheet, options);
  } else if (claim.kind == Claim::Kind::numpy) {
    NumpyOptions options;
    options.wanted = wanted;
    found.numpy = read_numpy(text, span, sheet, options);
  }
  return found;
}

namespace {

/// Names of the sheet by what people write of them.
class Spellings {
 public:
  explicit Spellings(const OpenSheet& sheet) : sheet_(sheet) {}

  /// `W_2` and `_W2` are W2; `w2` is W2 where no other name reads so.
  [[nodiscard]] std::string name(std::string_view text) const {
    while (text.starts_with('_')) text.remove_prefix(1);
    while (text.ends_with('_')) text.remove_suffix(1);
    if (text.empty()) return {};
    if (sheet_.shape_of(text)) return std::string(text);
    const std::string wanted = plain(text);
    if (sheet_.shape_of(wanted)) return wanted;
    std::string found;
    for (const bool is_exact : {true, false}) {
      const auto take = [&](const std::string& known) {
        const std::string own = plain(known);
        const bool is_same = is_exact ? own == wanted : lower(own) == lower(wanted);
        if (!is_same || !sheet_.shape_of(known)) return true;
        if (!found.empty() && found != known) return false;
        found = known;
        return true;
      };
      const Program& program = sheet_.program();
      const auto all_of = [&](const auto& rows) {
        return std::all_of(rows.begin(), rows.end(), [&](const auto& row) { return take(row.name); });
      };
      if (!all_of(program.declarations) || !all_of(program.definitions)) return {};
      if (!found.empty()) return found;
    }
    return {};
  }

 private:
  static std::string plain(std::string_view text) {
    std::string letters;
    std::copy_if(text.begin(), text.end(), std::back_inserter(letters), [](char c) { return c != '_'; });
    return letters;
  }
  static std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
  }

  const OpenSheet& sheet_;
};

}  // namespace

bool is_loss_word(std::string_view text) {
  static constexpr std::array<std::string_view, 13> words{"L",    "l",    "J",     "C",   "E",   "loss", "Loss",
                                                          "cost", "Cost", "error", "err", "obj", "total"};
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::vector<Claimed> claimed_by_name(const OpenSheet& sheet, std::string_view name) {
  const Spellings spellings(sheet);
  std::vector<Claimed> found;
  const auto add = [&](std::string of, std::string wrt) {
    const auto is_same = [&](const Claimed& one) { return one.of == of && one.wrt == wrt; };
    if (!wrt.empty() && std::none_of(found.begin(), found.end(), is_same))
      found.push_back({std::move(of), std::move(wrt)});
  };
  // δ of a layer is ∂L/∂z of it: delta_2, delta2, delta_out; of a name of the sheet it may be the slope by that name.
  for (const std::string_view beginning : {"delta", "Delta", "δ"}) {
    if (!name.starts_with(beginning)) continue;
    std::string_view layer = name.substr(beginning.size());
    while (layer.starts_with('_')) layer.remove_prefix(1);
    for (const std::string_view letter : {"z", "net", "s", "u"}) {
      if (found.empty()) add("", spellings.name(std::string(letter) + std::string(layer)));
    }
    add("", spellings.name(layer));
    return found;
  }
  // dL_dW, dLdW, dL_by_dW; dloss_dW where the sheet calls its loss otherwise
  for (std::size_t at = name.find('d', 1); name.starts_with('d') && at != std::string_view::npos;
       at = name.find('d', at + 1)) {
    std::string_view first = name.substr(1, at - 1);
    if (first.ends_with("_by_")) first.remove_suffix(4);
    while (first.ends_with('_')) first.remove_suffix(1);
    std::string of = sheet.shape_of(first) ? std::string(first) : std::string();
    if (of.empty() && !is_loss_word(first)) of = spellings.name(first);
    if (!of.empty() || is_loss_word(first)) add(of, spellings.name(name.substr(at + 1)));
    if (!found.empty()) return found;
  }
  static constexpr std::array<std::string_view, 9> beginnings{"gradient_", "grad_", "grad", "nabla_", "d_",
                                                              "g_",        "D_",    "d",    "g"};
  static constexpr std::array<std::string_view, 7> endings{"_gradient", "_grad", "_delta", "grad", "_bar", "_g", "_d"};
  for (const std::string_view beginning : beginnings) {
    if (name.starts_with(beginning)) add("", spellings.name(name.substr(beginning.size())));
    if (!found.empty()) return found;
  }
  for (const std::string_view ending : endings) {
    if (name.ends_with(ending)) add("", spellings.name(name.substr(0, name.size() - ending.size())));
    if (!found.empty()) return found;
  }
  return found;
}

std::string only_variable_of(const OpenSheet& sheet, std::string_view of) {
  const Definition* definition = sheet.program().definition(of);
  if (definition == nullptr || definition->expr.is_none()) return {};
  const std::vector<Expr> parts = reachable(sheet.pool(), {definition->expr});
  std::string found;
  for (const Declaration& one : sheet.program().declarations) {
    if (!std::binary_search(parts.begin(), parts.end(), one.input)) continue;
    if (!found.empty()) return {};
    found = one.name;
  }
  return found;
}

}  // namespace gradwright

// Requests and claims: what is asked of whom, and the sides of a claim.
#include <fmt/format.h>

#include <algorithm>

#include "read/formula/reader.h"

namespace gradwright::formula {
namespace {

bool is_identifier(std::string_view text) {
  return !text.empty() && (text[0] < '0' || text[0] > '9') && text.find_first_of("+-* ") == std::string_view::npos;
}

Target named_target(const AstTarget& from) {
  Target target{from.name.text, {}, from.span};
  for (const NameAt& entry : from.entry) target.entry.push_back(entry.text);
  return target;
}

}  // namespace

bool Reader::entry_fits(const AstTarget& target) {
  if (target.entry.empty()) return true;
  const Shape& surface = elaborator_.bindings[target.name.text].value.surface;
  const bool is_vector =
      surface.empty() || (surface.size() == 2 && (pool_.dims().is_one(surface[0]) || pool_.dims().is_one(surface[1])));
  const std::size_t order = surface.empty() ? 2 : surface.size();
  if (target.entry.size() != order && !(is_vector && target.entry.size() == 1)) {
    reporter_.error("G0208", target.span,
                    fmt::format("`{}` ({}) takes {} indices, not {}", target.name.text, elaborator_.size_text(surface),
                                order, target.entry.size()));
    return false;
  }
  for (std::size_t i = 0; i < target.entry.size(); ++i) {
    const std::string& text = target.entry[i].text;
    if (text.find_first_not_of("0123456789") != std::string::npos || surface.empty()) continue;
    const std::size_t axis = target.entry.size() == 1 && pool_.dims().is_one(surface[0]) ? 1 : i;
    const auto extent = pool_.dims().constant_value(surface[axis]);
    const bool is_long = text.size() > 12;
    if (!is_long && std::stoll(text) >= 1 && (!extent || std::stoll(text) <= *extent)) continue;
    reporter_
        .error(
            "G0212", target.entry[i].span,
            fmt::format("the index {} is outside of `{}` ({})", text, target.name.text, elaborator_.size_text(surface)))
        .note("indices start at 1");
    return false;
  }
  return true;
}

bool Reader::target_of(const AstTarget& written, const char* code, Target& target) {
  AstTarget from = written;
  from.name.text = spelled(written.name.text);
  const auto known = elaborator_.bindings.find(from.name.text);
  if (known == elaborator_.bindings.end()) {
    const bool is_wrt = std::string_view(code) == "G0306";
    Diagnostic& diagnostic = reporter_.error(code, from.name.span,
                                             is_wrt ? fmt::format("`{}` is not in this sheet", from.name.text)
                                                    : fmt::format("unknown name `{}`", from.name.text));
    if (!is_wrt && elaborator_.help_with_function(diagnostic, from.name.text)) return false;
    if (elaborator_.has_symbol(from.name.text)) {
      diagnostic.note(fmt::format("`{}` is a dimension; derivatives are by variables", from.name.text));
    } else if (const std::string near = elaborator_.nearest_name(from.name.text, false); !near.empty()) {
      elaborator_.suggest(diagnostic, from.name.span, near);
    } else {
      diagnostic.help(fmt::format("declare it (`{} : R`) or define it (`{} = …`)", from.name.text, from.name.text));
    }
    return false;
  }
  if (known->second.kind == Binding::Kind::later) {
    reporter_.error("G0305", from.name.span, fmt::format("`{}` is used before its definition", from.name.text))
        .label(known->second.span, "defined here");
    return false;
  }
  if (known->second.kind == Binding::Kind::poisoned) return false;
  target = named_target(from);
  return entry_fits(from);
}

bool Reader::wrt_of(const Statement& statement, Request& request) {
  bool good = true;
  if (statement.wrt_all) {
    for (const Declaration& declaration : program_.declarations) {
      if (pool_.payload<InputInfo>(declaration.input).role == Role::parameter)
        request.wrt.push_back({declaration.name, {}, statement.span});
    }
    if (request.wrt.empty()) {
      reporter_.error("G0306", statement.span, "there is no `param` in this sheet")
          .help("declare what is trained: `param W : R[h,d]`");
      good = false;
    }
  }
  for (const AstTarget& by : statement.wrt) {
    Target target;
    if (target_of(by, "G0306", target)) {
      request.wrt.push_back(std::move(target));
    } else {
      good = false;
    }
  }
  return good;
}

/// One loss is trained: what a second line asks for is refused, not left out.
bool Reader::is_first_minimize(const Request& request) {
  const auto earlier = std::ranges::find(program_.requests, Request::Kind::minimize, &Request::kind);
  if (earlier == program_.requests.end()) return true;
  Diagnostic& diagnostic =
      reporter_.error("G0114", request.span, "a second `minimize`: one loss is trained, by every `param`");
  diagnostic.label(earlier->span, "the first stands here");
  diagnostic.help(earlier->of.name == request.of.name
                      ? "leave the second out"
                      : "define the sum of both, and minimize that; or train them by turns, from a sheet each");
  return false;
}

void Reader::request(const Statement& statement) {
  Request request;
  request.span = statement.span;
  request.kind = statement.kind == StatementKind::derive    ? Request::Kind::derive
                 : statement.kind == StatementKind::hessian ? Request::Kind::hessian
                                                            : Request::Kind::minimize;
  bool good = target_of(statement.of, "G0301", request.of);
  const bool is_minimize = request.kind == Request::Kind::minimize;
  if (!is_minimize || !good || elaborator_.bindings[request.of.name].value.is_scalar())
    good = wrt_of(statement, request) && good;
  if (!good || (is_minimize && !is_first_minimize(request))) return;
  const Shape& surface = elaborator_.bindings[request.of.name].value.surface;
  if (is_minimize && !surface.empty()) {
    reporter_
        .error("G0404", statement.of.span,
               fmt::format("only a scalar can be minimized, and `{}` is {}", request.of.name,
                           elaborator_.size_text(surface)))
        .help(fmt::format("a sum or a norm of it is a scalar: `L = sum({}.^2)`", request.of.name));
    return;
  }
  if (request.kind == Request::Kind::hessian) {
    if (!surface.empty() && request.of.entry.empty()) {
      reporter_
          .error(
              "G0210", statement.of.span,
              fmt::format("a Hessian is of a scalar, and `{}` is {}", request.of.name, elaborator_.size_text(surface)))
          .help(fmt::format("of one entry: `hessian {}[1] wrt {}`; the first derivative: `derive {} wrt {}`",
                            request.of.name, request.wrt[0].name, request.of.name, request.wrt[0].name));
      return;
    }
    if (request.wrt.size() > 2 && !statement.wrt_all) {
      reporter_.error("G0108", statement.span,
                      fmt::format("a Hessian is by one name, or a block by two, not {}", request.wrt.size()));
      return;
    }
  }
  program_.requests.push_back(std::move(request));
}

bool Reader::half_of(Ast ast, AstTarget& half) {
  const AstNode& node = asts_[ast];
  const AstNode& name = node.kind == AstKind::index ? asts_[node.children[0]] : node;
  if (name.kind != AstKind::name) return false;
  for (const std::string_view sign : {"d", "∂"}) {
    if (!name.text.starts_with(sign) || name.text.size() == sign.size()) continue;
    half.name = {spelled(name.text.substr(sign.size())),
                 {name.span.begin + static_cast<std::uint32_t>(sign.size()), name.span.end}};
    half.span = node.span;
    for (std::size_t i = 1; i < node.children.size() && node.kind == AstKind::index; ++i) {
      const Span span = asts_[node.children[i]].span;
      half.entry.push_back({std::string(text_.slice(span)), span});
    }
    return true;
  }
  return false;
}

bool Reader::derivative_claim(Ast left, AstTarget& of, AstTarget& wrt) {
  const AstNode& node = asts_[left];
  if (node.kind != AstKind::product || node.children.size() != 2 || node.operators[0] != Operator::over) return false;
  if (!half_of(node.children[0], of) || !half_of(node.children[1], wrt)) return false;
  const auto is_bound = [&](const std::string& name) {
    return elaborator_.bindings.find(name) != elaborator_.bindings.end();
  };
  const auto written = [&](Ast ast) {
    return asts_[ast].kind == AstKind::index ? asts_[asts_[ast].children[0]].text : asts_[ast].text;
  };
  const bool as_written = is_bound(written(node.children[0])) && is_bound(written(node.children[1]));
  return !as_written || (is_bound(of.name.text) && is_bound(wrt.name.text));
}

bool Reader::second_derivative_claim(Ast left, AstTarget& of, AstTarget& first, AstTarget& wrt) {
  const AstNode& node = asts_[left];
  if (node.kind != AstKind::product || node.children.size() != 2 || node.operators[0] != Operator::over) return false;
  const auto is_bound = [&](const std::string& name) {
    return elaborator_.bindings.find(name) != elaborator_.bindings.end();
  };
  if (!half_of(node.children[0], of) || is_bound(of.name.text) || !of.entry.empty()) return false;
  if (!of.name.text.starts_with('2') || of.name.text.size() == 1) return false;
  of.name.text = spelled(of.name.text.substr(1));
  of.name.span.begin = of.name.span.end - static_cast<std::uint32_t>(of.name.text.size());
  Ast below = node.children[1];
  while (asts_[below].kind == AstKind::transpose) below = asts_[below].children[0];
  const bool is_power = asts_[below].kind == AstKind::power && asts_[asts_[below].children[1]].text == "2";
  if (is_power) below = asts_[below].children[0];
  if (!half_of(below, wrt) || !wrt.entry.empty()) return false;
  std::string& name = wrt.name.text;
  first = wrt;
  if (is_power) return true;
  for (std::size_t at = 1; at < name.size(); ++at) {  // dudv, ∂u∂v
    const std::string before = spelled(name.substr(0, at));
    for (const std::string_view sign : {"d", "∂"}) {
      if (!std::string_view(name).substr(at).starts_with(sign) || !is_bound(before)) continue;
      const std::string after = spelled(name.substr(at + sign.size()));
      if (!is_bound(after)) continue;
      first.name.text = before;
      name = after;
      return true;
    }
  }
  if (name.size() == 1 || !name.ends_with('2')) return false;
  name.pop_back();
  name = spelled(name);
  --wrt.name.span.end;
  first = wrt;
  return true;
}

/// The i of `z[i]`, `(A*x)[i]`: what stands in the brackets and names nothing.
std::vector<NameAt> Reader::free_indices_of(Ast left) const {
  std::vector<NameAt> found;
  const AstNode& node = asts_[left];
  for (std::size_t i = 1; node.kind == AstKind::index && i < node.children.size(); ++i) {
    const AstNode& item = asts_[node.children[i]];
    const bool is_known =
        elaborator_.bindings.find(item.text) != elaborator_.bindings.end() || elaborator_.has_symbol(item.text);
    if (item.kind != AstKind::name || is_known) continue;
    if (std::ranges::none_of(found, [&](const NameAt& one) { return one.text == item.text; }))
      found.push_back({item.text, item.span});
  }
  return found;
}

void Reader::claim(const Statement& statement) {
  if (statement.value.is_none()) return;
  Claim claim;
  claim.span = statement.span;
  claim.left = asts_[statement.value].span;
  AstTarget of;
  AstTarget wrt;
  AstTarget first;
  bool good = !statement.sides.empty();
  std::vector<NameAt> indices;
  std::vector<std::optional<Dim>> extents;
  if (second_derivative_claim(statement.value, of, first, wrt)) {
    claim.kind = Claim::Kind::derivative;
    good = target_of(of, "G0301", claim.of) && good;
    good = good && target_of(wrt, "G0306", claim.wrt) && target_of(first, "G0306", claim.first);
  } else if (derivative_claim(statement.value, of = {}, wrt = {})) {
    claim.kind = Claim::Kind::derivative;
    good = target_of(of, "G0301", claim.of) && good;
    good = target_of(wrt, "G0306", claim.wrt) && good;
    for (const AstTarget* half : {&of, &wrt}) {
      if (!good) break;
      const Shape& surface = elaborator_.bindings[half->name.text].value.surface;
      for (std::size_t i = 0; i < half->entry.size(); ++i) {
        const NameAt& entry = half->entry[i];
        if (!is_identifier(entry.text) || surface.empty()) continue;
        if (std::any_of(indices.begin(), indices.end(), [&](const NameAt& known) { return known.text == entry.text; }))
          continue;
        indices.push_back(entry);
        extents.emplace_back(surface[half->entry.size() == 1 && pool_.dims().is_one(surface[0]) ? 1 : i]);
      }
    }
  } else {
    claim.kind = Claim::Kind::identity;
    indices = free_indices_of(statement.value);
    extents.resize(indices.size());
    const Value left = indices.empty() ? elaborator_.value_of(statement.value)
                                       : elaborator_.indexed_value(statement.value, indices, extents, true);
    claim.left_value = left.expr;
    for (std::size_t i = 0; i < indices.size(); ++i) {
      claim.indices.push_back(indices[i].text);
      if (!left.expr.is_none() && i < pool_.order(left.expr)) extents[i] = pool_.shape(left.expr)[i];
    }
  }
  for (std::size_t i = 0; i < statement.sides.size(); ++i) {
    const Ast side = statement.sides[i];
    Value value;
    if (!side.is_none())
      value = indices.empty() ? elaborator_.value_of(side) : elaborator_.indexed_value(side, indices, extents, true);
    if (statement.faulty_sides[i]) value = {};
    claim.right.push_back(statement.side_spans[i]);
    claim.values.push_back(value.expr);
    claim.surfaces.push_back(value.surface);
  }
  if (good) program_.claims.push_back(std::move(claim));
}

void Reader::raw_claim(const Statement& statement) {
  Claim claim;
  claim.kind = statement.word.text == "latex" ? Claim::Kind::latex : Claim::Kind::numpy;
  claim.span = statement.span;
  claim.left = statement.word.span;
  claim.right = statement.side_spans;
  claim.values.assign(1, Expr{});
  claim.surfaces.assign(1, Shape{});
  program_.claims.push_back(std::move(claim));
}

}  // namespace gradwright::formula

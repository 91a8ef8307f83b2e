// Rows, scripts, brackets.
#include "read/latex/tex_parser.h"

namespace gradwright::latex {

void TexParser::scripts(TexNode& node) {
  if (node.core.is_empty()) node.core = node.span;
  while (!failed_) {
    const TexTokenKind kind = peek().kind;
    if (kind == TexTokenKind::prime) {
      ++node.primes;
      node.span = joined(node.span, next().span);
      continue;
    }
    if (kind != TexTokenKind::sup && kind != TexTokenKind::sub) {
      if ((is_command("limits") || is_command("nolimits"))) {
        (void)next();
        continue;
      }
      return;
    }
    const Span sign = next().span;
    TexRow script = argument(sign, false);
    node.span = joined(node.span, joined(sign, failed_ ? sign : tokens_[at_ - 1].span));
    if (node.kind == TexKind::group && node.text == "brace") continue;  // the words under a brace
    TexRow& place = kind == TexTokenKind::sup ? node.sup : node.sub;
    place.insert(place.end(), std::make_move_iterator(script.begin()), std::make_move_iterator(script.end()));
  }
}

/// What stands next, with its scripts; empty where that is no operand, and then still to be read.
TexRow TexParser::operand() {
  const std::size_t here = at_;
  TexRow found;
  const auto ends = [&] {
    const TexTokenKind kind = peek().kind;
    return kind == TexTokenKind::end || kind == TexTokenKind::cell || kind == TexTokenKind::line || closes();
  };
  while (found.empty() && !failed_ && !ends()) one(found);
  if (!found.empty() && is_operand(found.back())) return found;
  if (!failed_) at_ = here;
  return {};
}

/// Scripts on an empty group, or on nothing: {}^tA is the transpose of what follows, W^{(1)}{}^T of what stands before.
void TexParser::scripts_of_nothing(TexRow& row, TexNode nothing) {
  const TexToken sign = peek();
  const bool has_before = !row.empty() && is_operand(row.back());
  scripts(nothing);
  if (failed_) return;
  const bool is_alone = nothing.sup.size() == 1 && nothing.sub.empty() && nothing.primes == 0;
  const bool is_turn = is_alone && (nothing.sup[0].text == "t" ||
                                    (!has_before && (nothing.sup[0].text == "T" || nothing.sup[0].is_sign("top"))));
  if (TexRow turned = is_turn ? operand() : TexRow{}; !turned.empty()) {
    TexNode& last = turned.back();
    TexNode top = std::move(nothing.sup[0]);
    top.kind = TexKind::sign;
    top.text = "top";
    last.sup.push_back(std::move(top));
    if (last.core.is_empty()) last.core = last.span;
    last.span = joined(nothing.span, last.span);
    row.insert(row.end(), std::make_move_iterator(turned.begin()), std::make_move_iterator(turned.end()));
    return;
  }
  if (failed_) return;
  if (!has_before)
    return fail(sign.span, fmt::format("`{}` stands on nothing", sign.text), "write what it belongs to before it");
  TexNode& before = row.back();
  if (before.core.is_empty()) before.core = before.span;
  before.span = joined(before.span, nothing.span);
  before.sup.insert(before.sup.end(), nothing.sup.begin(), nothing.sup.end());
  before.sub.insert(before.sub.end(), nothing.sub.begin(), nothing.sub.end());
  before.primes += nothing.primes;
}

TexRow TexParser::argument(Span of, bool one_digit) {
  const TexToken token = peek();
  if (token.kind == TexTokenKind::open) {
    (void)next();
    TexRow content = row("");
    if (failed_) return {};
    if (peek().kind != TexTokenKind::close) {
      fail(token.span, "this `{` is never closed", "close it with `}`");
      return {};
    }
    (void)next();
    return content;
  }
  if (token.kind == TexTokenKind::digits && one_digit && token.text.size() > 1) {
    TexToken& rest = tokens_[at_];
    rest.text.erase(0, 1);
    ++rest.span.begin;
    TexNode digit = node(TexKind::number, token.text.substr(0, 1), token);
    digit.span.end = digit.span.begin + 1;
    return {std::move(digit)};
  }
  if (token.kind == TexTokenKind::end || token.kind == TexTokenKind::cell || token.kind == TexTokenKind::line ||
      closes()) {
    fail(of, fmt::format("something is missing after `{}`", text_.substr(of.begin, of.end - of.begin)),
         "write it in braces: `{…}`");
    return {};
  }
  TexRow one_node;
  if (++depth_ > most_depth) fail(token.span, "this formula is nested too deep", "give a name to a part of it");
  for (int guard = 0; one_node.empty() && !failed_ && guard < 100 && peek().kind != TexTokenKind::end; ++guard)
    atom(one_node);
  --depth_;
  return one_node;
}

bool TexParser::is_at_point(const std::string& kind) const {
  if (kind != "|" && kind != "||") return false;
  const bool is_right = at_ >= 2 && tokens_[at_ - 2].kind == TexTokenKind::command &&
                        (tokens_[at_ - 2].text == "right" || tokens_[at_ - 2].text.ends_with('r')) &&
                        ignored_arguments(tokens_[at_ - 2].text).has_value();
  return is_right || peek().kind == TexTokenKind::sub;
}

void TexParser::fence(TexRow& row, const TexToken& token, const std::string& kind) {
  if (is_at_point(kind)) {
    Span span = token.span;
    if (peek().kind == TexTokenKind::sub) {
      const Span sign = next().span;
      (void)argument(sign, false);
      span = joined(span, tokens_[at_ - 1].span);
    }
    return fail(span, "a value at a point is not read", "put the value of the variable into the formula", "G0602");
  }
  TexNode found = node(TexKind::fence, kind, token);
  while (true) {
    found.parts.push_back(this->row(kind));
    if (failed_) return;
    if (peek().kind != TexTokenKind::sign || (peek().text != "," && peek().text != ";")) break;
    if (kind == "|" || kind == "||") break;
    found.separators += next().text;
  }
  if (kind == "{" && ends_open() && found.parts.size() == 1 && found.parts[0].size() == 1 &&
      found.parts[0][0].kind == TexKind::matrix) {  // cases by hand
    TexNode cases = std::move(found.parts[0][0]);
    cases.text = "cases";
    (void)next();
    cases.span = joined(token.span, next().span);
    return row.push_back(std::move(cases));
  }
  const bool is_closed = kind == "|" || kind == "||" ? is_bar(kind) || closes() == kind : closes() == kind;
  if (!is_closed) {
    if (closes())
      return fail(joined(token.span, peek().span), fmt::format("`{}` is closed by `{}`", token.text, peek().text),
                  "close it with the matching bracket");
    return fail(token.span, fmt::format("this `{}` is never closed", token.text), "close it");
  }
  found.span = joined(found.span, next().span);
  row.push_back(std::move(found));
}

TexRow parsed_tex(std::string_view text, std::vector<TexToken> tokens, std::vector<Diagnostic>& diagnostics) {
  return tokens.empty() ? TexRow{} : TexParser(text, std::move(tokens), diagnostics).run();
}

}  // namespace gradwright::latex

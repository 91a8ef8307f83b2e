#include "read/latex/macros.h"

#include <fmt/format.h>

#include <algorithm>

namespace gradwright::latex {
namespace {

constexpr std::size_t most_tokens = 20000;
constexpr int most_expansions = 1000;

using Tokens = std::vector<TexToken>;

bool is_sign(const TexToken& token, std::string_view text) {
  return token.kind == TexTokenKind::sign && token.text == text;
}

/// Reads definitions in a run of tokens.
class Definitions {
 public:
  Definitions(const Tokens& tokens, std::size_t at) : tokens_(tokens), at_(at) {}

  /// After the command that defines; nothing where it is not understood.
  bool read(const std::string& command, std::string& name, Macro& macro) {
    macro.begin = tokens_[at_].span.begin;
    ++at_;
    if (is_sign(peek(), "*")) ++at_;
    if (command == "def" || command == "let") {
      if (peek().kind != TexTokenKind::command) return false;
      name = next().text;
      if (command == "let") {
        if (is_sign(peek(), "=")) ++at_;
        if (peek().kind == TexTokenKind::end) return false;
        macro.body = {next()};
        return true;
      }
      while (is_sign(peek(), "#")) {
        ++at_;
        if (next().kind != TexTokenKind::digits) return false;
        ++macro.arguments;
      }
      return peek().kind == TexTokenKind::open && group(macro.body);
    }
    Tokens names;
    if (peek().kind == TexTokenKind::command)
      names = {next()};
    else if (!group(names))
      return false;
    if (names.size() != 1 || names[0].kind != TexTokenKind::command) return false;
    name = names[0].text;
    if (command == "DeclareMathOperator") {
      Tokens inner;
      if (!group(inner)) return false;
      TexToken word = names[0];
      word.text = "operatorname";
      macro.body = {word, {TexTokenKind::open, "{", word.span, false}};
      macro.body.insert(macro.body.end(), inner.begin(), inner.end());
      macro.body.push_back({TexTokenKind::close, "}", word.span, false});
      return true;
    }
    if (command == "DeclarePairedDelimiter") {
      Tokens left;
      Tokens right;
      if (!group(left) || !group(right)) return false;
      macro.arguments = 1;
      macro.body = std::move(left);
      macro.body.push_back({TexTokenKind::sign, "#", names[0].span, false});
      macro.body.push_back({TexTokenKind::digits, "1", names[0].span, false});
      macro.body.insert(macro.body.end(), right.begin(), right.end());
      return true;
    }
    Tokens count;
    if (is_sign(peek(), "[")) {
      if (!bracket(count) || count.size() != 1 || count[0].text.size() != 1 || count[0].kind != TexTokenKind::digits)
        return false;
      macro.arguments = static_cast<std::size_t>(count[0].text[0] - '0');
      if (is_sign(peek(), "[")) {
        macro.has_default = true;
        if (!bracket(macro.fallback)) return false;
      }
    }
    return peek().kind == TexTokenKind::open && group(macro.body);
  }
  [[nodiscard]] std::size_t at() const { return at_; }

  bool group(Tokens& content) {
    if (peek().kind != TexTokenKind::open) return false;
    int depth = 0;
    for (; peek().kind != TexTokenKind::end; ++at_) {
      if (peek().kind == TexTokenKind::open && depth++ == 0) continue;
      if (peek().kind == TexTokenKind::close && --depth == 0) {
        ++at_;
        return true;
      }
      content.push_back(peek());
    }
    return false;
  }

  bool bracket(Tokens& content) {
    for (++at_; peek().kind != TexTokenKind::end; ++at_) {
      if (is_sign(peek(), "]")) {
        ++at_;
        return true;
      }
      content.push_back(peek());
    }
    return false;
  }

  /// An argument as TeX takes it: a group, or one token; of a number one digit.
  bool argument(Tokens& content, Tokens& rest) {
    if (peek().kind == TexTokenKind::open) return group(content);
    if (peek().kind == TexTokenKind::end || peek().kind == TexTokenKind::close) return false;
    content = {next()};
    if (content[0].kind == TexTokenKind::digits && content[0].text.size() > 1) {
      rest = content;
      rest[0].text.erase(0, 1);
      content[0].text.resize(1);
    }
    return true;
  }
  [[nodiscard]] const TexToken& peek() const { return tokens_[at_]; }

 private:
  const TexToken& next() {
    const TexToken& token = tokens_[at_];
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }

  const Tokens& tokens_;
  std::size_t at_;
};

bool defines(std::string_view command) {
  return command == "newcommand" || command == "renewcommand" || command == "providecommand" || command == "def" ||
         command == "let" || command == "DeclareMathOperator" || command == "DeclarePairedDelimiter";
}

/// The definition that holds at a place; the first one where it is used before.
const Macro* macro_at(const Macros& macros, const std::string& name, std::size_t place) {
  const auto found = macros.find(name);
  if (found == macros.end()) return nullptr;
  const Macro* last = &found->second.front();
  for (const Macro& one : found->second) {
    if (one.begin < place) last = &one;
  }
  return last;
}

/// The body with its arguments put in, standing where the macro is used.
Tokens filled(const Macro& macro, const std::vector<Tokens>& arguments, const TexToken& use) {
  Tokens made;
  for (std::size_t i = 0; i < macro.body.size(); ++i) {
    const bool is_place =
        is_sign(macro.body[i], "#") && i + 1 < macro.body.size() && macro.body[i + 1].kind == TexTokenKind::digits;
    if (!is_place) {
      made.push_back(macro.body[i]);
      made.back().span = use.span;
      continue;
    }
    TexToken digits = macro.body[++i];
    const auto which = static_cast<std::size_t>(digits.text[0] - '1');
    if (which < arguments.size()) made.insert(made.end(), arguments[which].begin(), arguments[which].end());
    digits.text.erase(0, 1);
    digits.span = use.span;
    if (!digits.text.empty()) made.push_back(std::move(digits));
  }
  if (!made.empty()) made.front().after_space = true;
  return made;
}

}  // namespace

Macros macros_of(std::string_view text) {
  Macros found;
  const auto is_defined = [&](std::string_view word) { return text.find(word) != std::string_view::npos; };
  if (!is_defined("\\newcommand") && !is_defined("\\renewcommand") && !is_defined("\\providecommand") &&
      !is_defined("\\def") && !is_defined("\\let") && !is_defined("\\Declare"))
    return found;
  const Tokens tokens = tokens_of_tex(text, {0, static_cast<std::uint32_t>(text.size())});
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != TexTokenKind::command || !defines(tokens[i].text)) continue;
    Definitions definitions(tokens, i);
    std::string name;
    Macro macro;
    if (!definitions.read(tokens[i].text, name, macro)) continue;
    found[name].push_back(std::move(macro));
    i = definitions.at() - 1;
  }
  return found;
}

std::vector<TexToken> expanded(std::vector<TexToken> tokens, const Macros& macros,
                               std::vector<Diagnostic>& diagnostics) {
  if (macros.empty()) return tokens;
  const auto fail = [&](const TexToken& use, std::string message, std::string help) {
    diagnostics.push_back(error("G0602", std::move(message)).at(use.span).help(std::move(help)));
    return std::vector<TexToken>{};
  };
  // What is still to be read lies in a stack, its end first.
  Tokens ahead(tokens.rbegin(), tokens.rend());
  Tokens done;
  int expansions = 0;
  while (!ahead.empty()) {
    const TexToken token = ahead.back();
    const bool is_command = token.kind == TexTokenKind::command;
    if (is_command && defines(token.text)) {  // a definition inside a formula says nothing itself
      const Tokens rest(ahead.rbegin(), ahead.rend());
      Definitions definitions(rest, 0);
      std::string name;
      Macro macro;
      if (definitions.read(token.text, name, macro)) {
        ahead.resize(ahead.size() - definitions.at());
        continue;
      }
    }
    const Macro* macro = is_command ? macro_at(macros, token.text, token.span.begin) : nullptr;
    if (macro == nullptr) {
      done.push_back(token);
      ahead.pop_back();
      continue;
    }
    if (++expansions > most_expansions || ahead.size() + done.size() > most_tokens)
      return fail(token, fmt::format("the macro `\\{}` has no end: it comes to itself again", token.text),
                  "define it by something else");
    std::vector<Tokens> arguments;
    Tokens split;
    if (macro->arguments > 0) {
      const Tokens rest(ahead.rbegin(), ahead.rend());
      Definitions reader(rest, 1);
      for (std::size_t i = 0; i < macro->arguments; ++i) {
        Tokens content;
        if (i == 0 && macro->has_default) {
          if (!is_sign(reader.peek(), "["))
            content = macro->fallback;
          else if (!reader.bracket(content))
            return fail(token, fmt::format("the bracket after `\\{}` is never closed", token.text),
                        "close it with `]`");
        } else if (!split.empty() || !reader.argument(content, split)) {
          return fail(token, fmt::format("`\\{}` takes {} arguments", token.text, macro->arguments),
                      "write each in braces: `{…}`");
        }
        arguments.push_back(std::move(content));
      }
      ahead.resize(ahead.size() - std::min(reader.at(), ahead.size() - 1));
    } else {
      ahead.pop_back();
    }
    ahead.insert(ahead.end(), split.begin(), split.end());
    const Tokens body = filled(*macro, arguments, token);
    ahead.insert(ahead.end(), body.rbegin(), body.rend());
  }
  if (done.empty() || done.back().kind != TexTokenKind::end)
    return fail(tokens.back(), "this formula has no end", "close its brackets");
  return done;
}

}  // namespace gradwright::latex

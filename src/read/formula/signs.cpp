#include "read/formula/signs.h"

#include <algorithm>
#include <array>

namespace gradwright::formula {
namespace {

/// Longest first.
constexpr auto signs = std::to_array<Sign>({
    {"⊙^", TokenKind::dot_caret},    {"⊘", TokenKind::dot_slash},
    {"‖", TokenKind::double_bar},    {"∥", TokenKind::double_bar},
    {"∣", TokenKind::bar},           {"||", TokenKind::double_bar},
    {"|", TokenKind::bar},           {"**", TokenKind::double_star},
    {"ᵀ", TokenKind::prime},         {"⊤", TokenKind::top},
    {"⊙", TokenKind::dot_star},      {"∘", TokenKind::dot_star},
    {"⊗", TokenKind::kron},          {"∈", TokenKind::element_of},
    {"⋅", TokenKind::star},          {"∗", TokenKind::star},
    {"≤", TokenKind::less_equal},    {"≥", TokenKind::greater_equal},
    {"′", TokenKind::prime},         {"’", TokenKind::prime},
    {"·", TokenKind::star},          {"×", TokenKind::times},
    {".*", TokenKind::dot_star},     {"./", TokenKind::dot_slash},
    {".^", TokenKind::dot_caret},    {".'", TokenKind::prime},
    {"<=", TokenKind::less_equal},   {">=", TokenKind::greater_equal},
    {"==", TokenKind::equal_equal},  {":=", TokenKind::becomes},
    {"+", TokenKind::plus},          {"-", TokenKind::minus},
    {"*", TokenKind::star},          {"@", TokenKind::star},
    {"/", TokenKind::slash},         {"\\", TokenKind::backslash},
    {"^", TokenKind::caret},         {"'", TokenKind::prime},
    {"<", TokenKind::less},          {">", TokenKind::greater},
    {"=", TokenKind::equal},         {",", TokenKind::comma},
    {";", TokenKind::semicolon},     {":", TokenKind::colon},
    {"~", TokenKind::tilde},         {"(", TokenKind::left_paren},
    {")", TokenKind::right_paren},   {"[", TokenKind::left_bracket},
    {"]", TokenKind::right_bracket}, {"{", TokenKind::left_paren},
    {"}", TokenKind::right_paren},   {"∊", TokenKind::element_of},
    {"⨂", TokenKind::kron},          {"≔", TokenKind::equal},
    {"∙", TokenKind::star},          {"•", TokenKind::star},
    {"⊺", TokenKind::top},
});

}  // namespace

const Sign* sign_at(std::string_view text) {
  const auto found =
      std::find_if(signs.begin(), signs.end(), [&](const Sign& sign) { return text.starts_with(sign.text); });
  return found == signs.end() ? nullptr : &*found;
}

bool is_between_operands(TokenKind kind) {
  switch (kind) {
    case TokenKind::plus:
    case TokenKind::minus:
    case TokenKind::star:
    case TokenKind::slash:
    case TokenKind::dot_star:
    case TokenKind::dot_slash:
    case TokenKind::backslash:
    case TokenKind::kron:
    case TokenKind::caret:
    case TokenKind::dot_caret:
    case TokenKind::less:
    case TokenKind::less_equal:
    case TokenKind::greater:
    case TokenKind::greater_equal:
    case TokenKind::equal_equal:
    case TokenKind::times: return true;
    default: return false;
  }
}

bool goes_on(TokenKind kind) {
  switch (kind) {
    case TokenKind::double_star:
    case TokenKind::equal:
    case TokenKind::becomes:
    case TokenKind::comma: return true;
    default: return is_between_operands(kind);
  }
}

}  // namespace gradwright::formula

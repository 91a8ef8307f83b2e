#include "check/decimals.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "check/edit.h"

namespace gradwright::check {
namespace {

struct Constant {
  std::string_view gw;  ///< a factor; `$` is pi
  double value;
};

const double root_of_two = std::numbers::sqrt2, root_of_pi = 1 / std::numbers::inv_sqrtpi;

const std::array constants{
    Constant{"$", std::numbers::pi},
    Constant{"1/$", std::numbers::inv_pi},
    Constant{"sqrt($)", root_of_pi},
    Constant{"1/sqrt($)", std::numbers::inv_sqrtpi},
    Constant{"sqrt(2*$)", root_of_two* root_of_pi},
    Constant{"1/sqrt(2*$)", std::numbers::inv_sqrtpi / root_of_two},
    Constant{"sqrt(2/$)", root_of_two* std::numbers::inv_sqrtpi},
    Constant{"$^2", std::numbers::pi* std::numbers::pi},
    Constant{"log($)", std::log(std::numbers::pi)},
    Constant{"log(2*$)", std::log(2 * std::numbers::pi)},
    Constant{"log(2)", std::numbers::ln2},
    Constant{"log(10)", std::numbers::ln10},
    Constant{"1/log(2)", std::numbers::log2e},
    Constant{"1/log(10)", std::numbers::log10e},
    Constant{"sqrt(2)", root_of_two},
    Constant{"sqrt(3)", std::numbers::sqrt3},
    Constant{"exp(1)", std::numbers::e},
    Constant{"exp(-1)", 1 / std::numbers::e},
};
constexpr int most_above = 12, most_below = 12;

/// Digits from the first that is not 0, and how many of all stand behind the point.
struct Digits {
  std::size_t count = 0, behind = 0;
};

std::optional<Digits> digits_of(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || text.find_first_not_of("0123456789.") != std::string_view::npos)
    return std::nullopt;
  const std::size_t first = text.find_first_not_of("0.");
  if (first == std::string_view::npos) return std::nullopt;
  return Digits{text.size() - first - (first < point ? 1 : 0), text.size() - point - 1};
}

bool has_an_end(int below) {
  for (const int prime : {2, 5}) {
    while (below % prime == 0) below /= prime;
  }
  return below == 1;
}

/// a/b·c, or a/b itself where it has no end.
std::string product(int above, int below, std::string_view constant) {
  if (constant.empty()) return fmt::format("({}/{})", above, below);
  std::string text = above == 1 ? std::string(constant) : fmt::format("{}*{}", above, constant);
  if (below > 1) text += fmt::format("/{}", below);
  return "(" + text + ")";
}

/// The number that is meant by these digits; empty where there is none.
std::string meant_by(std::string_view text) {
  constexpr std::size_t least_digits = 5, digits_of_double = 16;
  const auto digits = digits_of(text);
  if (!digits || digits->count < least_digits) return {};
  const double written = std::stod(std::string(text));
  const double unit = std::pow(10.0, -static_cast<double>(digits->behind));
  const double slack = digits->count < digits_of_double ? 0 : 4e-16 * written;
  const auto has_digits = [&](double exact) {
    const double rest = exact - written;  // rounded, or cut off
    return rest >= -unit / 2 - slack && rest < unit + slack;
  };
  for (int below = 1; below <= most_below; ++below) {
    for (int above = 1; above <= most_above; ++above) {
      if (std::gcd(above, below) != 1) continue;
      const double ratio = static_cast<double>(above) / below;
      if (!has_an_end(below) && has_digits(ratio)) return product(above, below, {});
      const auto found =
          std::ranges::find_if(constants, [&](const Constant& one) { return has_digits(ratio * one.value); });
      if (found != constants.end()) return product(above, below, found->gw);
    }
  }
  return {};
}

}  // namespace

std::optional<WithoutDecimals> without_decimals(const std::string& gw,
                                                const std::function<bool(std::string_view)>& is_name) {
  AstPool pool;
  const Ast root = parsed(gw, pool);
  if (root.is_none()) return std::nullopt;
  std::vector<Span> places;
  for (const Place& place : places_of(pool, root)) {
    if (!place.is_run() && !place.is_size && pool[place.node].kind == AstKind::number)
      places.push_back(pool[place.node].span);
  }
  std::ranges::sort(places, {}, &Span::begin);
  WithoutDecimals found;
  std::size_t at = 0;
  for (const Span place : places) {
    const std::string written = gw.substr(place.begin, place.end - place.begin);
    std::string meant = meant_by(written);
    if (meant.empty() || place.begin < at) continue;
    for (std::size_t sign = meant.find('$'); sign != std::string::npos; sign = meant.find('$'))
      meant.replace(sign, 1, is_name("pi") ? "acos(-1)" : "pi");
    found.gw += gw.substr(at, place.begin - at) + meant;
    at = place.end;
    std::string note =
        fmt::format("`{}` stands for `{}`, of which it has the digits", written, meant.substr(1, meant.size() - 2));
    if (std::ranges::find(found.notes, note) == found.notes.end()) found.notes.push_back(std::move(note));
  }
  if (at == 0) return std::nullopt;
  found.gw += gw.substr(at);
  return found;
}

}  // namespace gradwright::check

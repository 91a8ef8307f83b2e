#include "read/latex/tex_commands.h"

#include <algorithm>
#include <array>
#include <map>

namespace gradwright::latex {
namespace {

using Table = std::map<std::string_view, std::string_view>;

/// Commands that leave no trace; with the number of arguments that go with them.
const std::map<std::string_view, int> ignored{
    {"quad", 0},       {"qquad", 0},      {"displaystyle", 0}, {"textstyle", 0}, {"scriptstyle", 0}, {"limits", 0},
    {"nolimits", 0},   {"nonumber", 0},   {"notag", 0},        {"mathstrut", 0}, {"label", 1},       {"tag", 1},
    {"hspace", 1},     {"vspace", 1},     {"phantom", 1},      {"color", 1},     {"left", 0},        {"right", 0},
    {"middle", 0},     {"big", 0},        {"Big", 0},          {"bigg", 0},      {"Bigg", 0},        {"bigl", 0},
    {"bigr", 0},       {"Bigl", 0},       {"Bigr", 0},         {"biggl", 0},     {"biggr", 0},       {"Biggl", 0},
    {"Biggr", 0},      {"bigm", 0},       {"thinspace", 0},    {"medspace", 0},  {"thickspace", 0},  {"hfill", 0},
    {"bf", 0},         {"rm", 0},         {"it", 0},           {"cal", 0},       {"boldmath", 0},    {"eqref", 1},
    {"ref", 1},        {"hphantom", 1},   {"vphantom", 1},     {"textcolor", 1}, {"smash", 0},       {"protect", 0},
    {"normalsize", 0}, {"allowbreak", 0}, {"therefore", 0},    {"noindent", 0},  {"centering", 0},   {"hline", 0}};
const Table sign_names{{"cdot", "cdot"},
                       {"bullet", "*"},
                       {"times", "times"},
                       {"ast", "*"},
                       {"star", "*"},
                       {"odot", "odot"},
                       {"circ", "odot"},
                       {"oslash", "oslash"},
                       {"otimes", "otimes"},
                       {"div", "/"},
                       {"le", "<="},
                       {"leq", "<="},
                       {"leqslant", "<="},
                       {"ge", ">="},
                       {"geq", ">="},
                       {"geqslant", ">="},
                       {"lt", "<"},
                       {"gt", ">"},
                       {"equiv", "="},
                       {"coloneqq", "="},
                       {"triangleq", "="},
                       {"doteq", "="},
                       {"partial", "partial"},
                       {"nabla", "nabla"},
                       {"implies", "implies"},
                       {"Rightarrow", "implies"},
                       {"iff", "implies"},
                       {"Longrightarrow", "implies"},
                       {"Leftrightarrow", "implies"},
                       {"Longleftrightarrow", "implies"},
                       {"leftarrow", "gets"},
                       {"gets", "gets"},
                       {"longleftarrow", "gets"},
                       {"ldots", "dots"},
                       {"cdots", "dots"},
                       {"dots", "dots"},
                       {"in", "in"},
                       {"to", "to"},
                       {"rightarrow", "to"},
                       {"approx", "approx"},
                       {"propto", "propto"},
                       {"ne", "ne"},
                       {"neq", "ne"},
                       {"forall", "forall"},
                       {"colon", ":"},
                       {"top", "top"},
                       {"intercal", "top"},
                       {"bot", "bot"},
                       {"prime", "prime"},
                       {"dagger", "top"},
                       {"infty", "infty"},
                       {"pm", "pm"},
                       {"mid", "|"},
                       {"vert", "|"},
                       {"Vert", "||"},
                       {"parallel", "||"},
                       {"|", "||"}};
const Table openers{{"lvert", "|"},  {"lVert", "||"}, {"lbrace", "{"}, {"{", "{"},
                    {"langle", "<"}, {"lbrack", "["}, {"lparen", "("}};
const Table closers{{"rvert", "|"},  {"rVert", "||"}, {"rbrace", "{"}, {"}", "{"},
                    {"rangle", "<"}, {"rbrack", "["}, {"rparen", "("}};
const Table accents{{"hat", "hat"},     {"widehat", "hat"},     {"bar", "bar"},     {"overline", "bar"},
                    {"tilde", "tilde"}, {"widetilde", "tilde"}, {"dot", "dot"},     {"ddot", "ddot"},
                    {"vec", ""},        {"underline", ""},      {"check", "check"}, {"cancel", ""},
                    {"bcancel", ""},    {"xcancel", ""}};
/// Styles that do not change what a letter means.
constexpr std::array<std::string_view, 14> styles{"mathbf", "boldsymbol", "bm",      "mathcal",  "mathit",
                                                  "pmb",    "mathsf",     "mathscr", "mathfrak", "symbf",
                                                  "boxed",  "ensuremath", "mathord", "mathtt"};
constexpr std::array<std::string_view, 7> upright{"mathrm", "text",   "operatorname", "textrm",
                                                  "mathop", "textbf", "textit"};
constexpr std::array<std::string_view, 25> functions{
    "sec", "csc", "cot", "coth", "exp", "log",  "ln",     "tanh",   "sin",    "cos", "tan", "sinh", "cosh",
    "max", "min", "det", "tr",   "Tr",  "diag", "arctan", "arcsin", "arccos", "lg",  "sgn", "trace"};
constexpr std::array<std::string_view, 3> blackboards{"mathbb", "mathbbm", "mathds"};

template <class Array>
bool holds(const Array& array, std::string_view text) {
  return std::find(array.begin(), array.end(), text) != array.end();
}

std::optional<std::string> found_in(const Table& table, std::string_view text) {
  const auto found = table.find(text);
  if (found == table.end()) return std::nullopt;
  return std::string(found->second);
}

}  // namespace

std::optional<int> ignored_arguments(std::string_view command) {
  const auto found = ignored.find(command);
  return found == ignored.end() ? std::nullopt : std::optional<int>(found->second);
}
std::optional<std::string> sign_of(std::string_view command) { return found_in(sign_names, command); }
std::optional<std::string> opened_bracket(std::string_view command) { return found_in(openers, command); }
std::optional<std::string> closed_bracket(std::string_view command) { return found_in(closers, command); }
std::optional<std::string> accent_of(std::string_view command) { return found_in(accents, command); }
bool is_style(std::string_view command) { return holds(styles, command); }
bool is_upright(std::string_view command) { return holds(upright, command); }
bool is_blackboard(std::string_view command) { return holds(blackboards, command); }
bool is_function_command(std::string_view command) { return holds(functions, command); }

}  // namespace gradwright::latex

#include "check/own_names.h"

#include "check/own_source.h"
#include "check/reassigned.h"

namespace gradwright::check {
namespace {

bool is_of_word(char c) { return is_word_char(c) || (static_cast<unsigned char>(c) & 0x80U) != 0; }

using Words = std::map<std::string, std::string, std::less<>>;

std::string with_words(std::string_view text, const Words& words) {
  std::string made;
  for (std::size_t at = 0; at < text.size();) {
    const bool is_word = is_of_word(text[at]);
    std::size_t end = at;
    while (end < text.size() && is_of_word(text[end]) == is_word) ++end;
    const std::string_view piece = text.substr(at, end - at);
    const auto other = is_word ? words.find(piece) : words.end();
    made += other == words.end() ? piece : std::string_view(other->second);
    at = end;
  }
  return made;
}

constexpr std::string_view mark = "gradwright_";

}  // namespace

std::string name_of_checker(const std::string& what) { return std::string(mark) + what; }

bool is_of_checker(std::string_view name) { return name.starts_with(mark); }

Names names_of_people(const Names& all) {
  Names found;
  for (const auto& [expr, name] : all)
    if (!is_of_checker(name.text)) found.emplace(expr, name);
  return found;
}

void OwnNames::add(const std::string& name, const std::string& written) {
  if (!name.empty() && name != written) written_.emplace(name, written);
}

std::string OwnNames::in(std::string_view text) const { return with_words(text, written_); }

void OwnNames::put_into(Anatomy& anatomy, const std::string& gw) const {
  const auto move = [&](Span& span) {
    const std::string_view formula = gw;
    span = {static_cast<std::uint32_t>(in(formula.substr(0, span.begin)).size()),
            static_cast<std::uint32_t>(in(formula.substr(0, span.end)).size())};
  };
  for (SizedPart& factor : anatomy.factors) move(factor.span);
  for (SizeBreak& one : anatomy.breaks) {
    move(one.left.span);
    move(one.right.span);
    move(one.op);
  }
  for (Span& one : anatomy.operators) move(one);
  for (std::string& name : anatomy.transposed) name = in(name);
  for (std::string& origin : anatomy.origins) origin = in(origin);
}

void OwnNames::put_into(Diagnostic& diagnostic) const {
  diagnostic.message = in(diagnostic.message);
  for (std::string& note : diagnostic.notes) note = in(note);
  for (std::string& help : diagnostic.helps) help = in(help);
  for (SpanLabel& label : diagnostic.labels) label.text = in(label.text);
  for (FixIt& fixit : diagnostic.fixits) fixit.title = in(fixit.title);
}

void OwnNames::put_into(JudgedSide& side) const {
  if (is_empty()) return;
  put_into(side.anatomy, side.reading);
  side.reading = in(side.reading);
  for (auto* texts : {&side.reading_notes, &side.other_readings, &side.verdict.notes})
    for (std::string& one : *texts) one = in(one);
  const auto said = [&](const std::string& text) {  // "replace your z by z"
    Words both;
    for (const auto& [name, written] : written_) {
      if (stands_in(text, name) && stands_in(text, written)) both.emplace(name, "your " + written);
    }
    return in(both.empty() ? text : with_words(text, both));
  };
  for (Mistake& mistake : side.mistakes) mistake.text = said(mistake.text);
  for (Repair& repair : side.repairs) {
    repair.gw = in(repair.gw);
    for (Edit& edit : repair.edits) edit.text = said(edit.text);
  }
  for (Diagnostic& one : side.diagnostics) put_into(one);
}

Aligned OwnNames::sized(Anatomy anatomy, const std::string& gw) const {
  put_into(anatomy, gw);
  return sized_lines(anatomy, in(gw));
}

}  // namespace gradwright::check

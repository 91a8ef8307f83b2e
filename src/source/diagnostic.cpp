#include "source/diagnostic.h"

namespace gradwright {
namespace {

std::string (*wording)(std::string) = nullptr;

std::string worded(std::string text) { return wording == nullptr ? text : wording(std::move(text)); }

}  // namespace

void set_wording(std::string (*next)(std::string)) { wording = next; }

Diagnostic::Diagnostic(std::string the_code, Severity the_severity, std::string the_message)
    : code(std::move(the_code)), severity(the_severity), message(worded(std::move(the_message))) {}

Diagnostic& Diagnostic::at(Span place) & {
  span = place;
  return *this;
}

Diagnostic& Diagnostic::label(Span place, std::string text) & {
  labels.push_back({place, worded(std::move(text))});
  return *this;
}

Diagnostic& Diagnostic::note(std::string text) & {
  notes.push_back(worded(std::move(text)));
  return *this;
}

Diagnostic& Diagnostic::help(std::string text) & {
  helps.push_back(worded(std::move(text)));
  return *this;
}

Diagnostic& Diagnostic::fix(Span place, std::string replacement, std::string title) & {
  fixits.push_back({place, std::move(replacement), worded(std::move(title))});
  return *this;
}

Diagnostic& Diagnostic::about(Fact what) & {
  fact = std::move(what);
  return *this;
}

}  // namespace gradwright

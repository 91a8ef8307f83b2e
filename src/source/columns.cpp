#include "source/columns.h"

#include <algorithm>

#include "source/text.h"

namespace gradwright {
namespace {

constexpr std::string_view joining_space = "\u00a0";

/// What may not be broken unless it must: up to the next space outside of backticks.
std::size_t end_of_word(std::string_view sentence, std::size_t at) {
  bool is_quoted = false;
  for (; at < sentence.size(); ++at) {
    if (sentence[at] == '`') is_quoted = !is_quoted && sentence.find('`', at + 1) != std::string_view::npos;
    if (sentence[at] == ' ' && !is_quoted) return at;
  }
  return sentence.size();
}

/// The words within a word that is too wide, and the others as they are.
std::vector<std::string> words_of(std::string_view sentence, std::size_t widest) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at <= sentence.size();) {
    const std::size_t end = end_of_word(sentence, at);
    std::string word(sentence.substr(at, end - at));
    for (std::size_t i = 0; (i = word.find(joining_space, i)) != std::string::npos;)
      word.replace(i, joining_space.size(), " ");
    if (display_width(word) <= widest) {
      words.push_back(std::move(word));
    } else {
      for (std::size_t i = 0; i <= word.size();) {
        const std::size_t space = std::min(word.find(' ', i), word.size());
        words.push_back(word.substr(i, space - i));
        i = space + 1;
      }
    }
    at = end + 1;
  }
  return words;
}

void trim_right(std::string& line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
}

}  // namespace

std::size_t bytes_of_columns(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  for (std::size_t width = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
    width += display_width(text.substr(at, end - at));
    if (width > columns) break;
    at = end;
  }
  return at;
}

std::string centred(std::string_view text, std::size_t width) {
  const std::size_t gap = width - std::min(width, display_width(text));
  return std::string(gap / 2, ' ').append(text).append(gap - gap / 2, ' ');
}

std::string kept_together(std::string_view text) {
  std::string joined;
  for (const char c : text) c == ' ' ? joined.append(joining_space) : joined.append(1, c);
  return joined;
}

std::string wrapped(std::string_view sentence, std::string_view first, std::string_view indent, std::size_t width) {
  std::string page, line(first);
  std::size_t column = display_width(first);
  bool is_empty = true;
  const std::size_t indented = display_width(indent);
  for (const std::string& word : words_of(sentence, width - std::min(width, indented))) {
    const std::size_t wide = display_width(word);
    if (!is_empty && column + 1 + wide > width) {
      page += line + "\n";
      line = indent;
      column = indented;
      is_empty = true;
    }
    line += (is_empty ? "" : " ") + word;
    column += wide + (is_empty ? 0 : 1);
    is_empty = false;
  }
  return page + line + "\n";
}

std::string fitted(std::string_view page, std::size_t width) {
  std::string narrow;
  for (std::size_t at = 0; at < page.size();) {
    const std::size_t end = std::min(page.find('\n', at), page.size());
    const std::string_view line = page.substr(at, end - at);
    const std::string indent(std::min(line.find_first_not_of(' '), line.size()), ' ');
    narrow += display_width(line) <= width ? std::string(line) + "\n"
                                           : wrapped(line.substr(indent.size()), indent, indent + "  ", width);
    at = end + 1;
  }
  return narrow;
}

void Aligned::put(std::string_view text, std::string_view below) {
  if (lines_.size() < 2) lines_.resize(2);
  const std::size_t wide = std::max(display_width(text), display_width(below));
  lines_[0] += centred(text, wide);
  lines_[1] += centred(below, wide);
  width_ += wide;
}

void Aligned::allow_break() {
  if (width_ > 0 && (breaks_.empty() || breaks_.back() < width_)) breaks_.push_back(width_);
}

Aligned Aligned::upper() const {
  Aligned first = *this;
  if (first.lines_.size() > 1) first.lines_.resize(1);
  return first;
}

std::string Aligned::within(std::size_t width) const {
  constexpr std::size_t moved = 3;
  std::vector<std::size_t> ends;
  std::size_t begin = 0, room = width;
  for (std::size_t i = 0; i < breaks_.size(); ++i) {
    const std::size_t next = i + 1 < breaks_.size() ? breaks_[i + 1] : width_;
    if (next - begin <= room) continue;
    ends.push_back(begin = breaks_[i]);
    room = width - std::min(width, moved);
  }
  ends.push_back(std::string::npos);
  std::string page;
  std::vector<std::size_t> places(lines_.size(), 0), columns(lines_.size(), 0);
  for (const std::size_t end : ends) {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const std::string_view rest = std::string_view(lines_[i]).substr(places[i]);
      const std::size_t bytes =
          end == std::string::npos ? rest.size() : bytes_of_columns(rest, end - std::min(end, columns[i]));
      std::string line = (end == ends.front() ? "" : std::string(moved, ' ')) + std::string(rest.substr(0, bytes));
      columns[i] += display_width(rest.substr(0, bytes));
      places[i] += bytes;
      trim_right(line);
      if (!line.empty() || i == 0) page += (page.empty() ? "" : "\n") + line;
    }
  }
  return page;
}

}  // namespace gradwright

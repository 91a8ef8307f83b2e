// How a sketch is written: the fewest brackets the worksheet language needs, each token with the place it came from.
#include <algorithm>
#include <unordered_set>

#include "read/reading/sketch.h"

namespace gradwright {

Span SourceMap::source_of(Span written) const {
  Span found;
  bool is_first = true;
  for (const Part& part : parts) {
    const bool touches = part.written.begin < written.end && written.begin < part.written.end;
    const bool stands_in =
        written.begin == written.end && part.written.begin <= written.begin && written.begin <= part.written.end;
    if (!touches && !stands_in) continue;
    Span source = part.source;
    if (touches && part.written.end - part.written.begin == source.end - source.begin) {  // word for word
      source.begin += std::max(written.begin, part.written.begin) - part.written.begin;
      source.end -= part.written.end - std::min(written.end, part.written.end);
    }
    found = is_first ? source : joined(found, source);
    is_first = false;
  }
  return found;
}

namespace reading {

class Sketcher::Writer {
 public:
  explicit Writer(const Sketcher& sketcher) : sketcher_(sketcher) {}
  Reading reading;

  // Levels: 0 comparison, 1 sum, 2 product, 3 sign, 4 power, 5 transpose and index, 6 atom.
  void write(Sketch sketch, int least) {
    if (reading.gw.size() > most_written) return;  // said by the caller
    const int own = level(sketch);
    if (own < least) put("(", sketch->span);
    const auto begin = static_cast<std::uint32_t>(reading.gw.size());
    body(sketch);
    reading.map.wholes.push_back({{begin, static_cast<std::uint32_t>(reading.gw.size())}, sketch->all()});
    if (own < least) put(")", sketch->span);
  }

 private:
  static int level(Sketch sketch) {
    switch (sketch->form) {
      case Form::compare: return 0;
      case Form::sum: return sketch->children.size() == 1 && sketch->children[0]->form != Form::product ? 3 : 1;
      case Form::product: return 2;
      case Form::power: return 4;
      case Form::transpose:
      case Form::index: return 5;
      default: return 6;
    }
  }

  void put(std::string_view text, Span source) {
    const auto begin = static_cast<std::uint32_t>(reading.gw.size());
    reading.gw += text;
    const auto end = static_cast<std::uint32_t>(reading.gw.size());
    reading.map.parts.push_back({{begin, end}, source});
  }
  /// (A*B) .* C and (a .* b)*c' read better with their brackets.
  static bool mixes(Sketch left, Sketch product) {
    if (left->form != Form::product) return false;
    const auto is_scalar = [](Sketch one) { return one->extents && one->extents->empty(); };
    const auto is_matrix_product = [&](Sketch one) {
      return one->text == "*" && !is_scalar(one->children[0]) && !is_scalar(one->children[1]);
    };
    const auto is_elementwise = [](Sketch one) { return one->text[0] == '.'; };
    return (is_matrix_product(left) && is_elementwise(product)) || (is_elementwise(left) && is_matrix_product(product));
  }
  static Span between(Span a, Span b) {
    if (a.end <= b.begin) return {a.end, b.begin};
    return joined(a, b);
  }
  void list(const std::vector<Sketch>& items, std::size_t first, std::string_view open, std::string_view close,
            Span span) {
    put(open, span);
    for (std::size_t i = first; i < items.size(); ++i) {
      if (i > first) put(", ", span);
      write(items[i], 0);
    }
    put(close, span);
  }

  void body(Sketch sketch) {
    const auto& children = sketch->children;
    switch (sketch->form) {
      case Form::word: return put(sketch->text, sketch->span);
      case Form::sum:
        for (std::size_t i = 0; i < children.size(); ++i) {
          const Span place = i == 0 ? Span{sketch->span.begin, children[0]->span.begin}
                                    : between(children[i - 1]->span, children[i]->span);
          if (i > 0) {
            put(sketch->minus[i] ? " - " : " + ", place);
          } else if (sketch->minus[i]) {
            put("-", place.begin < place.end ? place : sketch->span);
          }
          write(children[i], i == 0 && children.size() == 1 && level(sketch) == 3 ? 4 : 2);
        }
        return;
      case Form::product: {
        write(children[0], mixes(children[0], sketch) ? 3 : 2);
        const bool tight = sketch->text == "*" || sketch->text == "/";
        put(tight ? sketch->text : " " + sketch->text + " ", between(children[0]->span, children[1]->span));
        return write(children[1], 3);
      }
      case Form::power:
        write(children[0], 5);
        put(sketch->text, children[1]->span);
        return write(children[1], 6);
      case Form::transpose:
        write(children[0], 5);
        return put("'", {children[0]->span.end, std::max(children[0]->span.end, sketch->span.end)});
      case Form::call: put(sketch->text, sketch->span); return list(children, 0, "(", ")", sketch->span);
      case Form::index: write(children[0], 5); return list(children, 1, "[", "]", sketch->span);
      case Form::block: return block(sketch);
      case Form::compare:
        write(children[0], 1);
        put(" " + sketch->text + " ", between(children[0]->span, children[1]->span));
        return write(children[1], 1);
      case Form::ones: return ones(sketch);
      case Form::identity: {
        const auto size = sketcher_.shape(sketch);
        if (size && size->empty()) return put("1", sketch->span);
        return put(size ? "eye(" + sketcher_.dims_.to_string((*size)[0]) + ")" : "I", sketch->span);
      }
    }
  }

  void ones(Sketch sketch) {
    const auto size = sketcher_.shape(sketch);
    if (!size || size->empty()) return put("1", sketch->span);
    const auto text = [&](std::size_t axis) { return sketcher_.dims_.to_string((*size)[axis]); };
    if (sketcher_.dims_.is_one((*size)[1])) return put("ones(" + text(0) + ")", sketch->span);
    put("ones(" + text(0) + ", " + text(1) + ")", sketch->span);
  }

  void block(Sketch sketch) {
    put("[", sketch->span);
    std::size_t at = 0;
    for (std::size_t row = 0; row < sketch->rows.size(); ++row) {
      if (row > 0) put("; ", sketch->span);
      for (std::uint32_t i = 0; i < sketch->rows[row]; ++i, ++at) {
        if (i > 0) put(", ", sketch->span);
        write(sketch->children[at], 0);
      }
    }
    put("]", sketch->span);
  }

  const Sketcher& sketcher_;
};

Reading Sketcher::written(Sketch root) const {
  Writer writer(*this);
  writer.write(root, 0);
  writer.reading.surface = shape(root);
  return std::move(writer.reading);
}

std::vector<Span> Sketcher::unsized(Sketch root) const {
  std::vector<Span> found;
  std::vector<Sketch> waiting{root};
  std::unordered_set<Sketch> seen;
  while (!waiting.empty() && found.size() < 8) {
    const Sketch sketch = waiting.back();
    waiting.pop_back();
    if (!seen.insert(sketch).second) continue;
    const bool has_own_size = sketch->form == Form::ones || sketch->form == Form::identity;
    if (has_own_size && !shape(sketch)) found.push_back(sketch->span);
    waiting.insert(waiting.end(), sketch->children.begin(), sketch->children.end());
  }
  return found;
}

}  // namespace reading
}  // namespace gradwright

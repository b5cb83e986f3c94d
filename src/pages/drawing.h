// A drawing as data: marks in their order, in user units from the upper left. A chart is drawn once
// into it; svg.h writes it into a page and pdf_file.h onto paper.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace relearn {

struct DrawingPoint {
  double x = 0, y = 0;
};

struct Mark {
  enum class Kind {
    Grid,    // a thin quiet line
    Line,    // through all points
    Dashed,  // likewise
    Band,    // the area inside all points, seen through
    Bar,     // likewise, darker: a rectangle
    Dot,     // a circle of `radius` around the first point
    Tick,    // small quiet text at the first point
    Label,   // text at the first point
    Upward,  // likewise, read from below to above
  };
  enum class Anchor { Start, Middle, End };

  Kind kind = Kind::Line;
  int colour = 0;  // series-0 .. series-5 of the page's style
  std::vector<DrawingPoint> points;
  double radius = 0;
  std::string text;
  Anchor anchor = Anchor::Start;
};

struct Drawing {
  double width = 0, height = 0;
  std::vector<Mark> marks;

  void line(Mark::Kind kind, int colour, std::vector<DrawingPoint> points) {
    marks.push_back({kind, colour, std::move(points), 0, "", Mark::Anchor::Start});
  }
  void dot(int colour, DrawingPoint centre, double radius) {
    marks.push_back({Mark::Kind::Dot, colour, {centre}, radius, "", Mark::Anchor::Start});
  }
  void text(Mark::Kind kind, DrawingPoint at, std::string words,
            Mark::Anchor anchor = Mark::Anchor::Start) {
    marks.push_back({kind, 0, {at}, 0, std::move(words), anchor});
  }
};

/// A drawing with what a reader needs beside it.
struct Figure {
  struct Key {
    std::string name;
    int colour = 0;
    Mark::Kind kind = Mark::Kind::Line;
  };
  std::string title;        // read out by screen readers, too
  std::string description;  // how to read it
  Drawing drawing;
  std::vector<Key> legend;
};

}  // namespace relearn

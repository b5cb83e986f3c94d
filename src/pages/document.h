// A page for people as data: blocks in their order. Written once, it becomes HTML (html_page.h) and
// a PDF (pdf_file.h). All text is plain.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "pages/drawing.h"

namespace relearn {

struct Heading {
  std::string text;
};

struct Paragraph {
  std::string text;
  std::string lead;  // before it, bold; may be empty
  enum class Tone { Plain, Quiet } tone = Tone::Plain;
};

/// What must not be overlooked.
struct Banner {
  std::string lead, text;
  enum class Tone { Good, Warning, Neutral } tone = Tone::Warning;
};

/// Numbers to be seen at once.
struct Cards {
  struct Card {
    std::string label, value, note;
  };
  std::vector<Card> cards;
};

/// The first column is left as wide as it needs.
struct Table {
  std::vector<std::string> head;  // may be empty
  std::vector<std::vector<std::string>> rows;
};

struct Bullets {
  std::vector<std::string> items;
};

/// Charts side by side.
struct Figures {
  std::vector<Figure> figures;
};

/// One drawing over the whole width.
struct WideFigure {
  Figure figure;
};

/// On paper, what follows begins a page.
struct NewPage {};

using Block =
    std::variant<Heading, Paragraph, Banner, Cards, Table, Bullets, Figures, WideFigure, NewPage>;

struct Document {
  std::string language;  // "en"
  std::string title;
  std::string subtitle;
  std::string foot;  // on each sheet of paper
  std::vector<Block> blocks;

  template <typename Part>
  void add(Part part) {
    blocks.emplace_back(std::move(part));
  }
};

}  // namespace relearn

#include "pages/pdf_file.h"

#include <cairo-pdf.h>
#include <fmt/format.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>

namespace relearn {
namespace {

// A4 in points.
constexpr double kSheetWidth = 595.28, kSheetHeight = 841.89;
constexpr double kMargin = 48, kBottom = kSheetHeight - 56;
constexpr double kWidth = kSheetWidth - 2 * kMargin;
constexpr double kGap = 6;
constexpr const char* kLatin = "DejaVu Sans";
constexpr const char* kDevanagari = "Lohit Devanagari";
constexpr const char* kFamilies = "DejaVu Sans Condensed, Lohit Devanagari";

template <auto free>
struct Freed {
  template <typename T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};
using Cairo = std::unique_ptr<cairo_t, Freed<cairo_destroy>>;
using Surface = std::unique_ptr<cairo_surface_t, Freed<cairo_surface_destroy>>;
using Layout = std::unique_ptr<PangoLayout, Freed<g_object_unref>>;
using Context = std::unique_ptr<PangoContext, Freed<g_object_unref>>;
using FontMap = std::unique_ptr<PangoFontMap, Freed<g_object_unref>>;

struct Colour {
  double red = 0, green = 0, blue = 0;
};
constexpr Colour colour_of(unsigned rgb) {
  return {(rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0};
}
// The light colours of html_page.cpp.
constexpr Colour kInk = colour_of(0x1b2430), kQuiet = colour_of(0x5b6675);
constexpr Colour kCard = colour_of(0xf5f7fa), kLine = colour_of(0xd8dee6);
constexpr std::array<Colour, 6> kSeries = {colour_of(0x1f5fbf), colour_of(0xc0392b),
                                           colour_of(0x3a8f6b), colour_of(0xc77700),
                                           colour_of(0x6b4fa0), colour_of(0x8b96a5)};
struct BannerColours {
  Colour ink, back;
};
constexpr std::array<BannerColours, 3> kBanners = {
    BannerColours{colour_of(0x1d6b45), colour_of(0xe6f5ec)},
    BannerColours{colour_of(0x8a4b00), colour_of(0xfff4e0)},
    BannerColours{colour_of(0x1b2430), colour_of(0xf5f7fa)}};

enum class Weight { Normal, Bold };

struct TextStyle {
  double size = 9.5;
  Weight weight = Weight::Normal;
  Colour ink = kInk;
};
constexpr TextStyle kTitle{18, Weight::Bold}, kHeading{12.5, Weight::Bold}, kBody{},
    kStrong{9.5, Weight::Bold}, kSmall{8, Weight::Normal, kQuiet}, kFigure{15, Weight::Bold},
    kCell{8.5}, kHead{8.5, Weight::Bold, kQuiet};

cairo_status_t append(void* to, const unsigned char* bytes, unsigned count) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

/// The fonts, once for all sheets.
struct Fonts {
  FontMap map{pango_cairo_font_map_new()};
  Context context{pango_font_map_create_context(map.get())};
};

Result<void> check_fonts(const Fonts& fonts, const Document& document) {
  std::set<std::string> wanted = {kLatin};
  if (document.language == "mr") wanted.insert(kDevanagari);
  PangoFontFamily** families = nullptr;
  int count = 0;
  pango_font_map_list_families(fonts.map.get(), &families, &count);
  for (int i = 0; i < count; ++i) wanted.erase(pango_font_family_get_name(families[i]));
  g_free(families);
  if (wanted.empty()) return {};
  return unavailable(
      fmt::format("the font {} is not installed, so that no PDF can be written; it is in the "
                  "packages fonts-dejavu-core and fonts-lohit-deva",
                  *wanted.begin()));
}

/// Text and shapes on one sheet after the other.
class Paper {
 public:
  Paper(const Document& document, const Fonts& fonts, cairo_t* cairo, int sheets)
      : document_(document), fonts_(fonts), cairo_(cairo), sheets_(sheets) {
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(fonts_.context.get(), options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(fonts_.context.get(), FALSE);
    pango_context_set_language(fonts_.context.get(),
                               pango_language_from_string(document.language.c_str()));
    pango_cairo_update_context(cairo_, fonts_.context.get());
  }

  double y = kMargin;

  cairo_t* cairo() const { return cairo_; }
  int sheets() const { return sheet_; }

  Layout layout(std::string_view text, const TextStyle& style, double width,
                std::string_view lead = "") const {
    Layout made(pango_layout_new(fonts_.context.get()));
    std::string all(lead);
    if (!lead.empty() && !text.empty()) all += "  ";
    all += text;
    PangoFontDescription* font = pango_font_description_from_string(kFamilies);
    pango_font_description_set_absolute_size(font, style.size * PANGO_SCALE);
    const PangoWeight bold = PANGO_WEIGHT_BOLD;
    if (style.weight == Weight::Bold) pango_font_description_set_weight(font, bold);
    pango_layout_set_font_description(made.get(), font);
    pango_font_description_free(font);
    pango_layout_set_text(made.get(), all.data(), static_cast<int>(all.size()));
    PangoAttrList* attributes = pango_attr_list_new();
    pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));  // digests are copied
    if (!lead.empty()) {
      PangoAttribute* weight = pango_attr_weight_new(bold);
      weight->end_index = static_cast<guint>(lead.size());
      pango_attr_list_insert(attributes, weight);
    }
    pango_layout_set_attributes(made.get(), attributes);
    pango_attr_list_unref(attributes);
    if (width > 0) pango_layout_set_width(made.get(), static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_wrap(made.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_line_spacing(made.get(), 1.1F);
    return made;
  }

  static double width_of(const Layout& text) { return extent(text).width / double{PANGO_SCALE}; }
  static double height_of(const Layout& text) { return extent(text).height / double{PANGO_SCALE}; }

  void show(const Layout& text, const Colour& ink, double x, double top) const {
    use(ink);
    cairo_move_to(cairo_, x, top);
    pango_cairo_show_layout(cairo_, text.get());
  }

  void fill(const Colour& colour, double x, double top, double width, double height) const {
    use(colour);
    cairo_rectangle(cairo_, x, top, width, height);
    cairo_fill(cairo_);
  }

  void use(const Colour& colour, double opacity = 1) const {
    cairo_set_source_rgba(cairo_, colour.red, colour.green, colour.blue, opacity);
  }

  /// Begins a sheet when `height` is not left on this one.
  void need(double height) {
    if (y + height > kBottom && y > kMargin) next_sheet();
  }
  void next_sheet() {
    finish_sheet();
    y = kMargin;
    ++sheet_;
  }
  void finish_sheet() {
    const Layout foot = layout(document_.foot, kSmall, kWidth - 60);
    show(foot, kQuiet, kMargin, kBottom + 14);
    const Layout number = layout(fmt::format("{} / {}", sheet_, sheets_), kSmall, 0);
    show(number, kQuiet, kMargin + kWidth - width_of(number), kBottom + 14);
    cairo_show_page(cairo_);
  }

 private:
  static PangoRectangle extent(const Layout& text) {
    PangoRectangle rectangle;
    pango_layout_get_extents(text.get(), nullptr, &rectangle);
    return rectangle;
  }

  const Document& document_;
  const Fonts& fonts_;
  cairo_t* cairo_;
  int sheets_;
  int sheet_ = 1;
};

void paint_text(const Paper& paper, const Mark& mark) {
  const bool tick = mark.kind == Mark::Kind::Tick;
  const Layout text = paper.layout(mark.text, {tick ? 11.0 : 12.0}, 0);
  const double width = Paper::width_of(text);
  const double baseline = pango_layout_get_baseline(text.get()) / double{PANGO_SCALE};
  const double shift = mark.anchor == Mark::Anchor::Start    ? 0
                       : mark.anchor == Mark::Anchor::Middle ? width / 2
                                                             : width;
  cairo_save(paper.cairo());
  cairo_translate(paper.cairo(), mark.points[0].x, mark.points[0].y);
  if (mark.kind == Mark::Kind::Upward) cairo_rotate(paper.cairo(), -G_PI / 2);
  paper.show(text, tick ? kQuiet : kInk, -shift, -baseline);
  cairo_restore(paper.cairo());
}

void trace(cairo_t* cairo, const Mark& mark) {
  cairo_new_path(cairo);
  for (const DrawingPoint& point : mark.points) cairo_line_to(cairo, point.x, point.y);
}

void paint(const Paper& paper, const Mark& mark) {
  cairo_t* cairo = paper.cairo();
  const Colour& colour = kSeries[static_cast<std::size_t>(mark.colour) % kSeries.size()];
  constexpr double kDashes[] = {5, 4};
  switch (mark.kind) {
    case Mark::Kind::Grid:
      trace(cairo, mark);
      paper.use(kLine);
      cairo_set_line_width(cairo, 0.8);
      return cairo_stroke(cairo);
    case Mark::Kind::Line:
    case Mark::Kind::Dashed:
      trace(cairo, mark);
      paper.use(colour);
      cairo_set_line_width(cairo, 2);
      cairo_set_dash(cairo, kDashes, mark.kind == Mark::Kind::Dashed ? 2 : 0, 0);
      cairo_stroke(cairo);
      return cairo_set_dash(cairo, nullptr, 0, 0);
    case Mark::Kind::Band:
    case Mark::Kind::Bar:
      trace(cairo, mark);
      paper.use(colour, mark.kind == Mark::Kind::Band ? 0.18 : 0.45);
      return cairo_fill(cairo);
    case Mark::Kind::Dot:
      cairo_new_path(cairo);
      cairo_arc(cairo, mark.points[0].x, mark.points[0].y, mark.radius, 0, 2 * G_PI);
      paper.use(colour, 0.55);
      return cairo_fill(cairo);
    case Mark::Kind::Tick:
    case Mark::Kind::Label:
    case Mark::Kind::Upward:
      return paint_text(paper, mark);
  }
}

/// Height of a figure of this width: drawn when `at` is given.
enum class Do { Measure, Draw };

double figure(const Paper& paper, const Figure& figure, double x, double top, double width,
              Do what) {
  double y = top;
  const auto text = [&](const std::string& words, const TextStyle& style) {
    if (words.empty()) return;
    const Layout made = paper.layout(words, style, width);
    if (what == Do::Draw) paper.show(made, style.ink, x, y);
    y += Paper::height_of(made) + 2;
  };
  text(figure.title, kStrong);
  text(figure.description, kSmall);
  const double scale = width / figure.drawing.width;
  if (what == Do::Draw) {
    cairo_save(paper.cairo());
    cairo_translate(paper.cairo(), x, y);
    cairo_scale(paper.cairo(), scale, scale);
    for (const Mark& mark : figure.drawing.marks) paint(paper, mark);
    cairo_restore(paper.cairo());
  }
  y += figure.drawing.height * scale + 2;
  double right = x;
  for (const Figure::Key& key : figure.legend) {
    const Layout name = paper.layout(key.name, kSmall, 0);
    const double taken = 18 + Paper::width_of(name) + 10;
    if (right > x && right + taken > x + width) {
      right = x;
      y += 12;
    }
    if (what == Do::Draw) {
      paint(paper, {key.kind, key.colour, {{right, y + 6}, {right + 14, y + 6}}, 0, "", {}});
      paper.show(name, kQuiet, right + 18, y);
    }
    right += taken;
  }
  return y + (figure.legend.empty() ? 0 : 14) - top;
}

class Writer {
 public:
  explicit Writer(Paper& paper) : paper_(paper) {}

  void write(const Document& document) {
    text(document.title, kTitle);
    text(document.subtitle, {9.5, Weight::Normal, kQuiet});
    for (const Block& block : document.blocks) {
      std::visit([&](const auto& part) { write(part); }, block);
    }
    paper_.finish_sheet();
  }

 private:
  void text(std::string_view words, const TextStyle& style, std::string_view lead = "",
            double left = 0) {
    if (words.empty() && lead.empty()) return;
    const Layout made = paper_.layout(words, style, kWidth - left, lead);
    paper_.need(Paper::height_of(made));
    paper_.show(made, style.ink, kMargin + left, paper_.y);
    paper_.y += Paper::height_of(made) + kGap;
  }

  void write(const Heading& heading) {
    paper_.need(90);  // not alone at the end of a sheet
    paper_.y += 8;
    text(heading.text, kHeading);
  }

  void write(const Paragraph& paragraph) {
    const bool quiet = paragraph.tone == Paragraph::Tone::Quiet;
    text(paragraph.text, quiet ? kSmall : kBody, paragraph.lead);
  }

  void write(const Banner& banner) {
    constexpr double kInside = 10;
    const BannerColours& colours = kBanners[static_cast<std::size_t>(banner.tone)];
    const Layout lead = paper_.layout(banner.lead, {13, Weight::Bold}, kWidth - 3 * kInside);
    const Layout rest = paper_.layout(banner.text, {10}, kWidth - 3 * kInside);
    const double lead_height = banner.lead.empty() ? 0 : Paper::height_of(lead) + 3;
    const double height = lead_height + Paper::height_of(rest) + 2 * kInside;
    paper_.need(height);
    paper_.fill(colours.back, kMargin, paper_.y, kWidth, height);
    paper_.fill(colours.ink, kMargin, paper_.y, 4, height);
    if (!banner.lead.empty()) {
      paper_.show(lead, colours.ink, kMargin + 1.5 * kInside, paper_.y + kInside);
    }
    paper_.show(rest, colours.ink, kMargin + 1.5 * kInside, paper_.y + kInside + lead_height);
    paper_.y += height + kGap + 2;
  }

  void write(const Cards& cards) {
    constexpr double kInside = 8, kBetween = 8;
    const auto count = static_cast<double>(std::max<std::size_t>(cards.cards.size(), 1));
    const double width = (kWidth - kBetween * (count - 1)) / count;
    struct Row {
      Layout label, value, note;
    };
    std::vector<Row> rows;
    double label = 0, value = 0, note = 0;
    for (const Cards::Card& card : cards.cards) {
      rows.push_back({paper_.layout(card.label, kSmall, width - 2 * kInside),
                      paper_.layout(card.value, kFigure, width - 2 * kInside),
                      paper_.layout(card.note, kSmall, width - 2 * kInside)});
      label = std::max(label, Paper::height_of(rows.back().label));
      value = std::max(value, Paper::height_of(rows.back().value));
      note = std::max(note, Paper::height_of(rows.back().note));
    }
    const double height = label + value + note + 2 * kInside + 4;
    paper_.need(height);
    double x = kMargin;
    for (const Row& row : rows) {
      paper_.fill(kCard, x, paper_.y, width, height);
      const double top = paper_.y + kInside;
      paper_.show(row.label, kQuiet, x + kInside, top);
      paper_.show(row.value, kInk, x + kInside, top + label + 2);
      paper_.show(row.note, kQuiet, x + kInside, top + label + value + 4);
      x += width + kBetween;
    }
    paper_.y += height + kGap + 4;
  }

  void write(const Bullets& bullets) {
    for (const std::string& item : bullets.items) {
      const Layout made = paper_.layout(item, kBody, kWidth - 12);
      paper_.need(Paper::height_of(made));
      paper_.show(paper_.layout("•", kBody, 0), kQuiet, kMargin, paper_.y);
      paper_.show(made, kInk, kMargin + 12, paper_.y);
      paper_.y += Paper::height_of(made) + 3;
    }
    paper_.y += 3;
  }

  void write(const Figures& figures) {
    constexpr double kBetween = 18;
    const double width = (kWidth - kBetween) / 2;
    for (std::size_t i = 0; i < figures.figures.size(); i += 2) {
      const std::size_t end = std::min(i + 2, figures.figures.size());
      double height = 0;
      for (std::size_t j = i; j < end; ++j) {
        height = std::max(height, figure(paper_, figures.figures[j], 0, 0, width, Do::Measure));
      }
      paper_.need(height);
      for (std::size_t j = i; j < end; ++j) {
        const double x = kMargin + static_cast<double>(j - i) * (width + kBetween);
        figure(paper_, figures.figures[j], x, paper_.y, width, Do::Draw);
      }
      paper_.y += height + 10;
    }
  }

  void write(const WideFigure& wide) {
    paper_.need(figure(paper_, wide.figure, 0, 0, kWidth, Do::Measure));
    paper_.y += figure(paper_, wide.figure, kMargin, paper_.y, kWidth, Do::Draw) + 8;
  }

  void write(const NewPage&) { paper_.next_sheet(); }

  /// Narrow columns as wide as they ask; the others share what is left.
  std::vector<double> column_widths(const Table& table) const {
    std::vector<double> asked;
    const auto ask = [&](const std::vector<std::string>& row, const TextStyle& style) {
      for (std::size_t j = 0; j < row.size(); ++j) {
        if (asked.size() <= j) asked.push_back(0);
        asked[j] =
            std::max(asked[j], Paper::width_of(paper_.layout(row[j], style, 0)) + kCellGap + 1);
      }
    };
    ask(table.head, kHead);
    for (const auto& row : table.rows) ask(row, kCell);
    std::vector<double> widths(asked.size(), 0);
    double left = kWidth;
    std::size_t open = asked.size();
    for (bool settled = true; settled && open > 0;) {
      settled = false;
      const double share = left / static_cast<double>(open);
      for (std::size_t j = 0; j < asked.size(); ++j) {
        if (widths[j] > 0 || asked[j] > share) continue;
        widths[j] = asked[j];
        left -= asked[j];
        --open;
        settled = true;
        break;
      }
    }
    for (double& width : widths) {
      if (width == 0) width = left / static_cast<double>(open);
    }
    return widths;
  }

  void table_row(const std::vector<std::string>& cells, const std::vector<double>& widths,
                 const TextStyle& style) {
    std::vector<Layout> made;
    double height = 0;
    for (std::size_t j = 0; j < cells.size(); ++j) {
      made.push_back(paper_.layout(cells[j], style, widths[j] - kCellGap));
      height = std::max(height, Paper::height_of(made.back()));
    }
    double x = kMargin;
    for (std::size_t j = 0; j < cells.size(); ++j) {
      paper_.show(made[j], style.ink, x, paper_.y + 2);
      x += widths[j];
    }
    paper_.y += height + 5;
    paper_.fill(kLine, kMargin, paper_.y - 1, kWidth, 0.6);
  }

  double row_height(const std::vector<std::string>& cells,
                    const std::vector<double>& widths) const {
    double height = 0;
    for (std::size_t j = 0; j < cells.size(); ++j) {
      height =
          std::max(height, Paper::height_of(paper_.layout(cells[j], kCell, widths[j] - kCellGap)));
    }
    return height + 5;
  }

  void write(const Table& table) {
    const std::vector<double> widths = column_widths(table);
    const auto head = [&] {
      if (!table.head.empty()) table_row(table.head, widths, kHead);
    };
    paper_.need(50);
    head();
    for (const auto& row : table.rows) {
      const double height = row_height(row, widths);
      if (paper_.y + height > kBottom) {
        paper_.next_sheet();
        head();
      }
      table_row(row, widths, kCell);
    }
    paper_.y += kGap;
  }

  static constexpr double kCellGap = 10;
  Paper& paper_;
};

/// Draws all sheets; returns how many there are.
int draw_sheets(const Document& document, const Fonts& fonts, cairo_surface_t* surface,
                int sheets) {
  const Cairo cairo(cairo_create(surface));
  Paper paper(document, fonts, cairo.get(), sheets);
  Writer(paper).write(document);
  return paper.sheets();
}

}  // namespace

Result<std::string> to_pdf(const Document& document, Moment moment) {
  const Fonts fonts;
  TRY(check_fonts(fonts, document));
  int sheets = 0;
  std::string bytes;
  for (int pass = 0; pass < 2; ++pass) {  // the first one counts the sheets
    bytes.clear();
    const Surface surface(
        cairo_pdf_surface_create_for_stream(append, &bytes, kSheetWidth, kSheetHeight));
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, document.title.c_str());
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE,
                                   to_text(moment).c_str());
    sheets = draw_sheets(document, fonts, surface.get(), sheets);
    cairo_surface_finish(surface.get());
    if (const cairo_status_t status = cairo_surface_status(surface.get());
        status != CAIRO_STATUS_SUCCESS) {
      return unavailable(
          fmt::format("the PDF cannot be written: {}", cairo_status_to_string(status)));
    }
  }
  return bytes;
}

}  // namespace relearn

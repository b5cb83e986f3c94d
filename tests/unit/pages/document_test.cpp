#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>

#include "base/file.h"
#include "pages/chart.h"
#include "pages/html_page.h"
#include "pages/pdf_file.h"
#include "pages/svg.h"
#include "support/scratch_folder.h"

namespace relearn {
namespace {

using testing::HasSubstr;

constexpr Moment kMoment{1'795'000'000};

Chart one_dot() {
  Chart chart;
  chart.title = "a < b";
  chart.description = "how";
  chart.series = {{"dots", ChartSeries::Style::Dots, 1, {{0.5, 0.5}}, {1}}};
  return chart;
}

Document small_document() {
  Document document;
  document.language = "mr";
  document.title = "हृदयविकार";
  document.subtitle = "subtitle";
  document.foot = "foot";
  document.add(Banner{"आजार", "<b>", Banner::Tone::Good});
  document.add(Table{{"head"}, {{"cell & more", "second"}}});
  document.add(Figures{{draw(one_dot())}});
  return document;
}

std::string pdf_of(const Document& document) {
  auto made = to_pdf(document, kMoment);
  EXPECT_TRUE(made.ok()) << made.error().message;
  return made.ok() ? made.take_value() : std::string();
}

/// What a program for reading PDFs finds in it; empty when there is none on this machine.
std::string text_of(const std::string& pdf) {
  const ScratchFolder folder;
  const auto file = folder.path() / "it.pdf";
  EXPECT_TRUE(write_file_atomically(file, pdf).ok());
  const std::string command = "pdftotext " + file.string() + " - 2>/dev/null";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::string text;
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) {
    text += static_cast<char>(c);
  }
  return text;
}

TEST(HtmlPage, EscapesWhatItIsGiven) {
  const std::string html = to_html(small_document());
  EXPECT_THAT(html, HasSubstr("<b>आजार</b> &lt;b&gt;"));
  EXPECT_THAT(html, HasSubstr("<td>cell &amp; more</td>"));
  EXPECT_THAT(html, HasSubstr("aria-label='a &lt; b. how'"));
  EXPECT_THAT(html, HasSubstr("<body lang='mr'>"));
}

TEST(Chart, IsDrawnOnceForPageAndPaper) {
  const Figure figure = draw(one_dot());
  ASSERT_EQ(figure.drawing.marks.back().kind, Mark::Kind::Dot);
  EXPECT_DOUBLE_EQ(figure.drawing.marks.back().points[0].x, 56 + 0.5 * (420 - 56 - 24));
  EXPECT_THAT(to_html(figure), HasSubstr("<circle class='dot series-1' cx='226.0'"));
}

TEST(Forest, WithoutAnyValueIsNotDrawn) {
  const std::vector<ForestLine> nobody = {{"women", std::nullopt, "too few"}};
  EXPECT_EQ(draw_forest(nobody, 0).width, 0);
  const std::vector<ForestLine> lines = {{"women", Estimate{0.1, 0.1, -0.1, 0.3}, ""},
                                         {"men", std::nullopt, "too few"}};
  EXPECT_THAT(to_svg(draw_forest(lines, 0), "it"), HasSubstr("too few"));
}

TEST(PdfFile, IsTheSameToTheByteForTheSameDocument) {
  const std::string pdf = pdf_of(small_document());
  EXPECT_TRUE(pdf.starts_with("%PDF-"));
  EXPECT_EQ(pdf, pdf_of(small_document()));
  // The moment's day, not today's.
  EXPECT_NE(pdf.find("CreationDate (20261118"), std::string::npos);
}

TEST(PdfFile, HasShapedMarathiThatCanBeSearched) {
  const std::string text = text_of(pdf_of(small_document()));
  if (text.empty()) GTEST_SKIP() << "pdftotext is not installed";
  EXPECT_THAT(text, HasSubstr("हृदयविकार"));  // it leaves out narrow spaces
  EXPECT_THAT(text, HasSubstr("आजार"));
  EXPECT_THAT(text, HasSubstr("1/1"));
}

TEST(PdfFile, GoesOnOverSheetsAndRepeatsTheHeadOfATable) {
  Document document = small_document();
  Table table{{"number"}, {}};
  for (int i = 0; i < 150; ++i) table.rows.push_back({std::to_string(i)});
  document.add(std::move(table));
  const std::string text = text_of(pdf_of(document));
  if (text.empty()) GTEST_SKIP() << "pdftotext is not installed";
  EXPECT_THAT(text, HasSubstr("4/4"));
  EXPECT_THAT(text, HasSubstr("149"));
  std::size_t heads = 0;
  for (std::size_t at = text.find("number"); at != std::string::npos; ++heads) {
    at = text.find("number", at + 1);
  }
  EXPECT_GE(heads, 3u);
}

}  // namespace
}  // namespace relearn

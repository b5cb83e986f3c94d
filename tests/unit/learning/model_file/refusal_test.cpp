// What is not exactly a model of ours is refused, with a sentence that names what is wrong.
#define ONNX_ML 1
#define ONNX_NAMESPACE onnx
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <functional>
#include <limits>

#include "base/digest.h"
#include "base/random.h"
#include "learning/model_file/model_file.h"
#include "unit/learning/model_file/random_models.h"

namespace relearn {
namespace {

using testing::HasSubstr;

constexpr std::size_t kDigestSize = 64;

std::string written(const RiskModel& model) {
  Result<std::string> bytes = write_model(model, {{"version", "1"}});
  EXPECT_TRUE(bytes.ok()) << (bytes.ok() ? "" : bytes.error().message);
  return bytes.ok() ? bytes.value() : "";
}

/// A small model of every kind at once, so that every part of the format is in one short file.
RiskModel small_model() { return random_model(kModelKinds, 2, 3); }

std::string why_refused(std::string_view bytes) {
  const Result<SavedModel> saved = read_model(bytes);
  return saved.ok() ? "accepted" : saved.error().message;
}

std::string why_not_written(const RiskModel& model, const ModelFacts& facts = {}) {
  const Result<std::string> bytes = write_model(model, facts);
  return bytes.ok() ? "written" : bytes.error().message;
}

/// As somebody would who knows the format: the digest fits whatever the rest says.
std::string with_fitting_digest(std::string bytes) {
  if (bytes.size() < kDigestSize) return bytes;
  bytes.replace(bytes.size() - kDigestSize, kDigestSize, std::string(kDigestSize, '0'));
  bytes.replace(bytes.size() - kDigestSize, kDigestSize, sha256(bytes));
  return bytes;
}

/// The file after a change to what it says, its digest made to fit.
std::string changed(const RiskModel& model, const std::function<void(onnx::ModelProto&)>& change) {
  onnx::ModelProto file;
  EXPECT_TRUE(file.ParseFromString(written(model)));
  change(file);
  return with_fitting_digest(file.SerializeAsString());
}

TEST(ModelFileRefuses, what_is_no_model_at_all) {
  EXPECT_THAT(why_refused(""), HasSubstr("empty"));
  EXPECT_THAT(why_refused("\x80\x04\x95\x10sklearn"), HasSubstr("Python pickle"));
  EXPECT_THAT(why_refused("age,sex\n63,1\n"), HasSubstr("not an ONNX model"));
  EXPECT_THAT(why_refused(std::string(kModelFileBytesMax + 1, 'x')), HasSubstr("above the limit"));
}

TEST(ModelFileRefuses, every_single_changed_byte) {
  const std::string bytes = written(small_model());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (const int flip : {0x01, 0x80, 0xFF}) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ flip);
      const std::string why = why_refused(damaged);
      ASSERT_NE(why, "accepted") << "byte " << i;
      if (i < bytes.size() - 100) {
        ASSERT_THAT(why, HasSubstr("does not match the digest")) << "byte " << i;
      }
    }
  }
}

TEST(ModelFileRefuses, every_shorter_and_every_longer_file) {
  const std::string bytes = written(small_model());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_NE(why_refused(bytes.substr(0, size)), "accepted") << size;
  }
  for (int appended = 0; appended < 256; ++appended) {
    ASSERT_NE(why_refused(bytes + static_cast<char>(appended)), "accepted") << appended;
  }
  EXPECT_NE(why_refused(bytes + bytes), "accepted");
}

TEST(ModelFileRefuses, random_bytes) {
  Random random(1);
  for (int round = 0; round < 5000; ++round) {
    std::string bytes(random.below(300), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.next());
    ASSERT_NE(why_refused(bytes), "accepted");
    ASSERT_NE(why_refused(with_fitting_digest(bytes)), "accepted");
  }
}

/// Whatever gets past the digest is a model of ours in its own right, or is refused; never a crash.
TEST(ModelFileRefuses, changed_bytes_with_a_fitting_digest_unless_another_model_of_ours_results) {
  const std::string bytes = written(small_model());
  constexpr int kFlips[] = {0x01, 0x80, 0xFF};
  std::size_t accepted = 0;
  for (std::size_t i = 0; i + kDigestSize < bytes.size(); ++i) {
    std::string forged = bytes;
    forged[i] = static_cast<char>(forged[i] ^ kFlips[i % 3]);
    forged = with_fitting_digest(forged);
    const Result<SavedModel> saved = read_model(forged);
    if (!saved.ok()) continue;
    ++accepted;
    ASSERT_EQ(write_model(saved.value().model, saved.value().facts).value(), forged) << i;
  }
  EXPECT_GT(accepted, 100U);  // other coefficients make another model
  EXPECT_LT(accepted, bytes.size() / 2);
}

TEST(ModelFileRefuses, many_random_changes_with_a_fitting_digest) {
  const std::string bytes = written(small_model());
  Random random(2);
  for (int round = 0; round < 3000; ++round) {
    std::string forged = bytes;
    const std::uint64_t changes = 1 + random.below(8);
    for (std::uint64_t k = 0; k < changes; ++k) {
      const std::size_t at = random.below(forged.size() - kDigestSize);
      const std::size_t length = random.below(40);
      if (random.below(2) == 0) {
        forged[at] = static_cast<char>(random.next());
      } else if (random.below(2) == 0) {
        forged.erase(at, std::min(length, forged.size() - kDigestSize - at));
      } else {
        forged.insert(at, forged.substr(random.below(forged.size()), length));
      }
    }
    const std::string why = why_refused(with_fitting_digest(forged));
    ASSERT_FALSE(why.empty());
    ASSERT_EQ(why.find('\n'), std::string::npos) << why;
  }
}

TEST(ModelFileRefuses, other_operators_by_name) {
  EXPECT_THAT(why_refused(changed(
                  small_model(),
                  [](auto& file) { file.mutable_graph()->mutable_node(2)->set_op_type("Loop"); })),
              HasSubstr("operator 'Loop'"));
  onnx::ModelProto foreign;
  foreign.set_ir_version(8);
  foreign.mutable_graph()->add_node()->set_op_type("SVMClassifier");
  EXPECT_THAT(why_refused(foreign.SerializeAsString()), HasSubstr("operator 'SVMClassifier'"));
}

TEST(ModelFileRefuses, known_operators_in_another_place) {
  EXPECT_THAT(why_refused(changed(small_model(),
                                  [](auto& file) {
                                    auto& nodes = *file.mutable_graph()->mutable_node();
                                    nodes.Mutable(nodes.size() - 1)->set_op_type("Neg");
                                  })),
              HasSubstr("('risk')"));
  EXPECT_THAT(why_refused(changed(small_model(),
                                  [](auto& file) {
                                    auto& nodes = *file.mutable_graph()->mutable_node();
                                    nodes.Mutable(0)->set_input(0, "elsewhere");
                                  })),
              HasSubstr("node 0"));
}

TEST(ModelFileRefuses, values_that_are_kept_in_another_file) {
  EXPECT_THAT(why_refused(changed(small_model(),
                                  [](auto& file) {
                                    onnx::TensorProto& tensor =
                                        *file.mutable_graph()->mutable_initializer(3);
                                    tensor.set_data_location(onnx::TensorProto::EXTERNAL);
                                    auto& entry = *tensor.add_external_data();
                                    entry.set_key("location");
                                    entry.set_value("/etc/passwd");
                                  })),
              HasSubstr("kept in another file"));
}

TEST(ModelFileRefuses, metadata_of_others_and_of_newer_versions) {
  EXPECT_THAT(
      why_refused(changed(small_model(),
                          [](auto& file) { file.mutable_metadata_props(3)->set_key("author"); })),
      HasSubstr("metadata 'author'"));
  EXPECT_THAT(
      why_refused(changed(small_model(),
                          [](auto& file) { file.mutable_metadata_props(0)->set_value("3"); })),
      HasSubstr("newer version"));
  EXPECT_THAT(
      why_refused(changed(small_model(),
                          [](auto& file) { file.mutable_metadata_props(1)->set_value("[[[[["); })),
      HasSubstr("relearn.inputs"));
  EXPECT_THAT(why_refused(changed(small_model(),
                                  [](auto& file) {
                                    file.mutable_metadata_props(2)->set_value(
                                        R"([{"family":"x","kind":"neural"}])");
                                  })),
              HasSubstr("relearn.members"));
}

TEST(ModelFileRefuses, parameters_that_are_absent_of_another_type_or_of_another_number) {
  const auto change_first = [](auto change) {
    return why_refused(changed(small_model(), [&](onnx::ModelProto& file) {
      change(*file.mutable_graph()->mutable_initializer(0));
    }));
  };
  EXPECT_THAT(change_first([](auto& tensor) { tensor.set_name("x"); }),
              HasSubstr("'encoder.input' is absent"));
  EXPECT_THAT(change_first([](auto& tensor) { tensor.set_data_type(onnx::TensorProto::INT32); }),
              HasSubstr("'encoder.input' is not stored"));
  EXPECT_THAT(change_first([](auto& tensor) { tensor.set_raw_data("12345"); }),
              HasSubstr("'encoder.input' is not stored"));
  EXPECT_THAT(change_first([](auto& tensor) { tensor.mutable_raw_data()->resize(8); }),
              HasSubstr("values where"));
  EXPECT_THAT(change_first([](auto& tensor) { tensor.set_dims(0, 1'000'000'000); }),
              HasSubstr("'encoder.input'"));
}

TEST(ModelFileRefuses, fields_that_no_file_of_ours_has) {
  const char* what = "header";
  EXPECT_THAT(why_refused(changed(small_model(), [](auto& file) { file.set_domain("x"); })),
              HasSubstr(what));
  EXPECT_THAT(why_refused(changed(
                  small_model(),
                  [](auto& file) { file.mutable_graph()->mutable_output(0)->set_name("danger"); })),
              HasSubstr(what));
  EXPECT_THAT(
      why_refused(changed(small_model(),
                          [](auto& file) { file.mutable_graph()->add_sparse_initializer(); })),
      HasSubstr(what));
  EXPECT_THAT(
      why_refused(changed(small_model(),
                          [](auto& file) { file.mutable_unknown_fields()->AddVarint(99, 1); })),
      testing::Not("accepted"));
}

/// One broken number in an otherwise good model: neither written nor, were it in a file, read.
struct BrokenModel {
  const char* title;
  std::string_view kind;
  std::function<void(RiskModel&)> break_it;
  const char* named;
};

void PrintTo(const BrokenModel& broken, std::ostream* out) { *out << broken.title; }

template <typename Kind>
Kind& member(RiskModel& model) {
  return std::get<Kind>(model.members[0].model);
}

TEST(ModelFileRefuses, small_files_that_would_fill_the_memory) {
  onnx::ModelProto file;
  for (int i = 0; i < 700'000; ++i) file.mutable_graph()->add_initializer();
  EXPECT_THAT(why_refused(file.SerializeAsString()), HasSubstr("more than 600000 parts"));
  // A graph in a node in a graph ..: each level three fields further down.
  std::string nested;
  for (int depth = 0; depth < 200; ++depth) {
    onnx::AttributeProto attribute;
    attribute.mutable_g()->ParsePartialFromString(nested);
    onnx::GraphProto graph;
    *graph.add_node()->add_attribute() = attribute;
    nested = graph.SerializeAsString();
  }
  onnx::ModelProto deep;
  deep.mutable_graph()->ParsePartialFromString(nested);
  EXPECT_THAT(why_refused(deep.SerializeAsString()), HasSubstr("not an ONNX model"));
}

std::vector<BrokenModel> broken_frames() {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  return {
      {"no inputs", "linear", [](auto& m) { m.inputs.clear(); }, "0 inputs"},
      {"short reference", "linear", [](auto& m) { m.reference.pop_back(); }, "reference patient"},
      {"infinite reference", "linear", [](auto& m) { m.reference[0] = kInfinity; }, "'age_years'"},
      {"two inputs of one name", "linear", [](auto& m) { m.inputs[1].id = "age_years"; },
       "'age_years'"},
      {"a disease that is a path", "linear", [](auto& m) { m.disease = "../heart"; }, "'../heart'"},
      {"no columns", "linear", [](auto& m) { m.encoder.columns.clear(); }, "0 columns"},
      {"a column of no input", "linear", [](auto& m) { m.encoder.columns[0].input = 7; }, "of 7"},
      {"infinite imputation", "linear", [](auto& m) { m.encoder.columns[0].number = kInfinity; },
       "not finite"},
      {"no members", "linear", [](auto& m) { m.members.clear(); }, "0 members"},
      {"weights above one", "linear", [](auto& m) { m.members[0].weight = 1.5; }, "1.5"},
      {"negative weight", "linear", [](auto& m) { m.members[0].weight = -1; }, "-1"},
      {"slope that turns risks round", "linear", [](auto& m) { m.calibration.slope = -1; },
       "slope"},
      {"calibration of NaN", "linear",
       [](auto& m) { m.members[0].calibration.intercept = std::nan(""); }, "calibration"},
      {"coefficient of NaN", "linear",
       [](auto& m) { member<LinearModel>(m).coefficients[1] = std::nan(""); }, "not finite"},
      {"a coefficient too few", "linear",
       [](auto& m) { member<LinearModel>(m).coefficients.pop_back(); }, "coefficients"}};
}

std::vector<BrokenModel> broken_scores() {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  return {
      {"knots out of order", "spline",
       [](auto& m) {
         std::swap(member<SplineModel>(m).terms[0].knots[0],
                   member<SplineModel>(m).terms[0].knots[1]);
       },
       "ascending"},
      {"two terms of one column", "spline",
       [](auto& m) { member<SplineModel>(m).terms[1].column = 0; }, "at most one each"},
      {"two knots", "spline",
       [](auto& m) {
         member<SplineModel>(m).terms[0].knots.resize(2);
         member<SplineModel>(m).terms[0].coefficients.clear();
       },
       "3 knots"},
      {"scale of zero", "kernel", [](auto& m) { member<KernelModel>(m).scales[0] = 0; }, "scales"},
      {"gamma of NaN", "kernel", [](auto& m) { member<KernelModel>(m).gamma = kNan; }, "gamma"},
      {"half a support vector", "kernel",
       [](auto& m) { member<KernelModel>(m).support.pop_back(); }, "support values"},
      {"no trees", "tree_sum", [](auto& m) { m.members[0].model = TreeEnsemble{}; }, "one tree"},
      {"a forest leaf above one", "tree_average",
       [](auto& m) { member<TreeEnsemble>(m).nodes[0].value = 1.5F; }, "not a probability"},
      {"a forest with a base", "tree_average", [](auto& m) { member<TreeEnsemble>(m).base = 1; },
       "a forest has none"},
      {"a tree that runs in a circle", "tree_sum",
       [](auto& m) {
         member<TreeEnsemble>(m).nodes.back() = {0, 0, 0, 0, 0};
       },
       "before its parent"},
      {"a threshold at a leaf", "tree_sum",
       [](auto& m) { member<TreeEnsemble>(m).nodes.back().threshold = 1; }, "a leaf has"},
      {"roots out of order", "tree_sum", [](auto& m) { member<TreeEnsemble>(m).roots[1] = 0; },
       "roots"},
      {"a root of -1", "tree_sum", [](auto& m) { member<TreeEnsemble>(m).roots[1] = -1; }, "roots"},
      {"a split by column 1000", "tree_sum",
       [](auto& m) {
         for (auto& node : member<TreeEnsemble>(m).nodes) {
           if (node.feature >= 0) node.feature = 1000;
         }
       },
       "column 1000"}};
}

class BrokenModels : public testing::TestWithParam<BrokenModel> {};
INSTANTIATE_TEST_SUITE_P(Frame, BrokenModels, testing::ValuesIn(broken_frames()));
INSTANTIATE_TEST_SUITE_P(Score, BrokenModels, testing::ValuesIn(broken_scores()));

TEST_P(BrokenModels, are_not_written_and_say_why) {
  RiskModel model = random_model(GetParam().kind, 5);
  ASSERT_EQ(why_not_written(model), "written");
  GetParam().break_it(model);
  EXPECT_THAT(why_not_written(model), HasSubstr(GetParam().named));
}

TEST(ModelFileRefuses, trees_with_two_parents_or_none_for_a_node) {
  RiskModel model = random_model("tree_sum", 1);
  TreeEnsemble trees{.nodes = {{0, 0, 1, 2, 0}, {-1, 0, -1, -1, 1}, {-1, 0, -1, -1, 2}},
                     .roots = {0}};
  model.members[0].model = trees;
  EXPECT_EQ(why_not_written(model), "written");
  trees.nodes[0].right = 1;
  model.members[0].model = trees;
  EXPECT_THAT(why_not_written(model), HasSubstr("exactly one parent"));
}

TEST(ModelFileRefuses, facts_that_would_be_mistaken_for_its_own) {
  const RiskModel model = random_model("linear", 1);
  EXPECT_THAT(why_not_written(model, {{"content_sha256", "x"}}), HasSubstr("'content_sha256'"));
  EXPECT_THAT(why_not_written(model, {{"version", "1"}, {"version", "2"}}), HasSubstr("'version'"));
  EXPECT_THAT(why_not_written(model, {{"Version", "1"}}), HasSubstr("'Version'"));
  EXPECT_THAT(why_not_written(model, {{"disease", "heart"}}), HasSubstr("'heart'"));
  EXPECT_THAT(why_not_written(model, {{"x", std::string(2 << 20, 'x')}}), HasSubstr("at most"));
}

TEST(ModelFileRefuses, facts_that_a_terminal_would_obey_or_that_are_no_text) {
  const RiskModel model = random_model("linear", 1);
  for (const char* bad :
       {"\x1B[2J", "a\rb", "\x7F",
        "\xC2\x9B"
        "31m",
        "\xFF", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80", "\xE0\x80\xAF"}) {
    EXPECT_THAT(why_not_written(model, {{"note", bad}}), HasSubstr("'note' is not text")) << bad;
  }
  for (const char* good :
       {"", "a\tb\nc", "\xC2\xA0", "\xE0\xA4\xAE", "\xF0\x9F\xA9\xBA", "\xEF\xBF\xBD"}) {
    EXPECT_EQ(why_not_written(model, {{"note", good}}), "written") << good;
  }
}

TEST(ModelFileRefuses, to_write_more_than_it_would_read) {
  const RiskModel model = random_model(std::vector<std::string_view>{"tree_average"}, 100'000, 1);
  EXPECT_THAT(why_not_written(model), HasSubstr("fewer or smaller trees"));
}

}  // namespace
}  // namespace relearn

#include "learning/model_file/model_file.h"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <optional>

#include "base/digest.h"
#include "base/file.h"
#include "learning/model_file/graph.h"
#include "learning/model_file/input_text.h"
#include "learning/model_file/model_check.h"
#include "learning/model_file/part_count.h"

namespace relearn {
namespace {

// What libonnx 1.12 and every ONNX runtime since 2022 reads.
constexpr std::int64_t kIrVersion = 8;
constexpr std::int64_t kOperatorSet = 15;
constexpr std::int64_t kTreeOperatorSet = 3;

// What stood in for a missing value was the same for every kind of model in format 1. A model for
// which that is so is still written like this.
constexpr std::string_view kFormatOneFilling = "1";
constexpr std::string_view kFormat = "2";
constexpr std::string_view kKeyPrefix = "relearn.";
constexpr std::string_view kDigestKey = "relearn.content_sha256";
constexpr std::size_t kDigestSize = 64;  // SHA-256 in hexadecimal
constexpr const char* kDescription =
    "A clinical risk model of relearn. 'inputs' are raw values in the order and units of the "
    "metadata "
    "'relearn.inputs', NaN where a value is missing; 'risk' is the calibrated probability of the "
    "outcome and 'log_odds' its logit. It informs, it does not diagnose, and it is no medical "
    "device.";

void add_metadata(onnx::ModelProto& file, std::string_view key, std::string_view value) {
  onnx::StringStringEntryProto& entry = *file.add_metadata_props();
  entry.set_key(std::string(key));
  entry.set_value(std::string(value));
}

/// The bytes that a file ends with: the metadata entry that holds its digest, all zeros.
std::string blank_digest_entry() {
  onnx::ModelProto only_digest;
  add_metadata(only_digest, kDigestKey, std::string(kDigestSize, '0'));
  return only_digest.SerializeAsString();
}

bool ends_with_digest(std::string_view bytes) {
  const std::string entry = blank_digest_entry();
  const std::size_t key_size = entry.size() - kDigestSize;
  return bytes.size() > entry.size() &&
         bytes.substr(bytes.size() - entry.size(), key_size) == entry.substr(0, key_size);
}

/// The bytes of a file but for the value of its digest.
std::string_view sealed_part(std::string_view bytes) {
  return bytes.substr(0, bytes.size() - kDigestSize);
}

struct Digests {
  std::string content;  // SHA-256 of the file with zeros in place of its digest
  std::string file;     // of the file as it is
};

/// Both in one pass: hashing is the larger part of loading a forest.
Digests digests(std::string_view bytes) {
  Sha256 content;
  content.update(sealed_part(bytes));
  Sha256 file = content;
  content.update(std::string(kDigestSize, '0'));
  file.update(bytes.substr(bytes.size() - kDigestSize));
  return {content.finish(), file.finish()};
}

void write_header(onnx::ModelProto& file) {
  file.set_ir_version(kIrVersion);
  file.set_producer_name("relearn");
  file.set_doc_string(kDescription);
  onnx::OperatorSetIdProto& standard = *file.add_opset_import();
  standard.set_domain("");
  standard.set_version(kOperatorSet);
  onnx::OperatorSetIdProto& trees = *file.add_opset_import();
  trees.set_domain("ai.onnx.ml");
  trees.set_version(kTreeOperatorSet);
}

/// Not an ONNX file: what is it likely to be?
Error not_onnx(std::string_view bytes) {
  const bool pickle = bytes.size() > 1 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5;
  return invalid_input(
      pickle ? "it is a Python pickle, which can run any code when it is opened; "
               "retrain to get a model file of relearn"
             : "it is not an ONNX model; was it cut short, or is it another kind of file?");
}

/// Things that no file of ours holds, by name, so that the reader learns more than "bytes differ".
Result<void> check_parts(const onnx::ModelProto& file) {
  for (const onnx::NodeProto& node : file.graph().node()) {
    if (std::ranges::find(kGraphOperators, node.op_type()) == kGraphOperators.end()) {
      return invalid_input(
          fmt::format("it holds the operator '{}', which no model of ours has", node.op_type()));
    }
  }
  for (const onnx::TensorProto& tensor : file.graph().initializer()) {
    if (tensor.external_data_size() > 0 || tensor.data_location() != onnx::TensorProto::DEFAULT) {
      return invalid_input(
          fmt::format("its parameter '{}' is kept in another file; a model file must be complete",
                      tensor.name()));
    }
  }
  for (const onnx::StringStringEntryProto& entry : file.metadata_props()) {
    if (!entry.key().starts_with(kKeyPrefix)) {
      return invalid_input(
          fmt::format("it holds the metadata '{}', which no model of ours has", entry.key()));
    }
  }
  return {};
}

/// Takes the value of the next entry of the metadata, which must have this key.
Result<std::string> take_metadata(const onnx::ModelProto& file, int& next, std::string_view key) {
  const std::string full = fmt::format("{}{}", kKeyPrefix, key);
  if (next == file.metadata_props_size() || file.metadata_props(next).key() != full) {
    return invalid_input(fmt::format("its metadata lacks '{}' at place {}", full, next + 1));
  }
  const std::string& value = file.metadata_props(next++).value();
  if (value.size() > kFactBytesMax) {
    return invalid_input(fmt::format("its metadata '{}' has {} bytes; at most {} are possible",
                                     full, value.size(), kFactBytesMax));
  }
  return value;
}

Result<SavedModel> read_parts(const onnx::ModelProto& file) {
  SavedModel saved;
  int next = 0;
  const std::string format = TRY(take_metadata(file, next, "format"));
  if (format != kFormat && format != kFormatOneFilling) {
    return invalid_input(fmt::format(
        "its format is '{}' and this program reads '{}' and '{}'; was it written by a newer "
        "version?",
        format, kFormatOneFilling, kFormat));
  }
  const std::string inputs = TRY(take_metadata(file, next, "inputs"));
  TRY(read_inputs(inputs, saved.model));
  const std::string members = TRY(take_metadata(file, next, "members"));
  TRY(read_members(members, saved.model));
  TRY(read_graph(file.graph(), saved.model));
  for (; next + 1 < file.metadata_props_size(); ++next) {
    const onnx::StringStringEntryProto& entry = file.metadata_props(next);
    saved.facts.emplace_back(entry.key().substr(kKeyPrefix.size()), entry.value());
  }
  return saved;
}

/// The name of the first node, parameter or metadata entry in which two files differ.
std::string first_difference(const onnx::ModelProto& found, const onnx::ModelProto& expected) {
  const auto differs = [](const auto& a, const auto& b) -> std::optional<int> {
    for (int i = 0; i < std::max(a.size(), b.size()); ++i) {
      if (i >= a.size() || i >= b.size()) return i;
      if (a[i].SerializeAsString() != b[i].SerializeAsString()) return i;
    }
    return std::nullopt;
  };
  const auto name = [](const auto& list, int i) {
    return i < list.size() ? list[i].name() : std::string("none");
  };
  if (const auto i = differs(found.graph().node(), expected.graph().node())) {
    return fmt::format("node {} ('{}')", *i, name(found.graph().node(), *i));
  }
  if (const auto i = differs(found.graph().initializer(), expected.graph().initializer())) {
    return fmt::format("parameter {} ('{}')", *i, name(found.graph().initializer(), *i));
  }
  // The last entry is the digest, which differs whenever anything does.
  for (int i = 0; i + 1 < expected.metadata_props_size(); ++i) {
    const std::string& key = expected.metadata_props(i).key();
    const std::string here = expected.metadata_props(i).SerializeAsString();
    if (found.metadata_props(i).SerializeAsString() != here)
      return fmt::format("metadata '{}'", key);
  }
  return "its header, inputs, outputs or the way it is stored";
}

/// One line that a terminal can show, whatever the names in the file are made of.
std::string printable(std::string text) {
  constexpr std::size_t kMessageBytesMax = 400;
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  if (text.size() > kMessageBytesMax) text = text.substr(0, kMessageBytesMax) + " ...";
  return text;
}

/// The file with zeros in place of its digest.
Result<std::string> write_unsealed(const RiskModel& model, const ModelFacts& facts) {
  TRY(check_model(model));
  TRY(check_facts(facts, model));
  onnx::ModelProto file;
  write_header(file);
  write_graph(model, *file.mutable_graph());
  add_metadata(file, "relearn.format", model.encoder.has_means() ? kFormat : kFormatOneFilling);
  add_metadata(file, "relearn.inputs", inputs_text(model));
  add_metadata(file, "relearn.members", members_text(model));
  for (const auto& [key, value] : facts) {
    add_metadata(file, fmt::format("{}{}", kKeyPrefix, key), value);
  }
  add_metadata(file, kDigestKey, std::string(kDigestSize, '0'));
  if (file.ByteSizeLong() > kModelFileBytesMax) {
    return invalid_input(fmt::format(
        "the model would be a file of {} bytes, above the limit of {}; fewer or smaller trees help",
        file.ByteSizeLong(), kModelFileBytesMax));
  }
  return file.SerializeAsString();
}

/// As read_model; its messages may hold text of the file as it stands there.
Result<SavedModel> read_bytes(std::string_view bytes) {
  if (bytes.empty()) return invalid_input("it is empty (0 bytes)");
  if (bytes.size() > kModelFileBytesMax) {
    return invalid_input(fmt::format("it has {} bytes, above the limit of {} for a model file",
                                     bytes.size(), kModelFileBytesMax));
  }
  const bool sealed = ends_with_digest(bytes);
  const Digests found = sealed ? digests(bytes) : Digests{};
  if (sealed && !bytes.ends_with(found.content)) {
    return invalid_input(
        "its content does not match the digest at its end; it was damaged or changed after it was "
        "written");
  }
  const std::optional<std::size_t> parts = count_parts(bytes);
  if (parts && *parts > kPartsMax) {
    return invalid_input(
        fmt::format("it is made of more than {} parts, which no model of ours is", kPartsMax));
  }
  onnx::ModelProto file;
  if (!parts || !file.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return not_onnx(bytes);
  }
  TRY(check_parts(file));
  if (!sealed) {
    return invalid_input(
        "it does not end with the digest that relearn writes; was it cut short, added to, or "
        "written by another program?");
  }
  SavedModel saved = TRY(read_parts(file));
  const std::string expected = TRY(write_unsealed(saved.model, saved.facts));
  if (sealed_part(expected) != sealed_part(bytes)) {
    onnx::ModelProto rewritten;
    rewritten.ParseFromString(expected);
    return invalid_input(
        fmt::format("it is not what relearn would write for its own parameters; the first "
                    "difference: {}",
                    first_difference(file, rewritten)));
  }
  saved.digest = found.file;
  return saved;
}

}  // namespace

std::string_view fact_of(const ModelFacts& facts, std::string_view key) {
  const auto found = std::ranges::find(facts, key, &ModelFacts::value_type::first);
  return found == facts.end() ? std::string_view() : found->second;
}

Result<std::string> write_model(const RiskModel& model, const ModelFacts& facts) {
  std::string bytes = TRY(write_unsealed(model, facts));
  bytes.replace(bytes.size() - kDigestSize, kDigestSize, digests(bytes).content);
  return bytes;
}

Result<SavedModel> read_model(std::string_view bytes) {
  Result<SavedModel> saved = read_bytes(bytes);
  if (saved.ok()) return saved;
  return Error{saved.error().kind, printable(saved.error().message)};
}

Result<SavedModel> load_model(const std::filesystem::path& path) {
  const std::string bytes = TRY(read_file(path, kModelFileBytesMax));
  Result<SavedModel> saved = read_model(bytes);
  if (!saved.ok()) {
    return invalid_input(
        fmt::format("cannot use the model file {}: {}", path.string(), saved.error().message));
  }
  return saved;
}

}  // namespace relearn

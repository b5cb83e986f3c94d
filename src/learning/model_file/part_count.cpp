#include "learning/model_file/part_count.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>
#include <onnx/onnx_pb.h>

namespace relearn {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

/// Walks one message of this type up to the stream's limit. False: not protobuf, or too deep.
bool count_message(CodedInputStream& in, const Descriptor& type, std::size_t& parts) {
  while (const std::uint32_t tag = in.ReadTag()) {
    const FieldDescriptor* field = type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
    const bool delimited =
        WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
    if (delimited && ++parts > kPartsMax) return true;
    const bool message =
        delimited && field != nullptr && field->type() == FieldDescriptor::TYPE_MESSAGE;
    if (!message) {
      if (!WireFormatLite::SkipField(&in, tag)) return false;
      continue;
    }
    std::uint32_t size = 0;
    if (!in.ReadVarint32(&size)) return false;
    const auto [outer, depth_left] = in.IncrementRecursionDepthAndPushLimit(static_cast<int>(size));
    if (depth_left < 0 || !count_message(in, *field->message_type(), parts)) return false;
    if (parts > kPartsMax) return true;
    if (!in.DecrementRecursionDepthAndPopLimit(outer)) return false;
  }
  return in.ConsumedEntireMessage();
}

}  // namespace

std::optional<std::size_t> count_parts(std::string_view bytes) {
  CodedInputStream in(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                      static_cast<int>(bytes.size()));
  std::size_t parts = 0;
  if (!count_message(in, *onnx::ModelProto::descriptor(), parts)) return std::nullopt;
  return parts;
}

}  // namespace relearn

#include "learning/model_file/onnx_trees.h"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

namespace relearn {
namespace {

/// All that our files say; what another attribute would change is not computed here.
constexpr std::array<std::string_view, 12> kAttributes = {
    "n_targets",      "nodes_treeids",  "nodes_nodeids",     "nodes_featureids",
    "nodes_modes",    "nodes_values",   "nodes_truenodeids", "nodes_falsenodeids",
    "target_treeids", "target_nodeids", "target_ids",        "target_weights"};

Error unusual(const onnx::NodeProto& node, std::string_view what) {
  return invalid_input(fmt::format("the trees of '{}' cannot be computed: {}", node.name(), what));
}

using Attributes = std::map<std::string_view, const onnx::AttributeProto*>;

/// Each of kAttributes once, the lists of nodes and those of targets each of one length.
Result<Attributes> read_attributes(const onnx::NodeProto& node) {
  Attributes said;
  for (const onnx::AttributeProto& attribute : node.attribute()) {
    if (std::ranges::find(kAttributes, attribute.name()) == kAttributes.end()) {
      return unusual(node, fmt::format("its attribute '{}'", attribute.name()));
    }
    said[attribute.name()] = &attribute;
  }
  if (said.size() != kAttributes.size()) return unusual(node, "an attribute is absent");
  const int nodes = said["nodes_treeids"]->ints_size();
  const int targets = said["target_treeids"]->ints_size();
  const auto count = [](const onnx::AttributeProto& list) {
    return list.ints_size() + list.floats_size() + list.strings_size();
  };
  for (const auto& [name, list] : said) {
    if (name.starts_with("nodes_") && count(*list) != nodes) {
      return unusual(node, "its lists of nodes differ in length");
    }
    if (name.starts_with("target_") && count(*list) != targets) {
      return unusual(node, "its lists of targets differ in length");
    }
  }
  return said;
}

/// Where the node of a tree stands in the lists.
using Places = std::map<std::pair<std::int64_t, std::int64_t>, std::size_t>;

Result<Places> find_places(const onnx::NodeProto& node, const Attributes& said) {
  const auto& trees = said.at("nodes_treeids")->ints();
  const auto& ids = said.at("nodes_nodeids")->ints();
  Places places;
  for (int i = 0; i < trees.size(); ++i) {
    if (!places.emplace(std::pair(trees[i], ids[i]), i).second) {
      return unusual(node, fmt::format("node {} of tree {} is there twice", ids[i], trees[i]));
    }
  }
  return places;
}

}  // namespace

Result<OnnxTrees> OnnxTrees::read(const onnx::NodeProto& node) {
  const Attributes said = TRY(read_attributes(node));
  const Places places = TRY(find_places(node, said));
  const auto ints = [&](const char* name) -> const auto& { return said.at(name)->ints(); };
  const auto& trees = ints("nodes_treeids");
  const auto& features = ints("nodes_featureids");
  const auto& modes = said.at("nodes_modes")->strings();
  OnnxTrees read;
  read.targets_ = static_cast<std::size_t>(std::max<std::int64_t>(said.at("n_targets")->i(), 0));
  read.nodes_.resize(places.size());
  std::vector<std::uint8_t> is_child(places.size(), 0);
  for (int i = 0; i < trees.size(); ++i) {
    Node& added = read.nodes_[static_cast<std::size_t>(i)];
    added.leaf = modes[i] == "LEAF";
    if (added.leaf) continue;
    if (modes[i] != "BRANCH_LEQ") return unusual(node, fmt::format("the mode '{}'", modes[i]));
    const auto yes = places.find({trees[i], ints("nodes_truenodeids")[i]});
    const auto no = places.find({trees[i], ints("nodes_falsenodeids")[i]});
    if (yes == places.end() || no == places.end() || features[i] < 0) {
      return unusual(node, fmt::format("node {} of its lists leads nowhere", i));
    }
    added.feature = static_cast<std::size_t>(features[i]);
    added.threshold = said.at("nodes_values")->floats(i);
    added.if_true = yes->second;
    added.if_false = no->second;
    is_child[yes->second] = is_child[no->second] = 1;
  }
  std::set<std::int64_t> with_root;
  for (std::size_t i = 0; i < read.nodes_.size(); ++i) {
    if (is_child[i] != 0) continue;
    read.roots_.push_back(i);
    if (!with_root.insert(trees[static_cast<int>(i)]).second) {
      return unusual(node, "a tree has two roots");
    }
  }
  if (std::set<std::int64_t>(trees.begin(), trees.end()) != with_root) {
    return unusual(node, "a tree has no root");
  }
  const auto& targets = ints("target_ids");
  for (int i = 0; i < targets.size(); ++i) {
    const auto leaf = places.find({ints("target_treeids")[i], ints("target_nodeids")[i]});
    if (leaf == places.end() || targets[i] < 0 ||
        std::cmp_greater_equal(targets[i], read.targets_)) {
      return unusual(node, fmt::format("its weight {} belongs to no leaf or target", i));
    }
    read.nodes_[leaf->second].weights.emplace_back(targets[i],
                                                   said.at("target_weights")->floats(i));
  }
  return read;
}

Result<void> OnnxTrees::add_leaves(std::span<const float> features, std::span<float> sums) const {
  for (const std::size_t root : roots_) {
    const Node* node = &nodes_[root];
    for (std::size_t steps = 0; !node->leaf; ++steps) {
      if (steps > nodes_.size()) return invalid_input("a tree does not end");
      if (node->feature >= features.size()) {
        return invalid_input(
            fmt::format("a tree asks for feature {} of {}", node->feature, features.size()));
      }
      node = &nodes_[features[node->feature] <= node->threshold ? node->if_true : node->if_false];
    }
    for (const auto& [target, weight] : node->weights) sums[target] += weight;
  }
  return {};
}

}  // namespace relearn
